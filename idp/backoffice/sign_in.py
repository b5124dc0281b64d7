"""Proving to be of the staff: by a passkey, or by password and code together. Nothing is told apart in a refusal."""

from idp.accounts import credentials
from idp.accounts.factors import totp, webauthn_ceremonies
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused, CounterWentBack
from idp.accounts.identifiers import AddressError, canonical
from idp.accounts.sign_in import failures_of
from idp.backoffice import staff
from idp.backoffice.staff import Colleague
from idp.core import audit, clock
from idp.core.crypto import SealBroken
from idp.core.db import write
from idp.core.runtime import current

_HOUR = 3600
_PASSKEY, _TOTP = "passkey", "totp"


class StaffRefused(Exception):
    """Unknown, ended, or a wrong password, code or passkey."""


def by_passkey(answer: str, challenge: bytes, *, source: str) -> bytes:
    """Whose passkey answered; opens the write transaction. Raises `StaffRefused`, `TooManyAttempts`."""
    current().throttle.check(failures_of(source), current().settings.failures_per_source)
    try:
        return _by_passkey(answer, challenge, source)
    except CeremonyRefused as refused:
        event = "staff_passkey_copied" if isinstance(refused, CounterWentBack) else "staff_sign_in_refused"
        raise _refused(event, source, _PASSKEY) from None


def by_password(address: str, password: str, code: str, *, source: str) -> bytes:
    """Whose password and code these are; opens the write transaction.

    Both are looked at in every case. Raises `StaffRefused`, `TooManyAttempts`, `Busy`.
    """
    throttle = current().throttle
    throttle.check(failures_of(source), current().settings.failures_per_source)
    try:
        typed = canonical(address)
    except AddressError:
        typed = ""
    counter = current().keyring.digest("attempts", b"staff:" + typed.encode())
    with current().hashing.place():
        throttle.claim(counter)
        colleague = staff.find_by_canonical(typed)
        verified = credentials.verify_password(colleague.password if colleague else None, password)
    if colleague is None or not verified.ok or not _take_step(colleague, code):
        raise _refused("staff_sign_in_refused", source, _TOTP)
    write()
    throttle.clear(counter)
    _welcome(colleague.id, source, _TOTP)
    return colleague.id


def _by_passkey(answer: str, challenge: bytes, source: str) -> bytes:
    row = current().sql.one(
        "SELECT staff_passkey.id, staff_id, public_key, sign_count FROM staff_passkey"
        " JOIN staff ON staff.id = staff_id AND staff.state = 'active' WHERE credential_id = :credential_id",
        {"credential_id": webauthn_ceremonies.credential_id_of(answer)},
    )
    if row is None:
        raise CeremonyRefused("unknown")
    passkey_id, owner, public_key, sign_count = row
    assertion = webauthn_ceremonies.verify_assertion(answer, challenge, public_key, sign_count)
    if assertion.user_handle != owner:
        raise CeremonyRefused("unknown")
    write()
    used = current().sql.run(
        "UPDATE staff_passkey SET sign_count = :count, last_used_at = :now WHERE id = :id"
        " AND (sign_count < :count OR sign_count = 0)",
        {"count": assertion.sign_count, "now": clock.now(), "id": passkey_id},
    )
    if not used:
        raise CounterWentBack
    _welcome(owner, source, _PASSKEY)
    identifier: bytes = owner
    return identifier


def _take_step(colleague: Colleague, code: str) -> bool:
    """Take the code, once (RFC 6238 §5.2)."""
    try:
        secret = totp.unseal(colleague.totp_secret, colleague.id) if colleague.totp_secret else None
    except SealBroken:
        secret = None
    step = totp.matching_step(secret, code) if secret else None
    return step is not None and bool(
        current().sql.run(
            "UPDATE staff SET totp_last_step = :step WHERE id = :id AND state = 'active' AND totp_last_step < :step",
            {"step": step, "id": colleague.id},
        )
    )


def _welcome(identifier: bytes, source: str, way: str) -> None:
    audit.record("staff_sign_in", source=source, staff=identifier.hex(), way=way)


def _refused(event: str, source: str, way: str) -> StaffRefused:
    current().throttle.count(failures_of(source), _HOUR)
    audit.record(event, source=source, way=way)
    return StaffRefused()
