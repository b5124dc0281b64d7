"""The change of identifier, a state machine: its table, and the verbs that walk it. `completion.py` has the last one.

What is parked for seven days is the chosen address and the site; the secrets go with the browser that chose them.
Each verb looks at the change again inside its transaction, so that of two tabs the later one sees what the first did.
"""

from typing import Final, NamedTuple

from sqlalchemy import select

from idp.accounts import credentials, mailbox_proofs
from idp.accounts.directory import find_by_address
from idp.accounts.identifiers import Address, canonical, parse_address
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.password_policy import PasswordProblem, PasswordRefused
from idp.core import audit, clock
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import new_secrets
from idp.legacy_bridge.directory import contact_proposal
from idp.legacy_bridge.messages import VALIDATION, ask_for_proof, limit_messages
from idp.legacy_bridge.models import IdentifierChange, LegacyMember

_ADDRESSES_A_DAY: Final = 5


class Transition(NamedTuple):
    """What `verb` does to a change in one of `sources`; `unproved`: only where its mailbox is, or is not, to prove."""

    verb: str
    sources: tuple[str, ...]
    unproved: bool | None
    target: str


OPEN: Final = ("address", "password", "waiting", "review")

# The proposed address needs no proof before the end (docs/rules.md §7.4); any other does.
TRANSITIONS: Final = (
    # verb, from, mailbox still to prove, to
    Transition("choose_address", ("address", "password"), None, "password"),
    Transition("choose_address", ("waiting", "review"), True, "waiting"),
    Transition("choose_address", ("waiting", "review"), False, "review"),
    Transition("choose_password", ("password", "waiting", "review"), True, "waiting"),
    Transition("choose_password", ("password", "waiting", "review"), False, "review"),
    Transition("send_again", ("waiting",), True, "waiting"),
    Transition("prove_mailbox", ("password",), None, "password"),
    Transition("prove_mailbox", ("waiting", "review"), None, "review"),
    Transition("refuse_address", ("password", "waiting"), None, "address"),
    Transition("forget_secrets", ("address",), None, "address"),
    Transition("forget_secrets", ("password", "waiting", "review"), None, "password"),
    Transition("lose_address", ("waiting", "review"), None, "address"),
    Transition("complete", ("review",), False, "done"),
    Transition("abandon", OPEN, None, "abandoned"),
)


