"""Proving a second factor, or a passkey alone: what is counted, compared and put down, in that order.

Nobody is signed in by it, and nothing is told apart that a stranger could learn from.
"""

import re
from dataclasses import dataclass

from idp.accounts import tries_notices
from idp.accounts.factors import challenges, listing, passkeys, recovery_codes, totp, webauthn_ceremonies
from idp.accounts.factors.passkeys import Proof
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused
from idp.accounts.sign_in import failures_of
from idp.core import audit
from idp.core.runtime import current

PASSKEY, TOTP, RECOVERY_CODE = "passkey", "totp", "recovery_code"
"""The ways, as the audit calls them."""

TYPED: tuple[str, ...] = ("otp", "mfa")
"""The `amr` values that are true of a typed code beside the password, whichever of the two it is."""

_HOUR = 3600
_TOLD = ("copied", "stale", "unknown")
_SIX_DIGITS = re.compile("[0-9]{6}")


class FactorRefused(Exception):
    """The proof is not good; `reason`: `code` or `removed` for a typed one, for a key `stale`, `unknown`, `copied` or
    `passkey`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for a passkey: an account, or anybody; in which browser, from which address, and what for."""

    purpose: str
    browser: str
    source: str
    account_id: bytes | None = None


def passkey_options(asked: Asked) -> str:
    """What the browser needs to ask for a passkey, as JSON; its challenge is good for ten minutes, once."""
    allowed = passkeys.credential_ids(asked.account_id) if asked.account_id else []
    challenge = challenges.begin(_purpose(asked), asked.browser)
    return webauthn_ceremonies.request_options(allowed, challenge)


def prove_by_passkey(asked: Asked, answer: str) -> Proof:
    """Check the answer to `passkey_options`: which account, and how. Raises `FactorRefused` or `TooManyAttempts`.

    An answer to no question of ours, to one of another browser or purpose, or given before is `stale`.
    """
    current().throttle.check(failures_of(asked.source), current().settings.failures_per_source)
    try:
        challenge = webauthn_ceremonies.take_challenge(answer, _purpose(asked), asked.browser)
        return passkeys.verify(answer, challenge, asked.account_id, source=asked.source)
    except CeremonyRefused as refused:
        _refuse(asked.account_id, PASSKEY, asked.source, reason=refused.code)
        raise FactorRefused(refused.code if refused.code in _TOLD else PASSKEY) from None


def prove_by_code(account_id: bytes, typed: str, *, source: str) -> str:
    """Take the code of the application, or a recovery code, whichever was typed: `TOTP` or `RECOVERY_CODE`.

    Call it before `db.write()`. Raises `FactorRefused`, `TooManyAttempts` or `Busy`.
    """
    current().throttle.check(failures_of(source), current().settings.failures_per_source)
    way = TOTP if _SIX_DIGITS.fullmatch("".join(typed.split())) else RECOVERY_CODE
    if way == TOTP:
        right = totp.verify(account_id, typed)
    else:
        with current().hashing.place():
            right = recovery_codes.spend(account_id, typed, source=source)
    if not right:
        _refuse(account_id, way, source)
        raise FactorRefused("removed" if way == TOTP and listing.of(account_id).totp is None else "code")
    return way


def was_set(account_id: bytes, moment: int) -> bool:
    """Whether a second factor that the account has now was there before `moment`, in seconds since the epoch."""
    row = current().sql.one(
        "SELECT 1 FROM account WHERE id = :id AND (EXISTS"
        " (SELECT 1 FROM passkey WHERE account_id = :id AND created_at < :moment)"
        " OR EXISTS (SELECT 1 FROM totp WHERE account_id = :id AND created_at < :moment))",
        {"id": account_id, "moment": moment},
    )
    return row is not None


def _refuse(account_id: bytes | None, way: str, source: str, **detail: str) -> None:
    current().throttle.count(failures_of(source), _HOUR)
    if account_id:
        tries_notices.count_wrong_factor(account_id)
    audit.record("second_factor_refused", account_id=account_id, source=source, way=way, **detail)


def _purpose(asked: Asked) -> str:
    return f"{asked.purpose}:{asked.account_id.hex() if asked.account_id else ''}"
