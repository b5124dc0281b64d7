"""The one link of a new colleague: a passkey, or a password with an application's codes; never a password alone."""

import base64

from idp.accounts import credentials
from idp.accounts.factors import totp, webauthn_ceremonies
from idp.backoffice import staff
from idp.backoffice.staff import Colleague
from idp.core import audit, clock, crypto
from idp.core.db import write
from idp.core.ids import new_id
from idp.core.runtime import current

_PASSKEY, _TOTP = "passkey", "totp"


class LinkSpent(Exception):
    """The link was used, replaced, or is older than a day."""


class WrongCode(Exception):
    """The application shows another code."""


def creation_options(colleague: Colleague, challenge: bytes) -> str:
    """What the browser needs to make a passkey."""
    return webauthn_ceremonies.creation_options(colleague.id, colleague.address, colleague.name, [], challenge)


def with_passkey(token: str, answer: str, challenge: bytes, *, source: str) -> None:
    """Use the link up for a passkey. Raises `CeremonyRefused`, `LinkSpent`."""
    made = webauthn_ceremonies.verify_creation(answer, challenge)
    write()
    identifier = _take(token, "password = NULL, totp_secret = NULL", {})
    current().sql.run("DELETE FROM staff_passkey WHERE staff_id = :id", {"id": identifier})
    kept = current().sql.run(
        "INSERT INTO staff_passkey (id, staff_id, credential_id, public_key, sign_count, name, created_at)"
        " VALUES (:id, :staff_id, :credential_id, :public_key, :sign_count, '', :now) ON CONFLICT DO NOTHING",
        {
            "id": new_id(),
            "staff_id": identifier,
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "now": clock.now(),
        },
    )
    if not kept:
        raise webauthn_ceremonies.CeremonyRefused("known")
    audit.record("staff_enrolled", source=source, staff=identifier.hex(), way=_PASSKEY)


def secret_of(token: str) -> str:
    """The secret that the application is given, the same at each look at the page."""
    key = _secret_key(token)
    fresh = {"secret": base64.b64encode(totp.seal(totp.new_secret(), key.encode()[:16])).decode()}
    current().ephemeral.put_if_absent(key, fresh, staff.LINK_LIFE)
    kept = current().ephemeral.get(key) or fresh
    return totp.unseal(base64.b64decode(kept["secret"]), key.encode()[:16])


def with_password(token: str, password: str, code: str, *, source: str) -> None:
    """Use the link up for a password and the application. Raises `WrongCode`, `LinkSpent`, `Busy`."""
    colleague = staff.find_invited(token)
    if colleague is None:
        raise LinkSpent
    secret = secret_of(token)
    step = totp.matching_step(secret, code)
    if step is None:
        raise WrongCode
    with current().hashing.place():
        hashed = credentials.hash_password(password)
    write()
    values = {"password": hashed, "secret": totp.seal(secret, colleague.id), "step": step}
    identifier = _take(token, "password = :password, totp_secret = :secret, totp_last_step = :step", values)
    audit.record("staff_enrolled", source=source, staff=identifier.hex(), way=_TOTP)


def _secret_key(token: str) -> str:
    return f"staff-totp:{crypto.token_digest(token).hex()}"


def _take(token: str, changes: str, values: dict[str, object]) -> bytes:
    """Of two who use a link, one gets `LinkSpent`."""
    row = current().sql.one(
        f"UPDATE staff SET state = 'active', token_digest = NULL, token_until = NULL, {changes}"  # noqa: S608
        " WHERE token_digest = :digest AND state = 'invited' AND token_until > :now RETURNING id",
        {"digest": crypto.token_digest(token), "now": clock.now(), **values},
    )
    if row is None:
        raise LinkSpent
    identifier: bytes = row[0]
    return identifier
