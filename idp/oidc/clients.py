"""The registered clients: found on the hot way, changed by commands."""

import re

import orjson

from idp.core import audit, clock
from idp.core.crypto import equal, token, token_digest
from idp.core.runtime import Runtime, current
from idp.oidc import versions
from idp.oidc.client_metadata import Client, InvalidMetadata, read

__all__ = ["Client", "ClientError", "Clients", "InvalidMetadata", "add", "matches", "remove", "rotate_secret"]

VERSION = "clients"
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,200}")


class ClientError(Exception):
    """A change of the clients is refused; one line that says why."""


class Clients:
    """Every client, in memory; what another process changes is seen within a second."""

    def __init__(self, runtime: Runtime) -> None:
        self._sql = runtime.sql
        self._watch = versions.Watch(runtime.sql, VERSION)
        self._loaded = -1
        self._clients: dict[str, Client] = {}

    def find(self, client_id: str) -> Client | None:
        """The client by its id, or None."""
        return self._current().get(client_id)

    def all(self) -> list[Client]:
        """Every client, by id."""
        return list(self._current().values())

    def _current(self) -> dict[str, Client]:
        version = self._watch.value()
        if version != self._loaded:
            rows = self._sql.all("SELECT metadata_json, secret_digest FROM client ORDER BY id", {})
            loaded = [read({**orjson.loads(metadata), "secret_digest": digest}) for metadata, digest in rows]
            self._clients = {client.client_id: client for client in loaded}
            self._loaded = version
        return self._clients


def new_secret() -> str:
    """A secret of 256 bits that needs no encoding anywhere (RFC 6749 §2.3.1)."""
    return token()


def digest(secret: str) -> bytes:
    """What is kept of a secret. Raises `InvalidMetadata` where it is too short or needs an encoding."""
    if not _SECRET.fullmatch(secret):
        raise InvalidMetadata("a secret has 22 to 200 characters of A-Z a-z 0-9 _ -")
    return token_digest(secret)


def matches(client: Client, secret: str) -> bool:
    """Whether `secret` is the client's, in constant time; false for a client without one."""
    return client.secret_digest is not None and equal(client.secret_digest.hex(), token_digest(secret).hex())


def find_stored(client_id: str) -> tuple[Client, bool] | None:
    """The client as the database has it now, and whether a file declares it; or None."""
    row = current().sql.one(
        "SELECT metadata_json, secret_digest, declared FROM client WHERE id = :id", {"id": client_id}
    )
    return (read({**orjson.loads(row[0]), "secret_digest": row[1]}), bool(row[2])) if row else None


def add(client: Client) -> None:
    """Register a new client, in the transaction of the caller. Raises `ClientError` where its id is taken."""
    if find_stored(client.client_id):
        raise ClientError(f"{client.client_id}: there is a client by this id already")
    save(client, declared=False)


def save(client: Client, *, declared: bool) -> None:
    """Keep a client, new or changed, in the transaction of the caller."""
    current().sql.run(
        "INSERT INTO client (id, metadata_json, secret_digest, declared, created_at, updated_at)"
        " VALUES (:id, :metadata, :digest, :declared, :now, :now) ON CONFLICT (id) DO UPDATE SET metadata_json ="
        " excluded.metadata_json, secret_digest = excluded.secret_digest, declared = excluded.declared,"
        " updated_at = excluded.updated_at",
        {
            "id": client.client_id,
            "metadata": orjson.dumps(client.model_dump(), default=sorted).decode(),
            "digest": client.secret_digest,
            "declared": declared,
            "now": clock.now(),
        },
    )
    audit.record("client saved", client_id=client.client_id)
    versions.bump(current().sql, VERSION)


def rotate_secret(client_id: str) -> str:
    """Give a client another secret, and return it: it is kept nowhere.

    Raises `ClientError` for a client that is unknown, public, or declared in a file (its secret changes there).
    """
    stored = find_stored(client_id)
    if stored is None:
        raise ClientError(f"{client_id}: there is no such client")
    client, declared = stored
    if declared:
        raise ClientError(f"{client_id}: a file declares this client; its secret changes there")
    if client.public:
        raise ClientError(f"{client_id}: a public client has no secret")
    secret = new_secret()
    save(client.model_copy(update={"secret_digest": token_digest(secret)}), declared=False)
    return secret


def remove(client_id: str) -> None:
    """Forget a client: it can no longer sign anybody in. Raises `ClientError` where there is none."""
    if not current().sql.run("DELETE FROM client WHERE id = :id", {"id": client_id}):
        raise ClientError(f"{client_id}: there is no such client")
    audit.record("client removed", client_id=client_id)
    versions.bump(current().sql, VERSION)
