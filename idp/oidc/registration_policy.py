"""Who may register clients, and what those may be: initial access tokens (RFC 7591 §3) with the policy each carries."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from idp.core import audit, clock
from idp.core.crypto import token, token_digest
from idp.core.runtime import current

# What nobody has to allow: who signs in, and their address and name where they agree.
_SCOPE = ("email", "name", "offline_access", "openid")
_GRANTS = (
    "authorization_code",
    "implicit",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
)


class NameTaken(Exception):
    """There is an initial access token by this name already."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The most that a registration may ask for, and what it must bring. Plain values, kept as JSON."""

    scope: tuple[str, ...] = _SCOPE
    grant_types: tuple[str, ...] = _GRANTS
    # Hosts that redirect URIs may have; none named, any.
    redirect_hosts: tuple[str, ...] = ()
    # The row of `profiles.py` that the clients follow.
    profile: str = "oidc"
    # The one software that may be registered, and whether a statement must say so.
    software_id: str | None = None
    statement_required: bool = False
    # Whether a client that names no algorithm for its request objects may leave them unsigned.
    unsigned_requests: bool = False

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        """The policy again."""
        kept: dict[str, Any] = orjson.loads(text)
        values: Any = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        return cls(**values)


# Where anybody may register, which is never in production, as OpenID Connect Registration §2 has it: any algorithm.
OPEN = Policy(unsigned_requests=True)


def make_token(name: str, policy: Policy, *, uses: int | None, life: int) -> str:
    """An initial access token for `uses` registrations (None: any number) within `life` seconds; kept nowhere.

    In the transaction of the caller. Raises `NameTaken`.
    """
    made, now = token(), clock.now()
    kept = current().sql.run(
        "INSERT INTO initial_access_token (digest, name, policy_json, uses_left, created_at, expires_at)"
        " VALUES (:digest, :name, :policy, :uses, :now, :expires_at) ON CONFLICT DO NOTHING",
        {
            "digest": token_digest(made),
            "name": name,
            "policy": orjson.dumps(asdict(policy)).decode(),
            "uses": uses,
            "now": now,
            "expires_at": now + life,
        },
    )
    if not kept:
        raise NameTaken
    audit.record("initial access token made", name=name)
    return made


def find(text: str) -> tuple[str, Policy] | None:
    """The name and the policy of a living initial access token, or None."""
    row = current().sql.one(
        "SELECT name, policy_json FROM initial_access_token"
        " WHERE digest = :digest AND expires_at > :now AND (uses_left IS NULL OR uses_left > 0)",
        {"digest": token_digest(text), "now": clock.now()},
    )
    return (row[0], Policy.from_json(row[1])) if row else None


def take(name: str) -> bool:
    """Spend one use, in the transaction of the registration; of two who bring the last one, one is refused."""
    return bool(
        current().sql.run(
            "UPDATE initial_access_token SET uses_left = uses_left - 1"
            " WHERE name = :name AND expires_at > :now AND (uses_left IS NULL OR uses_left > 0)",
            {"name": name, "now": clock.now()},
        )
    )


def of_client(registered_by: str | None) -> Policy:
    """The policy that a client came by: it holds for its changes too."""
    if registered_by is None:
        return OPEN
    row = current().sql.one("SELECT policy_json FROM initial_access_token WHERE name = :name", {"name": registered_by})
    return Policy.from_json(row[0]) if row else Policy()


def listing() -> list[dict[str, Any]]:
    """Every token, newest first: its name, its policy, the uses left (None: any number) and its end."""
    rows = current().sql.all(
        "SELECT name, policy_json, uses_left, expires_at FROM initial_access_token ORDER BY created_at DESC, name", {}
    )
    return [
        {"name": name, "policy": orjson.loads(policy), "uses_left": uses, "expires_at": expires_at}
        for name, policy, uses, expires_at in rows
    ]
