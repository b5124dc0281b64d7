"""Accounts looked up: plain reads, nothing changed."""

from dataclasses import dataclass
from typing import Any

from idp.accounts.identifiers import AddressError, canonical
from idp.core.runtime import current

_SELECT = (
    "SELECT account.id, account.state, account.epoch, account.password, account.locale, account.secret_question,"
    " identifier.address, identifier.verified_at, membership.member_ref FROM account"
    " JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active'"
    " LEFT JOIN membership ON membership.account_id = account.id"
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it stands now. `password` is what `credentials` stores; `verified`: its mailbox is proved."""

    id: bytes
    state: str
    epoch: int
    password: str | None
    locale: str
    secret_question: str | None
    address: str
    verified: bool
    member_ref: str | None

    @property
    def is_open_to_takeover(self) -> bool:
        """Whether the first to prove the mailbox gets it: never proved by anybody, and no Espace personnel on it."""
        return not self.verified and self.member_ref is None and self.state != "frozen"


def find_by_address(address: str) -> AccountRow | None:
    """The account whose active identifier is `address`, however it is written; None for what is no address."""
    try:
        wanted = canonical(address)
    except AddressError:
        return None
    row = current().sql.one(_SELECT + " WHERE identifier.canonical = :canonical", {"canonical": wanted})
    return _account(row) if row else None


def find_by_id(identifier: bytes) -> AccountRow | None:
    """The account by its id."""
    row = current().sql.one(_SELECT + " WHERE account.id = :id", {"id": identifier})
    return _account(row) if row else None


def _account(row: tuple[Any, ...]) -> AccountRow:
    identifier, state, epoch, password, locale, question, address, verified_at, member_ref = row
    return AccountRow(
        identifier, state, epoch, password, locale, question, address, verified_at is not None, member_ref
    )
