"""Typed codes of one account, whichever kind, are counted together, as passwords are (ASVS 6.6.3)."""

from idp.core.runtime import current


def claim(account_id: bytes) -> None:
    """Count one code as wrong before it is compared; after the fifth one waits. Raises `TooManyAttempts`.

    Call it before `db.write()`: what a refusal undoes must not undo the count.
    """
    current().throttle.claim(_counter(account_id))


def clear(account_id: bytes) -> None:
    """The right code came."""
    current().throttle.clear(_counter(account_id))


def _counter(account_id: bytes) -> bytes:
    return current().keyring.digest("attempts", b"second-factor:" + account_id)
