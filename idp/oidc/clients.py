"""The registered clients: found on the hot way, changed by commands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog

from idp.core import audit, clock
from idp.core.crypto import Keyring, equal, token, token_digest
from idp.core.runtime import Runtime, current
from idp.oidc import versions
from idp.oidc.client_metadata import Client, InvalidMetadata, read
from idp.oidc.client_rules import SECRET_METHODS

__all__ = ["Client", "ClientError", "Clients", "InvalidMetadata", "add", "matches", "remove", "rotate_secret"]

VERSION = "clients"
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,200}")
_SEAL = "client-secret"
_COLUMNS = "metadata_json, secret_digest, secret_sealed"
_log = structlog.get_logger()


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
        found = self._current().get(client_id)
        if found is None:
            # It may have registered itself in this very second.
            self._watch.forget()
            found = self._current().get(client_id)
        return found

    def all(self) -> list[Client]:
        """Every client, by id."""
        return list(self._current().values())

    def _current(self) -> dict[str, Client]:
        version = self._watch.value()
        if version != self._loaded:
            rows = self._sql.all(f"SELECT {_COLUMNS} FROM client ORDER BY id", {})  # noqa: S608
            self._clients = {client.client_id: client for client in filter(None, map(_readable, rows))}
            self._loaded = version
        return self._clients


def _stored(metadata: str, secret_digest: bytes | None, sealed: bytes | None) -> Client:
    return read({**orjson.loads(metadata), "secret_digest": secret_digest, "secret_sealed": sealed})


def _readable(row: Sequence[Any]) -> Client | None:
    try:
        return _stored(*row)
    except InvalidMetadata as error:
        # A registration that the rules of today refuse stops itself, never all the others.
        _log.error("client_unreadable", client_id=orjson.loads(row[0]).get("client_id"), reason=str(error))
        return None


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


def has_secret(values: Mapping[str, Any]) -> bool:
    """Whether a client with this metadata authenticates by a secret."""
    return values.get("token_endpoint_auth_method", SECRET_METHODS[0]) in SECRET_METHODS


def sealed(keyring: Keyring, client_id: str, secret: str) -> bytes:
    """What is kept of a secret that is a key (client_secret_jwt): it must be opened again."""
    return keyring.seal(_SEAL, secret.encode("ascii"), client_id.encode())


def shared_key(keyring: Keyring, client: Client) -> bytes | None:
    """The secret of a client that signs with it, as the bytes of the key (OpenID Connect Core §10.1); else None."""
    return keyring.open(_SEAL, client.secret_sealed, client.client_id.encode()) if client.secret_sealed else None


def with_secret(values: dict[str, Any], secret: str) -> dict[str, Any]:
    """Metadata with what is kept of `secret`, for `read`. Raises `InvalidMetadata` where the secret is too short."""
    whole = {**values, "secret_digest": digest(secret)}
    if values.get("token_endpoint_auth_method") == "client_secret_jwt":
        whole["secret_sealed"] = sealed(current().keyring, str(values.get("client_id")), secret)
    return whole


def find_stored(client_id: str) -> tuple[Client, bool] | None:
    """The client as the database has it now, and whether a file declares it; or None."""
    row = current().sql.one(f"SELECT declared, {_COLUMNS} FROM client WHERE id = :id", {"id": client_id})  # noqa: S608
    return (_stored(*row[1:]), bool(row[0])) if row else None


def is_same(one: Client, other: Client) -> bool:
    """Whether two registrations say the same; a seal looks different each time, so the digests are compared."""
    return (one.model_dump(), one.secret_digest) == (other.model_dump(), other.secret_digest)


def add(client: Client) -> None:
    """Register a new client, in the transaction of the caller. Raises `ClientError` where its id is taken."""
    if find_stored(client.client_id):
        raise ClientError(f"{client.client_id}: there is a client by this id already")
    save(client, declared=False)


def save(client: Client, *, declared: bool) -> None:
    """Keep a client, new or changed, in the transaction of the caller."""
    current().sql.run(
        "INSERT INTO client (id, metadata_json, secret_digest, secret_sealed, declared, created_at, updated_at)"
        " VALUES (:id, :metadata, :digest, :sealed, :declared, :now, :now) ON CONFLICT (id) DO UPDATE SET"
        " metadata_json = excluded.metadata_json, secret_digest = excluded.secret_digest,"
        " secret_sealed = excluded.secret_sealed, declared = excluded.declared, updated_at = excluded.updated_at",
        {
            "id": client.client_id,
            "metadata": orjson.dumps(client.model_dump(), default=sorted).decode(),
            "digest": client.secret_digest,
            "sealed": client.secret_sealed,
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
    if client.secret_digest is None:
        raise ClientError(f"{client_id}: this client has no secret")
    secret = new_secret()
    values = {"client_id": client_id, "token_endpoint_auth_method": client.token_endpoint_auth_method}
    save(client.model_copy(update=with_secret(values, secret)), declared=False)
    return secret


def remove(client_id: str) -> None:
    """Forget a client: it can no longer sign anybody in. Raises `ClientError` where there is none."""
    if not current().sql.run("DELETE FROM client WHERE id = :id", {"id": client_id}):
        raise ClientError(f"{client_id}: there is no such client")
    # Another client by this id is agreed to anew.
    current().sql.run("DELETE FROM consent WHERE client_id = :id", {"id": client_id})
    audit.record("client removed", client_id=client_id)
    versions.bump(current().sql, VERSION)
