"""The code of a letter to the postal address on file, for who cannot be reached otherwise (docs/rules.md §3 row 2).

Whoever asks sees the same page, after the same hash and the same statements; so does whoever types a code.
"""

import hmac
import re
from typing import Any, Final, NamedTuple

from idp.accounts import credentials
from idp.accounts.sending import Asked, count_request
from idp.accounts.sign_in import failures_of
from idp.core import audit, clock, crypto, letter_service, outbox
from idp.core.crypto import ALPHABET
from idp.core.db import write
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import directory, guided, paths, sunset
from idp.legacy_bridge.directory import Number, Selected
from idp.legacy_bridge.errors import BridgeClosed, ProofSpent
from idp.legacy_bridge.models import GuidedRequest
from idp.legacy_bridge.regaining import BY_LETTER

TRIES: Final = 5
_LENGTH = 8
_CODE = re.compile(f"[{ALPHABET}]{{{_LENGTH}}}")
_PURPOSE = "letter-code"
_ONE_EVERY = 10 * DAY
_HOUR = 3600
_LIVE = "used_at IS NULL AND withdrawn_at IS NULL AND expires_at > :now"


class Draft(NamedTuple):
    """A new code, and what is kept of it."""

    code: str
    hash: str


def prepare() -> Draft:
    """A new code; hashes, so call it before `db.write()`. Raises `Busy`."""
    code = crypto.code(_LENGTH)
    hashing, secret = current().hashing, _secret(code)
    with hashing.place():
        return Draft(code, hashing.run(lambda: hashing.hash(secret)))


def ask(request: GuidedRequest, *, source: str) -> None:
    """Queue a letter to the member of a guided request, if there is one to write to; at most one every ten days.

    Raises `TooManyAttempts` for a source that asks too much, and `Busy`.
    """
    count_request(source)
    post_to(request.member_id, request.locale, source=source)


def post_to(member_id: bytes | None, locale: str, *, source: str | None) -> bool:
    """The same for a member whom staff have before them; whether a letter leaves. Raises `Busy`."""
    draft = prepare()
    member = directory.find_member_by_id(member_id)
    if member is not None and not _is_reachable(member):
        member = None
    identifier = new_id()
    write()
    posted = _keep(identifier, member, draft.hash)
    reference = member.member_ref if member else None
    audit.record("letter_asked", member_ref=reference, source=source, posted=posted)
    # Queued in every case: what goes to nobody is dropped there.
    life = current().settings.letter_life
    outbox.put(letter_service.KIND, _payload(identifier, reference if posted else None, draft.code, locale, life))
    return posted


def release(draft: Draft, member_id: bytes, locale: str) -> bool:
    """A code handed over in person, after an identity check in a branch (docs/rules.md §3.1): a day, five tries.

    It goes to the print service, which prints it there: no page shows it. It takes the place of the code of a letter.
    False where it would lead nowhere. Call it while writing.
    """
    member = directory.find_member_by_id(member_id)
    if member is None or not _leads_somewhere(member):
        return False
    identifier, now = new_id(), clock.now()
    current().sql.run(
        f"UPDATE letter SET withdrawn_at = :now WHERE member_id = :member_id AND {_LIVE}",  # noqa: S608
        {"member_id": member.id, "now": now},
    )
    current().sql.run(
        "INSERT INTO letter (id, member_id, code, tries, created_at, expires_at)"
        " VALUES (:id, :member_id, :code, 0, :now, :end)",
        {"id": identifier, "member_id": member.id, "code": draft.hash, "now": now, "end": now + DAY},
    )
    payload = _payload(identifier, member.member_ref, draft.code, locale, DAY) | {"purpose": "branch_code"}
    outbox.put(letter_service.KIND, payload)
    return True


