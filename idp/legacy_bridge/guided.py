"""The guided ways: a NIR and a birth date select, a message to the contact on file proves (docs/rules.md §7.1).

The pair proves nothing, and tells nothing: whoever it leads to, or nobody, costs one hash and the same statements, and
gets the same page. `regaining.py` has what a proof is good for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from idp.accounts import mailbox_proofs
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.models import MailboxProof
from idp.accounts.sending import MESSAGES_A_DAY, Asked, count_request, proof_of_code
from idp.accounts.sign_in import failures_of
from idp.core import audit, clock, outbox
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import directory, paths, sunset
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.directory import Number, Selected
from idp.legacy_bridge.errors import BridgeClosed, ProofSpent, WrongBirthDate
from idp.legacy_bridge.models import GuidedRequest
from idp.web.pages import HELP

PURPOSE: Final = "guided"
Kind = Literal["forgotten", "unlock"]

_SETTLED = 30 * DAY
_HOUR = 3600
_DATE_TRIES = 5
# Whose proof is kept where there is nobody to write to, so that a code costs as much to try.
_NOBODY = "personne@nulle-part.test"


@dataclass(frozen=True, slots=True)
class _Message:
    """What is written to whom; `kind` is what its link does."""

    kind: str
    template: str
    to: str
    locale: str
    args: Mapping[str, Any]


def begin(kind: Kind, number: Number, born: BirthDate, asked: Asked) -> bytes:
    """Select a member and write to them, if there is one to write to; returns the id of the request, in every case.

    Raises `BridgeClosed`, `TooManyAttempts` for a source that asks too much, and `Busy`.
    """
    if sunset.is_over():
        raise BridgeClosed
    count_request(asked.source)
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    member = directory.find_member(number)
    if member is not None and not member.was_born(born):
        member = None
    message = _message_for(kind, member, asked.locale)
    may_write = _count_message(member.id if member else number.counter)
    identifier = new_id()
    write()
    _insert(identifier, message.kind if message else kind, member, number.counter, asked)
    audit.record("guided_asked", member_ref=member.member_ref if member else None, source=asked.source, kind=kind)
    _send(identifier, message, draft, may_write=may_write)
    return identifier


def begin_for(member_id: bytes, asked: Asked) -> bool:
    """The same for a member whom staff have before them, with no number: whether a message leaves.

    Its link is opened in another browser than `asked`: the birth date is asked there. Raises `TooManyAttempts`, `Busy`.
    """
    count_request(asked.source)
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    member = None if sunset.is_over() else directory.find_member_by_id(member_id)
    message = _message_for("forgotten", member, asked.locale)
    if member is None or message is None or not _count_message(member.id):
        return False
    identifier, counter = new_id(), current().keyring.digest("attempts", b"member:" + member.id)
    write()
    _insert(identifier, message.kind, member, counter, asked)
    _send(identifier, message, draft, may_write=True)
    return True


def resend(request: GuidedRequest, *, source: str) -> None:
    """Write again; above three messages a day nothing leaves, and the last one stays good (docs/rules.md §3 row 22).

    Raises `TooManyAttempts` for the source, and `Busy`.
    """
    count_request(source)
    with current().hashing.place():
        draft = mailbox_proofs.prepare()
    member = directory.find_member_by_id(request.member_id)
    message = _message_for(request.kind, member, request.locale)
    may_write = _count_message(member.id if member else request.counter)
    identifier, kind = request.id, message.kind if message else request.kind
    write()
    audit.record("guided_asked", member_ref=member.member_ref if member else None, source=source, kind="resend")
    current().sql.run(
        "UPDATE guided_request SET kind = :kind, expires_at = :end WHERE id = :id AND completed_at IS NULL",
        {"id": identifier, "kind": kind, "end": _end()},
    )
    _send(identifier, message, draft, may_write=may_write)


def find(identifier: bytes) -> GuidedRequest | None:
    """A request that is not over its time, finished or not."""
    request = db.session.get(GuidedRequest, identifier)
    return request if request and request.expires_at > clock.now() else None


def check_tries(request: GuidedRequest) -> None:
    """Raise `TooManyAttempts` where five wrong birth dates were typed beside the links of this request."""
    current().throttle.check(_tries_of(request), _DATE_TRIES)


def prove_by_link(proof: MailboxProof, *, browser: str, source: str, born: BirthDate | None = None) -> bytes:
    """Spend a link: this browser goes on with its request, whose id is returned.

    Elsewhere than in the browser that asked, `born` is the birth date again, for a mistyped or recycled mailbox has
    readers who know nothing of the member. Raises `ProofSpent`, `WrongBirthDate`, `TooManyAttempts`.
    """
    proof_id, request_id = proof.id, proof.subject_id
    request = find(request_id)
    if request is None or not mailbox_proofs.is_live(proof):
        raise ProofSpent
    if request.browser != browser:
        _check_birth_date(request, born, source)
    write()
    _prove(proof_id, request_id, "link", browser, source)
    return request_id


def prove_by_code(request: GuidedRequest, code: str, *, browser: str, source: str) -> bool:
    """The same with the code beside the link; False for a wrong one. Raises `ProofSpent`, `TooManyAttempts`, `Busy`."""
    identifier = request.id
    proof_id = proof_of_code(PURPOSE, identifier, code, source=source)
    if proof_id is None:
        return False
    write()
    _prove(proof_id, identifier, "code", browser, source)
    return True


def keep_proved(member: Selected, number: Number, asked: Asked, by: str) -> bytes:
    """A request that another proof than a message has opened in this browser, in the open transaction; its id."""
    identifier = new_id()
    _insert(identifier, "letter", member, number.counter, asked, by)
    return identifier


def is_settled(changed_on: str | None) -> bool:
    """Whether an address on file was not changed within the last thirty days (docs/rules.md §3.1)."""
    return changed_on is None or changed_on <= clock.as_datetime(clock.now() - _SETTLED).date().isoformat()


def _message_for(kind: str, member: Selected | None, locale: str) -> _Message | None:
    """What to write, and where: to an address known before, which nobody shares and which was not changed of late."""
    if member is None or member.state == "conflict":
        return None
    if member.state == "changed":
        return _reminder(kind, member)
    if member.contact is None or member.contact_is_shared or not is_settled(member.contact_changed_on):
        return None
    has_password = member.has_password and member.state != "never_activated"
    again = member.unlocked_at is not None and member.unlocked_at > clock.now() - DAY
    if kind == "unlock" and has_password and not again:
        return _Message("unlock", "guided_unlock", member.contact, locale, {})
    return _Message("forgotten", "guided_forgotten", member.contact, locale, {"never_created": not has_password})


def _reminder(kind: str, member: Selected) -> _Message | None:
    """A member who has changed is told, at the address that signs in, that it is the one (docs/rules.md §3 row 11)."""
    if member.identifier is None or member.account_state == "frozen":
        return None
    issuer = current().settings.issuer
    args = {
        "email": member.identifier,
        "link": issuer + paths.EMAIL_DOOR,
        "forgotten_url": issuer + paths.FORGOTTEN,
    }
    return _Message(kind, "identifier_reminder", member.identifier, member.account_locale or "fr", args)


def _count_message(key: bytes) -> bool:
    return current().throttle.count(f"guided:{key.hex()}", DAY) <= MESSAGES_A_DAY


def _insert(
    identifier: bytes, kind: str, member: Selected | None, counter: bytes, asked: Asked, proved_by: str | None = None
) -> None:
    now = clock.now()
    current().sql.run(
        "INSERT INTO guided_request (id, member_id, kind, counter, browser, interaction_id, client_id, locale,"
        " created_at, expires_at, proved_at, proved_by, proved_in) VALUES (:id, :member_id, :kind, :counter, :browser,"
        " :interaction_id, :client_id, :locale, :now, :end, :proved_at, :proved_by, :proved_in)",
        {
            "id": identifier,
            "member_id": member.id if member else None,
            "kind": kind,
            "counter": counter,
            "browser": asked.browser,
            "interaction_id": asked.interaction_id,
            "client_id": asked.client_id,
            "locale": asked.locale,
            "now": now,
            "end": _end(),
            "proved_at": now if proved_by else None,
            "proved_by": proved_by,
            "proved_in": asked.browser if proved_by else None,
        },
    )


def _send(identifier: bytes, message: _Message | None, draft: Draft, *, may_write: bool) -> None:
    """Keep the proof and queue the message: to nobody where none leaves, so that the queue grows alike."""
    settings = current().settings
    # What is not sent must not withdraw the last one that was.
    subject = identifier if may_write else new_id()
    mailbox_proofs.store(draft, PURPOSE, subject, message.to if message else _NOBODY, settings.reset_life)
    link = f"{settings.issuer}{paths.GUIDED_LINK}{draft.token}/"
    args = {
        "link": link,
        "code": draft.code,
        "validity": settings.reset_life,
        "not_me_url": f"{settings.issuer}{HELP}#contact",
        **(message.args if message else {"never_created": False}),
    }
    outbox.put(
        "mail",
        {
            "template": message.template if message else "guided_forgotten",
            "to": message.to if message and may_write else None,
            "locale": message.locale if message else "fr",
            "args": args,
        },
    )


def _check_birth_date(request: GuidedRequest, born: BirthDate | None, source: str) -> None:
    current().throttle.check(failures_of(source), current().settings.failures_per_source)
    # Counted first, so that many at once are as many tries.
    current().throttle.allow(_tries_of(request), _DATE_TRIES, DAY)
    member = directory.find_member_by_id(request.member_id)
    if member is None or born is None or not member.was_born(born):
        current().throttle.count(failures_of(source), _HOUR)
        raise WrongBirthDate


def _tries_of(request: GuidedRequest) -> str:
    return f"guided-date:{request.id.hex()}"


def _prove(proof_id: bytes, request_id: bytes, by: str, browser: str, source: str) -> None:
    if not mailbox_proofs.use(proof_id):
        raise ProofSpent
    proved = current().sql.run(
        "UPDATE guided_request SET proved_at = :now, proved_by = :by, proved_in = :browser, expires_at = :end"
        " WHERE id = :id AND completed_at IS NULL AND expires_at > :now",
        {"id": request_id, "now": clock.now(), "by": by, "browser": browser, "end": _end()},
    )
    if not proved:
        raise ProofSpent
    audit.record("mailbox_proved", member_ref=_member_ref(request_id), source=source, way=PURPOSE, by=by)


def _member_ref(request_id: bytes) -> str | None:
    row = current().sql.one(
        "SELECT member_ref FROM guided_request JOIN legacy_member ON legacy_member.id = member_id"
        " WHERE guided_request.id = :id",
        {"id": request_id},
    )
    return row[0] if row else None


def _end() -> int:
    return clock.now() + current().settings.reset_life
