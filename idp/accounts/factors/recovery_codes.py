"""Ten codes on paper for the day a factor is lost, each good once (ASVS 6.5.1 to 6.5.3).

A code is XXXX-XXXX-XXXX in the keyring's alphabet: the first four characters find it, argon2id keeps the other eight.
"""

import hmac
import re

from idp.accounts import credentials
from idp.accounts.factors import changes, tries
from idp.core import clock, crypto
from idp.core.crypto import ALPHABET
from idp.core.db import write
from idp.core.ids import new_id
from idp.core.runtime import current

HOW_MANY = 10
SELECTS = 4
"""How many first characters find a code."""

_GROUP, _GROUPS = SELECTS, 3
_CODE = re.compile(f"[{ALPHABET}]{{{_GROUP * _GROUPS}}}")
_PURPOSE = "recovery-code"
_KIND = b"recovery-code"


def renew(account_id: bytes, *, source: str | None = None) -> list[str]:
    """Ten new codes in the place of those there were, as they are shown; the person is told.

    Hashes, so call it before `db.write()`, holding a place of `hashing.place()`; leaves the write transaction open.
    Raises `TooManyAttempts`.
    """
    changes.allow(account_id)
    drawn: dict[str, str] = {}
    while len(drawn) < HOW_MANY:
        code = crypto.code(_GROUP * _GROUPS)
        drawn[code[:SELECTS]] = code
    # One at a time: others who sign in come between.
    hashes = [_hash(_secret(account_id, code)) for code in drawn.values()]
    write()
    sql, now = current().sql, clock.now()
    sql.run("DELETE FROM recovery_code WHERE account_id = :account_id", {"account_id": account_id})
    for selector, encoded in zip(drawn, hashes, strict=True):
        sql.run(
            "INSERT INTO recovery_code (id, account_id, selector, hash, created_at)"
            " VALUES (:id, :account_id, :selector, :hash, :now)",
            {"id": new_id(), "account_id": account_id, "selector": selector, "hash": encoded, "now": now},
        )
    changes.tell(account_id, "recovery_codes_made", source=source)
    return [_spelled(code) for code in drawn.values()]


def spend(account_id: bytes, typed: str, *, source: str | None = None) -> bool:
    """Take a code, once, and tell the person; case, spaces and dashes do not count.

    Counts a try and hashes, so call it before `db.write()`, holding a place of `hashing.place()`. What cannot be a
    code costs no try. Raises `TooManyAttempts`.
    """
    code = crypto.normalise_code(typed)
    if not _CODE.fullmatch(code):
        return False
    tries.claim(account_id, _KIND)
    row = current().sql.one(
        "SELECT id, hash FROM recovery_code WHERE account_id = :account_id AND selector = :selector",
        {"account_id": account_id, "selector": code[:SELECTS]},
    )
    hashing, secret = current().hashing, _secret(account_id, code)
    # Nobody learns from the time it takes whether a code begins so.
    encoded = row[1] if row else credentials.dummy().rpartition(":")[2]
    if not hashing.run(lambda: hashing.verify(encoded, secret)) or row is None:
        return False
    write()
    if current().sql.one("DELETE FROM recovery_code WHERE id = :id RETURNING id", {"id": row[0]}) is None:
        return False
    tries.clear(account_id, _KIND)
    changes.tell(account_id, "recovery_code_spent", source=source, left=left(account_id))
    return True


def left(account_id: bytes) -> int:
    """How many codes are not spent."""
    row = current().sql.one(
        "SELECT count(*) FROM recovery_code WHERE account_id = :account_id", {"account_id": account_id}
    )
    return row[0] if row else 0


def _hash(secret: bytes) -> str:
    hashing = current().hashing
    return hashing.run(lambda: hashing.hash(secret))


def _spelled(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _secret(account_id: bytes, code: str) -> bytes:
    return hmac.digest(current().keyring.derive(_PURPOSE), account_id + code.encode(), "sha256")
