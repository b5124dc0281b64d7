"""Signing in with the NIR and the old password: what is counted, compared and told, in that order.

What is typed alone decides what an attempt costs, known or not (docs/rules.md §3 row 17, §7.2): an argon2id for the old
password (two where it is not ASCII), and after a failure as much again where it is long enough for the password of an
account, which a member who has changed may be typing here (docs/rules.md §3 row 11).
"""

from dataclasses import dataclass
from typing import NoReturn

import structlog

from idp.accounts import credentials
from idp.accounts.password_policy import MINIMUM_LENGTH, normalise
from idp.accounts.sign_in import failures_of
from idp.core import audit
from idp.core.runtime import current
from idp.legacy_bridge import directory, dummy, peppers, sunset
from idp.legacy_bridge.directory import Credentials
from idp.legacy_bridge.errors import AccountBlocked, AlreadyChanged, BridgeClosed, NirRefused
from idp.legacy_bridge.nir import Nir

_HOUR = 3600
_WAY = "nir"
# Refusals at this door in one hour, from everywhere: somebody walks through the numbers (docs/rules.md §3 row 26).
_ALARM = 1_000
# With these states there is no password to be right; where one was set here since, the state says so.
_NO_PASSWORD = ("never_activated", "conflict")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class NirSignedIn:
    """A member who proved the old password: good for a ticket, never for a session."""

    member_id: bytes
    member_ref: str


def authenticate(nir_typed: str, password: str, *, source: str) -> NirSignedIn:
    """Compare an old password; `source` is the address of the request. Call it before `db.write()`.

    Raises `BridgeClosed`, `NirError` (nothing was looked up), `TooManyAttempts`, `Busy`, `NirRefused`,
    `AccountBlocked`, `AlreadyChanged`.
    """
    if sunset.is_over():
        raise BridgeClosed
    nir = Nir.parse(nir_typed)
    throttle = current().throttle
    counter = directory.attempts_of(nir)
    throttle.check(failures_of(source), current().settings.failures_per_source)
    with current().hashing.place():
        throttle.claim(counter)
        found = directory.find_credentials(nir)
        right = _is_right(found, counter, password)
    if found is None or not right:
        _refuse(source, found)
    throttle.clear(counter)
    peppers.renew(found.member_id, nir)
    return _open(found, source)


def _is_right(found: Credentials | None, counter: bytes, password: str) -> bool:
    """Whether the password is that of the row, or of the account it became; a failure costs the same whoever it is."""
    stored = found.password if found and found.state not in _NO_PASSWORD else None
    # Drawn for everybody: the statements are the same too.
    stand_in = dummy.stored_password(counter)
    verified = credentials.verify_password(stored or stand_in, password)
    if stored and verified.ok:
        return True
    if len(normalise(password)) < min(MINIMUM_LENGTH, current().settings.password_min_length):
        return False
    changed = found is not None and found.state == "changed"
    return credentials.verify_password(found.account_password if found and changed else None, password).ok


def _open(found: Credentials, source: str) -> NirSignedIn:
    """What the right password is told."""
    if found.state == "changed":
        audit.record("nir_after_change", account_id=found.account_id, member_ref=found.member_ref, source=source)
        raise AlreadyChanged(found.member_id)
    if found.state == "blocked":
        audit.record("sign_in_closed", member_ref=found.member_ref, source=source, way=_WAY, state="blocked")
        raise AccountBlocked(found.member_id)
    audit.record("sign_in", member_ref=found.member_ref, source=source, way=_WAY)
    return NirSignedIn(found.member_id, found.member_ref)


def _refuse(source: str, found: Credentials | None) -> NoReturn:
    throttle = current().throttle
    throttle.count(failures_of(source), _HOUR)
    if throttle.count("failures:nir", _HOUR) == _ALARM:
        _log.warning("many_refusals_at_the_nir_door", in_one_hour=_ALARM)
    audit.record("sign_in_refused", member_ref=found.member_ref if found else None, source=source, way=_WAY)
    raise NirRefused