def open_by_code(number: Number, code: str, asked: Asked) -> bytes:
    """Use a letter's code: the id of a request that is proved in this browser. Hashes, and opens the transaction.

    Raises `BridgeClosed`, `ProofSpent` for any pair that is not good, `TooManyAttempts` for a source that tries too
    much, and `Busy`.
    """
    if sunset.is_over():
        raise BridgeClosed
    current().throttle.check(failures_of(asked.source), current().settings.failures_per_source)
    with current().hashing.place():
        member = directory.find_member(number)
        letter_id = _try(number.counter, member, crypto.normalise_code(code))
    if member is None or letter_id is None:
        current().throttle.count(failures_of(asked.source), _HOUR)
        audit.record("letter_refused", member_ref=member.member_ref if member else None, source=asked.source)
        raise ProofSpent
    write()
    _use(letter_id)
    audit.record("letter_used", member_ref=member.member_ref, source=asked.source)
    return guided.keep_proved(member, number, asked, BY_LETTER)


def _leads_somewhere(member: Selected) -> bool:
    return member.state != "conflict" and (member.state != "changed" or member.account_id is not None)


def _is_reachable(member: Selected) -> bool:
    """Whether the postal address on file is good, not changed of late, and what it would prove leads anywhere."""
    if not _leads_somewhere(member):
        return False
    return bool(member.postal_usable) and guided.is_settled(member.postal_changed_on)


def _keep(identifier: bytes, member: Selected | None, hashed: str) -> bool:
    """Keep a code, unless there is nobody or a letter left lately: one statement, which two at once cannot both win."""
    now = clock.now()
    return bool(
        current().sql.run(
            "INSERT INTO letter (id, member_id, code, tries, created_at, expires_at)"
            " SELECT :id, :member_id, :code, 0, :now, :end WHERE :known AND NOT EXISTS"
            " (SELECT 1 FROM letter WHERE member_id = :member_id AND created_at > :since)",
            {
                "id": identifier,
                "member_id": member.id if member else None,
                "known": member is not None,
                "code": hashed,
                "now": now,
                "end": now + current().settings.letter_life,
                "since": now - _ONE_EVERY,
            },
        )
    )


def _payload(identifier: bytes, member_ref: str | None, code: str, locale: str, life: int) -> dict[str, Any]:
    until = clock.as_datetime(clock.now() + life).date()
    return {
        "id": identifier.hex(),
        "member_ref": member_ref,
        "code": code,
        "locale": locale,
        "valid_until": until.isoformat(),
        "purpose": "access_code",
        "page": current().settings.issuer + paths.LETTER,
    }


def _try(counter: bytes, member: Selected | None, typed: str) -> bytes | None:
    """The letter whose code was typed, still to be used. What cannot be a code costs no try, nor the same one twice."""
    if not _CODE.fullmatch(typed):
        return None
    tried = f"wrong-code:{current().keyring.digest(_PURPOSE, counter + typed.encode()).hex()}"
    if current().ephemeral.get(tried):
        return None
    row = current().sql.one(
        f"UPDATE letter SET tries = tries + 1 WHERE member_id = :member_id AND tries < {TRIES} AND {_LIVE}"  # noqa: S608
        " RETURNING id, code",
        {"member_id": member.id if member else None, "now": clock.now()},
    )
    stored = row[1] if row else credentials.dummy().rpartition(":")[2]
    hashing, secret = current().hashing, _secret(typed)
    if hashing.run(lambda: hashing.verify(stored, secret)) and row:
        found: bytes = row[0]
        return found
    current().ephemeral.put(tried, {}, current().settings.letter_life)
    return None


def _use(letter_id: bytes) -> None:
    statement = f"UPDATE letter SET used_at = :now WHERE id = :id AND {_LIVE}"  # noqa: S608
    if not current().sql.run(statement, {"id": letter_id, "now": clock.now()}):
        raise ProofSpent


def _secret(code: str) -> bytes:
    return hmac.digest(current().keyring.derive(_PURPOSE), code.encode(), "sha256")
