"""What the member chooses in a change: the address, then the password and the question; and another message."""

from typing import Final

from idp.accounts import creation, credentials, mailbox_proofs
from idp.accounts.directory import find_by_address
from idp.accounts.identifiers import Address, canonical, parse_address
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.password_policy import PasswordProblem, PasswordRefused
from idp.core import clock
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import new_secrets
from idp.legacy_bridge.directory import contact_proposal
from idp.legacy_bridge.identifier_change import (
    WrongStep,
    aim_at,
    aim_at_none,
    is_linking,
    is_unproved,
    lock,
    move,
    read,
)
from idp.legacy_bridge.messages import VALIDATION, ask_for_proof, limit_messages
from idp.legacy_bridge.models import IdentifierChange, LegacyMember

_ADDRESSES_A_DAY: Final = 5


class AddressHeld(Exception):
    """Nobody may take this address for a while: it was an erased account's."""


def choose_address(change_id: bytes, typed: str, *, source: str) -> str:
    """Take the address for the identifier; returns the new state. Where it must be proved again, a message leaves.

    The address of an account leads to the page that asks for its password, whosever it is (docs/rules.md §7.5). Raises
    `AddressError`, `AddressHeld`, `TooManyAttempts`, `Busy`, `WrongStep`.
    """
    change, member = read(change_id)
    address = parse_address(typed)
    proposed = contact_proposal(member)
    is_default = proposed is not None and canonical(proposed) == address.canonical
    if not is_default:
        _limit_addresses(member, address)
    _refuse_held(address)
    is_new = find_by_address(address.canonical) is None
    password = change.password
    ask_again = is_new and change.canonical != address.canonical and new_secrets.is_address(password, address)
    mail_due = is_new and not ask_again and _needs_mail(change, address, is_default)
    draft = _draft(member, source) if mail_due else None
    change = lock(change_id)
    account = find_by_address(address.canonical)
    if account is not None:
        aim_at(change, account)
    else:
        unprepared = draft is None and not ask_again and _needs_mail(change, address, is_default)
        if unprepared or change.password != password:
            # Another tab has gone on meanwhile.
            raise WrongStep(change.state)
        _take(change, address, is_default=is_default)
        if ask_again:
            change.password = None
    change.address, change.canonical = address.typed, address.canonical
    move(change, "choose_address")
    if draft is not None and is_unproved(change):
        ask_for_proof(change, draft)
    return change.state


def choose_password(
    change_id: bytes, password: str | None, question: str | None, answer: str | None, *, source: str
) -> str:
    """Take the new password and the secret answer, each where one is due; returns the new state.

    Where a mailbox is to prove, a message leaves. Raises `PasswordRefused`, `AnswerRefused`, `TooManyAttempts`,
    `Busy`, `WrongStep`.
    """
    change, member = read(change_id)
    if change.address is None:
        raise WrongStep(change.state)
    if password is not None:
        new_secrets.check_password(member, change.address, password)
    if question and answer:
        new_secrets.check_answer(member, question, answer, address=change.address, password=password or "")
    with current().hashing.place():
        if password is not None and new_secrets.is_imported(member, password):
            raise PasswordRefused(PasswordProblem.PERSONAL)
        password_hash = credentials.hash_password(password) if password is not None else None
        answer_hash = credentials.hash_answer(answer) if answer else None
    chosen_for = (change.canonical, change.linked_account_id)
    draft = _draft(member, source) if is_unproved(change) else None
    change = lock(change_id)
    if (change.canonical, change.linked_account_id) != chosen_for:
        raise WrongStep(change.state)
    change.password, change.secret_answer = password_hash, answer_hash
    change.secret_question = question if answer_hash else None
    move(change, "choose_password")
    if draft is not None:
        ask_for_proof(change, draft)
    return change.state


def send_again(change_id: bytes, *, source: str) -> None:
    """Send the waiting address another message; earlier ones serve no more. Raises `WrongStep`, `TooManyAttempts`."""
    _, member = read(change_id)
    draft = _draft(member, source)
    change = lock(change_id)
    move(change, "send_again")
    ask_for_proof(change, draft)


def _take(change: IdentifierChange, address: Address, *, is_default: bool) -> None:
    """An address that is no account's yet."""
    aim_at_none(change)
    if change.canonical != address.canonical:
        mailbox_proofs.withdraw(VALIDATION, change.id)
        change.proved_at = None
    change.is_default = is_default


def _refuse_held(address: Address) -> None:
    held = current().sql.one(
        "SELECT 1 FROM held_address WHERE digest = :digest AND until > :now",
        {"digest": creation.held_digest(address.canonical), "now": clock.now()},
    )
    if held:
        raise AddressHeld


def _draft(member: LegacyMember, source: str) -> Draft:
    limit_messages(member, source)
    with current().hashing.place():
        return mailbox_proofs.prepare()


def _needs_mail(change: IdentifierChange, address: Address, is_default: bool) -> bool:
    """Whether this choice leads straight to waiting for a message of its own."""
    goes_on = change.state in ("waiting", "review") and not is_linking(change)
    return goes_on and not is_default and change.canonical != address.canonical


def _limit_addresses(member: LegacyMember, address: Address) -> None:
    """docs/rules.md §3 row 17: a page that tells whether an address is known answers for five a day."""
    digest = current().keyring.digest("address-tried", member.id + address.canonical.encode()).hex()
    seen = f"address-tried:{digest}"
    if current().ephemeral.get(seen) is None:
        current().throttle.allow(f"addresses:{member.id.hex()}", _ADDRESSES_A_DAY, DAY)
        current().ephemeral.put(seen, {}, DAY)
