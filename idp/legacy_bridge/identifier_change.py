"""The change of identifier, a state machine: its table, how it begins and moves. `change_choices.py`, `linking.py`,
`change_proofs.py` and `completion.py` hold the verbs.

What is parked for seven days is the chosen address and the site; the secrets go with the browser that chose them.
Each verb looks at the change again inside its transaction, so that of two tabs the later one sees what the first did.
"""

from typing import Final, Literal, NamedTuple

from sqlalchemy import select

from idp.accounts import mailbox_proofs
from idp.accounts.directory import AccountRow
from idp.core import audit, clock, metrics
from idp.core.db import db, write
from idp.core.ids import new_id
from idp.core.runtime import current
from idp.legacy_bridge.messages import VALIDATION
from idp.legacy_bridge.models import OPEN_STATES, IdentifierChange, LegacyMember

Lack = Literal["account", "secrets", "mailbox", "nothing"]


class Transition(NamedTuple):
    """What `verb` makes of a change in one of `sources` that then lacks `lacks` (None: whatever it lacks)."""

    verb: str
    sources: tuple[str, ...]
    lacks: Lack | None
    target: str


OPEN: Final = OPEN_STATES

# The proposed address needs no proof before the end (docs/rules.md §7.4); any other does, and an account its password.
TRANSITIONS: Final = (
    # verb, from, what it lacks then (`lack_of`), to
    Transition("choose_address", OPEN, "account", "link"),
    Transition("choose_address", OPEN, "secrets", "password"),
    Transition("choose_address", ("waiting", "review"), "mailbox", "waiting"),
    Transition("choose_address", ("waiting", "review"), "nothing", "review"),
    Transition("prove_account", ("link",), "secrets", "password"),
    Transition("prove_account", ("link",), "nothing", "review"),
    Transition("choose_password", ("password", "waiting"), "mailbox", "waiting"),
    Transition("choose_password", ("password", "review"), "nothing", "review"),
    Transition("send_again", ("waiting",), "mailbox", "waiting"),
    Transition("prove_mailbox", ("password",), "secrets", "password"),
    Transition("prove_mailbox", ("waiting",), "nothing", "review"),
    Transition("refuse_address", ("link", "password", "waiting"), None, "address"),
    Transition("forget_secrets", ("address",), None, "address"),
    Transition("forget_secrets", ("link", "password", "review"), "account", "link"),
    Transition("forget_secrets", ("link", "password", "waiting", "review"), "secrets", "password"),
    Transition("lose_address", ("waiting", "review"), "account", "link"),
    Transition("lose_address", ("waiting", "review"), None, "address"),
    Transition("complete", ("review",), "nothing", "done"),
    Transition("abandon", OPEN, None, "abandoned"),
)


class WrongStep(Exception):
    """The verb is not for this state; the member goes to the page of `state` ("abandoned": to the door)."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def lack_of(change: IdentifierChange) -> Lack:
    """What the change, once it has an address, still wants before it can be made; the first thing first."""
    if is_linking(change):
        if change.linked_at is None:
            return "account"
        without_password = change.password_due and change.password is None
        return "secrets" if without_password or (change.question_due and change.secret_answer is None) else "nothing"
    if change.password is None:
        return "secrets"
    return "mailbox" if is_unproved(change) else "nothing"


def is_linking(change: IdentifierChange) -> bool:
    """Whether the change ends with an account that exists; it may have been deleted since its password was proved."""
    return change.linked_account_id is not None or change.linked_at is not None


def is_unproved(change: IdentifierChange) -> bool:
    """Whether the chosen address must be proved by a message before the end."""
    return not is_linking(change) and not change.is_default and change.proved_at is None


def is_over(change: IdentifierChange) -> bool:
    """Whether nobody goes on with this change: made, given up, or its seven days gone."""
    return change.state not in OPEN or change.expires_at <= clock.now()


def find(change_id: bytes) -> IdentifierChange | None:
    """The change by its id, for a page to read."""
    return db.session.get(IdentifierChange, change_id)


def read(change_id: bytes) -> tuple[IdentifierChange, LegacyMember]:
    """The open change and its member, for a verb to prepare. Raises `WrongStep`."""
    change = _if_open(find(change_id))
    return change, db.session.get_one(LegacyMember, change.member_id)


def lock(change_id: bytes) -> IdentifierChange:
    """The change inside the write transaction, not to move under us. Raises `WrongStep` where it is over."""
    write()
    change = db.session.get(IdentifierChange, change_id, with_for_update=True, populate_existing=True)
    return _if_open(change)


def start(member_id: bytes, *, client_id: str | None, locale: str, same_browser: bytes | None = None) -> bytes:
    """The open change of a member who has just signed in by NIR: the parked one, or a new one; returns its id.

    `same_browser` is the change this browser was at: only that one keeps its secrets, or whoever knew the old
    password first could leave a password of theirs for the member to confirm.
    """
    write()
    change = _open_change_of(member_id)
    if change is not None and is_over(change):
        move(change, "abandon")
        drop_secrets(change)
        db.session.flush()
        change = None
    if change is None:
        return _insert(member_id, client_id, locale)
    if change.id != same_browser or _is_stale(change):
        drop_secrets(change)
        move(change, "forget_secrets")
    change.client_id = client_id or change.client_id
    change.locale = locale
    return change.id


def move(change: IdentifierChange, verb: str) -> None:
    """Put the change where the table says; its seven days begin again. Raises `WrongStep`."""
    lack = lack_of(change)
    for transition in TRANSITIONS:
        fits = transition.verb == verb and change.state in transition.sources
        if fits and transition.lacks in (None, lack):
            change.state = transition.target
            break
    else:
        raise WrongStep(change.state)
    metrics.count(metrics.STEPS, change.state)
    change.version += 1
    change.updated_at = clock.now()
    change.expires_at = change.updated_at + current().settings.change_life


def aim_at(change: IdentifierChange, account: AccountRow) -> None:
    """Let the change end with this account, whose password is to prove; what was proved of this same one stays."""
    mailbox_proofs.withdraw(VALIDATION, change.id)
    change.is_default, change.proved_at = False, None
    if change.linked_account_id != account.id:
        drop_secrets(change)
        change.linked_account_id = account.id


def aim_at_none(change: IdentifierChange) -> None:
    """Let the change end with a new account."""
    if is_linking(change):
        drop_secrets(change)
        change.linked_account_id = None


def drop_address(change: IdentifierChange, verb: str) -> None:
    """Back to the first step: no address, no secret, no link."""
    move(change, verb)
    mailbox_proofs.withdraw(VALIDATION, change.id)
    drop_secrets(change)
    change.address = change.canonical = change.proved_at = change.linked_account_id = None
    change.is_default = False


def drop_secrets(change: IdentifierChange) -> None:
    """Forget what one browser chose and proved, of an account to link too."""
    change.password = change.secret_question = change.secret_answer = None
    change.linked_at = change.linked_epoch = None
    change.password_due = change.question_due = False


def member_ref(change: IdentifierChange) -> str:
    """The member whose change it is, for the audit."""
    return db.session.get_one(LegacyMember, change.member_id).member_ref


def _is_stale(change: IdentifierChange) -> bool:
    """The password of an account that is to be linked is good for the life of a ticket."""
    return change.linked_at is not None and change.linked_at + current().settings.ticket_life <= clock.now()


def _if_open(change: IdentifierChange | None) -> IdentifierChange:
    if change is None or is_over(change):
        raise WrongStep("done" if change is not None and change.state == "done" else "abandoned")
    return change


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
