"""Loading the identities of the loyalty site and the forum: accounts without an Espace personnel (docs/rules.md §3.3).

Of two identities with one mailbox the validated one wins, and where that does not tell them apart both are refused.
An account that somebody has used here, or that holds an Espace personnel, is never touched again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from idp.accounts import creation, imported_passwords
from idp.accounts.creation import AddressTaken
from idp.accounts.foreign_hashes import SITE_KEY_HINT, ForeignHash
from idp.accounts.identifiers import Address, AddressError, parse_address
from idp.core import cells
from idp.core.batch_import import Claims, Item, RowRefused
from idp.core.runtime import current

COLUMNS: Final = ("identity_ref", "email", "password_hash", "validated", "blocked", "source")
SOURCES: Final = ("avantage", "forum")
# The shop put a key of its own in front of every password, and wrote a bare MD5.
_KEYED_SOURCE = "avantage"
_YES_NO = {"yes": True, "no": False}
_PROOF = "import"
_SELECT = (
    "SELECT account.id, account.state, account.password, identifier.canonical, identifier.verified_at IS NOT NULL,"
    " account.epoch > 0 OR EXISTS (SELECT 1 FROM membership WHERE membership.account_id = account.id) FROM account"
    " JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active'"
    " WHERE account.source_ref = :source_ref"
)
# Whoever acted since the row was read wins over the file.
_UPDATE = (
    "UPDATE account SET state = :state, password = :password WHERE id = :id AND state = :old_state"
    " AND password IS NOT DISTINCT FROM :old_password AND epoch = 0"
    " AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.account_id = account.id)"
)


class _Cells(NamedTuple):
    """The columns, in the order of `COLUMNS`."""

    identity_ref: str
    email: str
    password_hash: str
    validated: str
    blocked: str
    source: str


@dataclass(frozen=True, slots=True)
class _Stored:
    id: bytes
    state: str
    password: str | None
    canonical: str
    verified: int
    in_use: int

    @property
    def is_ours(self) -> bool:
        """Whether somebody has used the account here: the file has no say any more."""
        return bool(self.in_use) or imported_passwords.is_ours(self.password)


@dataclass(slots=True, kw_only=True)
class IdentityItem(Item):
    """An identity on the way in: what the row says, what is stored of the same one, what will be."""

    source_ref: str
    origin: str
    address: Address
    foreign: ForeignHash | None
    validated: bool
    state: str
    stored: _Stored | None = None
    password: str | None = None


class IdentityLoader:
    """The loader of the identities file (`core.batch_import.Loader`)."""

    kind = "identities"
    columns = COLUMNS
    optional = ()

    def claims(self, values: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
        """A reference belongs to one row; a mailbox too, the more so where it was validated."""
        row = _Cells(*values)
        yield _reference_claim(row.source.strip(), row.identity_ref.strip()), False
        try:
            address = parse_address(row.email)
        except AddressError:
            return
        yield _mailbox_claim(address), row.validated.strip().lower() == "yes"

    def read(self, line: int, values: Sequence[str], claims: Claims) -> IdentityItem:
        """The row alone and against its file. Raises `RowRefused`."""
        item = _read(line, _Cells(*values))
        origin, _, reference = item.source_ref.partition(":")
        if claims.count(_reference_claim(origin, reference))[0] > 1:
            raise RowRefused("duplicate_identity_ref")
        rows, validated = claims.count(_mailbox_claim(item.address))
        if rows > 1 and not (item.validated and validated == 1):
            raise RowRefused("mailbox_of_another_row" if validated == 1 else "shared_mailbox")
        return item

    def look_up(self, item: IdentityItem) -> None:
        """Find the account of an earlier import. Raises `RowRefused` where its address is another one now."""
        row = current().sql.one(_SELECT, {"source_ref": item.source_ref})
        if row is None:
            return
        item.stored = stored = _Stored(*row)
        item.password = stored.password
        if stored.is_ours:
            item.outcome = "unchanged"
            return
        if stored.canonical != item.address.canonical:
            raise RowRefused("another_address")
        same = stored.state == item.state and stored.verified >= item.validated
        item.outcome = "unchanged" if same else "updated"

    def hash(self, item: IdentityItem) -> int:
        """Wrap the hash, or find that it is wrapped already."""
        stored = item.stored
        if stored and stored.is_ours:
            return 0
        item.password, hashes = imported_passwords.renew(stored.password if stored else None, item.foreign)
        if stored and item.password != stored.password:
            item.outcome = "updated"
        return hashes

    def write(self, item: IdentityItem) -> None:
        """Store the row; an address that an account of ours has keeps that account."""
        if item.outcome == "unchanged":
            return
        if item.stored is None:
            self._create(item)
        elif not current().sql.run(_UPDATE, self._changes(item, item.stored)):
            item.outcome = "unchanged"
        elif item.validated:
            creation.mark_verified(item.stored.id, _PROOF)

    def end_batch(self) -> None:
        """Nothing belongs to a batch as a whole."""

    def _create(self, item: IdentityItem) -> None:
        try:
            creation.create_account(
                item.address.typed,
                item.password,
                origin=item.origin,
                locale="fr",
                verified_by=_PROOF if item.validated else None,
                state=item.state,
                source_ref=item.source_ref,
            )
        except AddressTaken:
            item.refused = "address_taken"

    def _changes(self, item: IdentityItem, stored: _Stored) -> dict[str, Any]:
        return {
            "id": stored.id,
            "state": item.state,
            "password": item.password,
            "old_state": stored.state,
            "old_password": stored.password,
        }


def _read(line: int, row: _Cells) -> IdentityItem:
    reference = cells.reference(row.identity_ref, "identity_ref")
    origin = row.source.strip()
    if origin not in SOURCES:
        raise RowRefused("unknown_source")
    foreign = imported_passwords.read(row.password_hash, hint=SITE_KEY_HINT if origin == _KEYED_SOURCE else None)
    try:
        address = parse_address(row.email)
    except AddressError as error:
        raise RowRefused(f"email_{error.code}") from None
    blocked = cells.choice(row.blocked, _YES_NO, "blocked")
    return IdentityItem(
        line=line,
        warnings=_warnings(foreign),
        source_ref=f"{origin}:{reference}",
        origin=origin,
        address=address,
        foreign=foreign,
        validated=cells.choice(row.validated, _YES_NO, "validated"),
        state="blocked" if blocked else "active",
    )


def _warnings(foreign: ForeignHash | None) -> list[str]:
    if foreign is None:
        return ["no_password"]
    without_key = foreign.scheme == "md5-sitekey" and current().settings.site_key_file is None
    return ["site_key_missing"] if without_key else []


def _reference_claim(origin: str, reference: str) -> bytes:
    return f"ref:{origin}:{reference}".encode()


def _mailbox_claim(address: Address) -> bytes:
    return f"mailbox:{address.canonical}".encode()
