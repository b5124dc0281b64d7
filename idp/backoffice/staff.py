"""Who works here: invited by a command, enrolled once with a link, ended by a command."""

from dataclasses import dataclass
from typing import Final

from idp.accounts.identifiers import parse_address
from idp.core import audit, clock, crypto
from idp.core.ids import new_id
from idp.core.runtime import current

LINK_LIFE: Final = 86_400
_SELECT = "SELECT id, name, address, state, password, totp_secret, totp_last_step FROM staff"


class IsActive(Exception):
    """This person has a factor already: end them first, where it is lost."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff. `password` and `totp_secret` are as they are kept, None where a passkey is the way in."""

    id: bytes
    name: str
    address: str
    state: str
    password: str | None
    totp_secret: bytes | None
    totp_last_step: int


def invite(name: str, address: str) -> str:
    """The token of a link good for a day and one enrolment; call it while writing.

    Who was invited or ended before is invited anew, and an older link serves no more.
    Raises `AddressError`, `IsActive`.
    """
    parsed, token, now = parse_address(address), crypto.token(), clock.now()
    row = current().sql.one(
        "INSERT INTO staff (id, name, address, canonical, state, token_digest, token_until, totp_last_step, created_at)"
        " VALUES (:id, :name, :address, :canonical, 'invited', :digest, :until, 0, :now)"
        " ON CONFLICT (canonical) DO UPDATE SET name = excluded.name, state = 'invited',"
        " token_digest = excluded.token_digest, token_until = excluded.token_until WHERE staff.state != 'active'"
        " RETURNING id",
        {
            "id": new_id(),
            "name": name,
            "address": parsed.typed,
            "canonical": parsed.canonical,
            "digest": crypto.token_digest(token),
            "until": now + LINK_LIFE,
            "now": now,
        },
    )
    if row is None:
        raise IsActive
    audit.record("staff_invited", staff=row[0].hex())
    return token


def end(address: str) -> bool:
    """Take everything from somebody at once: factors, sessions, a link; whether there was anybody. While writing."""
    row = current().sql.one(
        "UPDATE staff SET state = 'ended', token_digest = NULL, token_until = NULL, password = NULL,"
        " totp_secret = NULL WHERE canonical = :canonical AND state != 'ended' RETURNING id",
        {"canonical": parse_address(address).canonical},
    )
    if row is None:
        return False
    values = {"id": row[0], "now": clock.now()}
    current().sql.run("DELETE FROM staff_passkey WHERE staff_id = :id", values)
    current().sql.run("UPDATE staff_session SET ended_at = :now WHERE staff_id = :id AND ended_at IS NULL", values)
    audit.record("staff_ended", staff=row[0].hex())
    return True


def listing() -> list[Colleague]:
    """Everybody, by name."""
    return [Colleague(*row) for row in current().sql.all(_SELECT + " ORDER BY name, id", {})]


def find_invited(token: str) -> Colleague | None:
    """Whose link this is, as long as it is good."""
    row = current().sql.one(
        _SELECT + " WHERE token_digest = :digest AND state = 'invited' AND token_until > :now",
        {"digest": crypto.token_digest(token), "now": clock.now()},
    )
    return Colleague(*row) if row else None


def find_by_canonical(canonical: str) -> Colleague | None:
    """Somebody who may sign in, by address."""
    row = current().sql.one(_SELECT + " WHERE canonical = :canonical AND state = 'active'", {"canonical": canonical})
    return Colleague(*row) if row else None


def find(identifier: bytes) -> Colleague | None:
    """Anybody, by id."""
    row = current().sql.one(_SELECT + " WHERE id = :id", {"id": identifier})
    return Colleague(*row) if row else None
