"""The code of a letter to the postal address on file, for who cannot be reached otherwise (docs/rules.md §3 row 2).

Whoever asks sees the same page, after the same hash and the same statements; so does whoever types a code.
"""

import hmac
import re
from typing import Any, Final

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


def ask(request: GuidedRequest, *, source: str) -> None:
    """Queue a letter to the member of a guided request, if there is one to write to; at most one every ten days.

    Raises `TooManyAttempts` for a source that asks too much, and `Busy`.
    """
    count_request(source)
    code, member_id, locale = crypto.code(_LENGTH), request.member_id, request.locale
    hashing, secret = current().hashing, _secret(code)
    with hashing.place():
        hashed = hashing.run(lambda: hashing.hash(secret))
    member = directory.find_member_by_id(member_id)
    if member is not None and not _is_reachable(member):
        member = None
    identifier = new_id()
    write()
    posted = _keep(identifier, member, hashed)
    reference = member.member_ref if member else None
    audit.record("letter_asked", member_ref=reference, source=source, posted=posted)
    # Queued in every case: what goes to nobody is dropped there.
    outbox.put(letter_service.KIND, _payload(identifier, reference if posted else None, code, locale))


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


def _is_reachable(member: Selected) -> bool:
    """Whether the postal address on file is good, not changed of late, and what it would prove leads anywhere."""
    if member.state == "conflict" or (member.state == "changed" and member.account_id is None):
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


def _payload(identifier: bytes, member_ref: str | None, code: str, locale: str) -> dict[str, Any]:
    until = clock.as_datetime(clock.now() + current().settings.letter_life).date()
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
