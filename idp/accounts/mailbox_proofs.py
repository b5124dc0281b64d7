"""A link and the short code beside it: who brings one back reads the mailbox it was sent to (docs/rules.md §2).

The newest of a purpose and subject withdraws the others, unless it is told to leave them. Reading a link changes
nothing; `use` takes it once.
"""

import hmac
import re
from dataclasses import dataclass

from sqlalchemy import select

from idp.accounts.identifiers import parse_address
from idp.accounts.models import MailboxProof
from idp.core import clock, crypto
from idp.core.crypto import ALPHABET
from idp.core.db import db
from idp.core.ids import new_id
from idp.core.runtime import current

TRIES = 5
_CODE_LENGTH = 8
_CODE = re.compile(f"[{ALPHABET}]{{{_CODE_LENGTH}}}")
_PURPOSE = "mailbox-code"
_LIVE = "used_at IS NULL AND withdrawn_at IS NULL AND expires_at > :now"


@dataclass(frozen=True, slots=True)
class Draft:
    """A link's token and its code, for the message; the code is hashed already."""

    token: str
    code: str
    code_hash: str


def prepare() -> Draft:
    """A new token (256 bits) and code; hashes, so call it before `db.write()`, holding a place of `hashing.place()`."""
    code = crypto.code(_CODE_LENGTH)
    hashing, secret = current().hashing, _secret(code)
    return Draft(crypto.token(), code, hashing.run(lambda: hashing.hash(secret)))


def link_alone() -> Draft:
    """A new token with no code beside it, which costs no hash and may be made at any time."""
    return Draft(crypto.token(), "", "")


def store(
    draft: Draft, purpose: str, subject_id: bytes, address: str, life: int, *, beside_others: bool = False
) -> None:
    """Keep a draft for `life` seconds, in the open transaction.

    Older ones of its purpose and subject are withdrawn; with `beside_others` they stay good.
    """
    now = clock.now()
    if not beside_others:
        withdraw(purpose, subject_id)
    current().sql.run(
        "INSERT INTO mailbox_proof (id, purpose, subject_id, address, canonical, token_digest, code, tries, created_at,"
        " expires_at) VALUES (:id, :purpose, :subject_id, :address, :canonical, :digest, :code, 0, :now, :expires_at)",
        {
            "id": new_id(),
            "purpose": purpose,
            "subject_id": subject_id,
            "address": address,
            "canonical": parse_address(address).canonical,
            "digest": crypto.token_digest(draft.token),
            "code": draft.code_hash,
            "now": now,
            "expires_at": now + life,
        },
    )


def find(token: str, purpose: str) -> MailboxProof | None:
    """The proof of a link, good or not (see `is_live`): an expired one still says whom to send a new one."""
    wanted = select(MailboxProof).filter_by(token_digest=crypto.token_digest(token), purpose=purpose)
    return db.session.scalar(wanted)


def find_by_id(proof_id: bytes) -> MailboxProof | None:
    """The proof whose code `check_code` took, good or not."""
    return db.session.get(MailboxProof, proof_id)


def is_live(proof: MailboxProof) -> bool:
    """Whether the proof may still be used."""
    return proof.used_at is None and proof.withdrawn_at is None and proof.expires_at > clock.now()


def use(proof_id: bytes) -> bool:
    """Take a live proof, once: of two who use it, one gets False."""
    return bool(
        current().sql.run(
            f"UPDATE mailbox_proof SET used_at = :now WHERE id = :id AND {_LIVE}",  # noqa: S608
            {"id": proof_id, "now": clock.now()},
        )
    )


def check_code(purpose: str, subject_id: bytes, code: str) -> MailboxProof | None:
    """The live proof whose code was typed, still to be used; None for a wrong code, a sixth try, or no live proof.

    Hashes, so call it before `db.write()`, holding a place of `hashing.place()`. What cannot be a code costs no try,
    nor does the same wrong code sent twice.
    """
    typed = crypto.normalise_code(code)
    if not _CODE.fullmatch(typed):
        return None
    tried = f"wrong-code:{current().keyring.digest(_PURPOSE, subject_id + typed.encode()).hex()}"
    if current().ephemeral.get(tried):
        return None
    row = current().sql.one(
        "UPDATE mailbox_proof SET tries = tries + 1 WHERE purpose = :purpose AND subject_id = :subject_id"  # noqa: S608
        f" AND code != '' AND tries < {TRIES} AND {_LIVE} RETURNING id, code, expires_at",
        {"purpose": purpose, "subject_id": subject_id, "now": clock.now()},
    )
    if row is None:
        return None
    proof_id, stored, expires_at = row
    hashing, secret = current().hashing, _secret(typed)
    if hashing.run(lambda: hashing.verify(stored, secret)):
        return db.session.get(MailboxProof, proof_id)
    current().ephemeral.put(tried, {}, max(1, expires_at - clock.now()))
    return None


def withdraw(purpose: str, subject_id: bytes) -> None:
    """Kill the live proofs of a subject: its address was corrected, its flow stopped, or a newer message sent."""
    current().sql.run(
        "UPDATE mailbox_proof SET withdrawn_at = :now WHERE purpose = :purpose AND subject_id = :subject_id"
        " AND used_at IS NULL AND withdrawn_at IS NULL",
        {"purpose": purpose, "subject_id": subject_id, "now": clock.now()},
    )


def _secret(code: str) -> bytes:
    return hmac.digest(current().keyring.derive(_PURPOSE), code.encode(), "sha256")
