"""What a relying party is told of a person: by scope, or by name; and the `sub` that only its sector knows."""

import hmac
from collections.abc import Iterable
from typing import Any, NamedTuple

from idp.core.crypto import Keyring, b64u
from idp.oidc.client_metadata import Client

# OpenID Connect Core §5.4; `espace_personnel` is ours (docs/rules.md §1).
OF_SCOPE: dict[str, tuple[str, ...]] = {
    "openid": (),
    "email": ("email", "email_verified"),
    # A name of its own, for `profile` promises thirteen more: what somebody chose to be called in public, if anything.
    "name": ("name",),
    "espace_personnel": ("member_reference", "identifier_changed_at"),
}
# Scopes of the same section that tell nothing here: there is no portrait, and no other address.
SILENT = frozenset({"profile", "address", "phone"})
# Scopes that speak of a person: worth nothing to a client that acts for itself.
PERSONAL = frozenset({*OF_SCOPE, *SILENT, "offline_access"})


class Person(NamedTuple):
    """What the database knows of the account behind a living grant; times in seconds since the epoch.

    `auth_time` and `acr` are of the sign-in; None once an offline grant has outlived what is kept of its session.
    """

    address: str
    verified_at: int | None
    identified_at: int
    member_ref: str | None
    attached_at: int | None
    public_name: str | None
    auth_time: int | None
    acr: str | None


def subject(keyring: Keyring, client: Client, account_id: bytes) -> str:
    """The `sub` of an account for the clients of one sector (OpenID Connect Core §8.1): 43 characters, for ever."""
    # Under the first key of the keyring, so that a newer one leaves every `sub` as it is.
    key = keyring.derive("pairwise-subject", keyring.key_ids[0])
    return b64u(hmac.digest(key, client.sector.encode() + b"\0" + account_id, "sha256"))


def permitted(client: Client, names: Iterable[str]) -> list[str]:
    """Of claims asked for by name, those that the client's registered scopes let it see (OpenID Connect Core §5.5)."""
    allowed = {name for scope in client.scope for name in OF_SCOPE.get(scope, ())}
    return [name for name in names if name in allowed]


def of_person(person: Person, scope: str, names: Iterable[str] = ()) -> dict[str, Any]:
    """The claims that `scope` and `names` ask for, as far as there is something to say."""
    wanted = {*names}
    for token in scope.split():
        wanted.update(OF_SCOPE.get(token, ()))
    claims: dict[str, Any] = {}
    if "email" in wanted:
        claims["email"] = person.address
    if "email_verified" in wanted:
        claims["email_verified"] = person.verified_at is not None
    if "name" in wanted and person.public_name:
        claims["name"] = person.public_name
    if person.member_ref is not None and person.attached_at is not None:
        if "member_reference" in wanted:
            claims["member_reference"] = person.member_ref
        if "identifier_changed_at" in wanted:
            claims["identifier_changed_at"] = max(person.attached_at, person.identified_at)
    return claims