class WrongStep(Exception):
    """The verb is not for this state; the member goes to the page of `state` ("abandoned": to the door)."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class AddressUsed(Exception):
    """The address identifies another Espace personnel."""


class AddressHasAccount(Exception):
    """The address is an account without an Espace; `state` is "active", "unvalidated" or "blocked"."""

    def __init__(self, address: str, state: str) -> None:
        super().__init__(state)
        self.address = address
        self.state = state


def find(change_id: bytes) -> IdentifierChange | None:
    """The change by its id, for a page to read."""
    return db.session.get(IdentifierChange, change_id)


def is_over(change: IdentifierChange) -> bool:
    """Whether nobody goes on with this change: made, given up, or its seven days gone."""
    return change.state not in OPEN or change.expires_at <= clock.now()


def start(member_id: bytes, *, client_id: str | None, locale: str, same_browser: bytes | None = None) -> bytes:
    """The open change of a member who has just signed in by NIR: the parked one, or a new one; returns its id.

    `same_browser` is the change this browser was at: only that one keeps its secrets, or whoever knew the old
    password first could leave a password of theirs for the member to confirm.
    """
    write()
    change = _open_change_of(member_id)
    if change is not None and is_over(change):
        move(change, "abandon")
        _drop_secrets(change)
        db.session.flush()
        change = None
    if change is None:
        return _insert(member_id, client_id, locale)
    if change.id != same_browser:
        _drop_secrets(change)
        move(change, "forget_secrets")
    change.client_id = client_id or change.client_id
    change.locale = locale
    return change.id


def choose_address(change_id: bytes, typed: str, *, source: str) -> str:
    """Take the address for the identifier; returns the new state. Where it must be proved again, a message leaves.

    Raises `AddressError`, `AddressUsed`, `AddressHasAccount`, `TooManyAttempts`, `WrongStep`.
    """
    change, member = _read(change_id)
    address = parse_address(typed)
    proposed = contact_proposal(member)
    is_default = proposed is not None and canonical(proposed) == address.canonical
    if not is_default:
        _limit_addresses(member, address)
    _refuse_used(address)
    draft = _draft(member, source) if _needs_mail(change, address, is_default) else None
    change = lock(change_id)
    if draft is None and _needs_mail(change, address, is_default):
        # Another tab has gone on meanwhile.
        raise WrongStep(change.state)
    if change.canonical != address.canonical:
        mailbox_proofs.withdraw(VALIDATION, change.id)
        change.proved_at = None
    change.address, change.canonical, change.is_default = address.typed, address.canonical, is_default
    move(change, "choose_address")
    if draft is not None:
        ask_for_proof(change, draft)
    return change.state


def choose_password(change_id: bytes, password: str, question: str | None, answer: str | None, *, source: str) -> str:
    """Take the new password and the secret answer; returns the new state. Where one must wait, a message leaves.

    Raises `PasswordRefused`, `AnswerRefused`, `TooManyAttempts`, `Busy`, `WrongStep`.
    """
    change, member = _read(change_id)
    if change.address is None:
        raise WrongStep(change.state)
    new_secrets.check_password(member, change.address, password)
    if question and answer:
        new_secrets.check_answer(member, question, answer, address=change.address, password=password)
    with current().hashing.place():
        # docs/rules.md §7.6: not the imported one.
        if credentials.verify_password(member.password, password).ok:
            raise PasswordRefused(PasswordProblem.PERSONAL)
        password_hash = credentials.hash_password(password)
        answer_hash = credentials.hash_answer(answer) if answer else None
    chosen_for = change.canonical
    draft = _draft(member, source) if is_unproved(change) else None
    change = lock(change_id)
    if change.canonical != chosen_for:
        raise WrongStep(change.state)
    change.password, change.secret_answer = password_hash, answer_hash
    change.secret_question = question if answer_hash else None
    move(change, "choose_password")
    if draft is not None:
        ask_for_proof(change, draft)
    return change.state


def send_again(change_id: bytes, *, source: str) -> None:
    """Send the waiting address another message; earlier ones serve no more. Raises `WrongStep`, `TooManyAttempts`."""
    _, member = _read(change_id)
    draft = _draft(member, source)
    change = lock(change_id)
    move(change, "send_again")
    ask_for_proof(change, draft)


def drop_address(change: IdentifierChange, verb: str) -> None:
    """Back to the first step: no address, no secret, no link."""
    move(change, verb)
    mailbox_proofs.withdraw(VALIDATION, change.id)
    change.address = change.canonical = change.proved_at = None
    change.is_default = False
    _drop_secrets(change)


def lock(change_id: bytes) -> IdentifierChange:
    """The change inside the write transaction, not to move under us. Raises `WrongStep` where it is over."""
    write()
    change = db.session.get(IdentifierChange, change_id, with_for_update=True, populate_existing=True)
    return _if_open(change)


def move(change: IdentifierChange, verb: str) -> None:
    """Put the change where the table says; its seven days begin again. Raises `WrongStep`."""
    unproved = is_unproved(change)
    for transition in TRANSITIONS:
        fits = transition.verb == verb and change.state in transition.sources
        if fits and transition.unproved in (None, unproved):
            change.state = transition.target
            break
    else:
        raise WrongStep(change.state)
    change.version += 1
    change.updated_at = clock.now()
    change.expires_at = change.updated_at + current().settings.change_life


def is_unproved(change: IdentifierChange) -> bool:
    """Whether the chosen address must be proved before the end."""
    return not change.is_default and change.proved_at is None


def _read(change_id: bytes) -> tuple[IdentifierChange, LegacyMember]:
    change = _if_open(find(change_id))
    return change, db.session.get_one(LegacyMember, change.member_id)


def _if_open(change: IdentifierChange | None) -> IdentifierChange:
    if change is None or is_over(change):
        raise WrongStep("done" if change is not None and change.state == "done" else "abandoned")
    return change


def member_ref(change: IdentifierChange) -> str:
    """The member whose change it is, for the audit."""
    return db.session.get_one(LegacyMember, change.member_id).member_ref


def _open_change_of(member_id: bytes) -> IdentifierChange | None:
    wanted = select(IdentifierChange).where(IdentifierChange.member_id == member_id, IdentifierChange.state.in_(OPEN))
    return db.session.scalar(wanted.with_for_update())


def _insert(member_id: bytes, client_id: str | None, locale: str) -> bytes:
    now = clock.now()
    change = IdentifierChange(
        id=new_id(), member_id=member_id, state="address", version=0, is_default=False, client_id=client_id,
        locale=locale, started_at=now, updated_at=now, expires_at=now + current().settings.change_life,
    )  # fmt: skip
    db.session.add(change)
    db.session.flush()
    audit.record("identifier_change_started", member_ref=member_ref(change), client_id=client_id)
    return change.id


def _drop_secrets(change: IdentifierChange) -> None:
    change.password = change.secret_question = change.secret_answer = None


def _draft(member: LegacyMember, source: str) -> Draft:
    limit_messages(member, source)
    with current().hashing.place():
        return mailbox_proofs.prepare()


def _needs_mail(change: IdentifierChange, address: Address, is_default: bool) -> bool:
    """Whether this choice leads straight to waiting for a message of its own."""
    return change.state in ("waiting", "review") and not is_default and change.canonical != address.canonical


def _limit_addresses(member: LegacyMember, address: Address) -> None:
    """docs/rules.md §3 row 17: a page that tells whether an address is known answers for five a day."""
    digest = current().keyring.digest("address-tried", member.id + address.canonical.encode()).hex()
    seen = f"address-tried:{digest}"
    if current().ephemeral.get(seen) is None:
        current().throttle.allow(f"addresses:{member.id.hex()}", _ADDRESSES_A_DAY, DAY)
        current().ephemeral.put(seen, {}, DAY)


def _refuse_used(address: Address) -> None:
    account = find_by_address(address.canonical)
    if account is None:
        return
    if account.member_ref is not None:
        raise AddressUsed
    if account.state != "active":
        raise AddressHasAccount(account.address, "blocked")
    raise AddressHasAccount(account.address, "active" if account.verified else "unvalidated")
