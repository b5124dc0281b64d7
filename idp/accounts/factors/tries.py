"""Typed codes of one account are counted as passwords are (ASVS 6.6.3).

Each kind apart: an application whose clock is wrong must not close the codes on paper, which are there for that day.
"""

from idp.core.runtime import current


def claim(account_id: bytes, kind: bytes) -> None:
    """Count one code as wrong before it is compared; after the fifth one waits. Raises `TooManyAttempts`.

    Call it before `db.write()`: what a refusal undoes must not undo the count.
    """
    current().throttle.claim(_counter(account_id, kind))


def clear(account_id: bytes, kind: bytes) -> None:
    """The right code came."""
    current().throttle.clear(_counter(account_id, kind))


def _counter(account_id: bytes, kind: bytes) -> bytes:
    return current().keyring.digest("attempts", b":".join([b"second-factor", kind, account_id]))
