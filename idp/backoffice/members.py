"""One member as staff may see them, found by reference or address: states and dates; no number, answer, hash, link."""

from dataclasses import dataclass
from typing import Final

from idp.accounts import record as records
from idp.accounts.directory import find_by_address
from idp.accounts.identifiers import AddressError, canonical, mask_address
from idp.backoffice import bridge
from idp.backoffice.bridge import OldMember
from idp.core import clock, outbox
from idp.core.outbox import Undelivered
from idp.core.runtime import current

_HANDLE = "staff-subject"
LINES: Final = 100


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as staff may see it; `address` is masked, `bounced` the last message to it that failed."""

    id: bytes
    state: str
    address: str
    verified: bool
    created_at: int
    seen_at: int | None
    deletion_at: int | None
    sessions: int
    passkeys: int
    has_totp: bool
    bounced: Undelivered | None


@dataclass(frozen=True, slots=True)
class Line:
    """An event of the audit; `staff` are the names of the colleagues who acted, empty where none did."""

    at: int
    event: str
    way: str
    client_id: str | None
    staff: str


@dataclass(frozen=True, slots=True)
class Member:
    """Whom the page is about: an account, a row of the old file, or both."""

    handle: str
    member_ref: str | None
    account: AccountFacts | None
    old: OldMember | None

    @property
    def subject_id(self) -> bytes:
        """What a request of two colleagues names."""
        subject = self.account or self.old
        assert subject is not None
        return subject.id

    @property
    def bounced(self) -> Undelivered | None:
        """The last message that could not be handed over, to the identifier or to the contact on file."""
        found = [each.bounced for each in (self.account, self.old) if each and each.bounced]
        return max(found, key=lambda each: each.at, default=None)

    @property
    def troubles(self) -> list[str]:
        """Where they are stuck, in the words of the catalogue."""
        found = ["bounced"] if self.bounced else []
        if self.account:
            found += [self.account.state] * (self.account.state != "active")
            found += ["unverified"] * (not self.account.verified) + ["deletion"] * bool(self.account.deletion_at)
        if self.old and self.old.state != "changed":
            found += [f"step-{self.old.step}" if self.old.step else f"old-{self.old.state}"]
            found += self._contact_troubles(self.old)
        return found

    @staticmethod
    def _contact_troubles(old: OldMember) -> list[str]:
        return [
            name
            for name, is_so in (
                ("contact-none", old.contact is None),
                ("contact-shared", old.contact_is_shared),
                ("contact-fresh", not old.contact_is_settled),
                ("postal-none", not old.postal_usable),
                ("postal-fresh", not old.postal_is_settled),
            )
            if is_so
        ]


def search(typed: str) -> list[Member]:
    """Whoever has this address, or this member reference; several where an address is shared."""
    wanted = typed.strip()
    found = _by_address(wanted) if "@" in wanted else _by_reference(wanted)
    members = [member for identifier in found if (member := look(identifier))]
    return list({member.handle: member for member in members}.values())


def handle_of(identifier: bytes) -> str:
    """What stands for an account or a row in an address: it tells nothing, and nobody else can make one."""
    return current().keyring.handle(_HANDLE, identifier)


def open_handle(handle: str) -> Member | None:
    """Whom a handle stands for, as they are now."""
    identifier = current().keyring.read_handle(_HANDLE, handle)
    return look(identifier) if identifier else None


def look(identifier: bytes) -> Member | None:
    """The member of an account, or of a row of the old file."""
    old = bridge.look(identifier)
    account = _account((old and old.account_id) or identifier)
    if account is None and old is None:
        return None
    if account and old is None:
        old = next((bridge.look(each) for each in bridge.find_by_account(account.id)), None)
    reference = old.member_ref if old else _reference_of(account.id) if account else None
    return Member(handle_of(account.id if account else identifier), reference, account, old)


def record(member: Member) -> list[Line]:
    """The last events, newest first: of the account and of the member reference."""
    account_id = member.account.id if member.account else None
    names: dict[bytes, str] = dict(current().sql.all("SELECT id, name FROM staff", {}))
    return [_line(line, names) for line in records.lines(account_id, member.member_ref, most=LINES)]


def _by_address(wanted: str) -> list[bytes]:
    try:
        typed = canonical(wanted)
    except AddressError:
        return []
    account = find_by_address(typed)
    return [*([account.id] if account else []), *bridge.find_by_contact(typed)]


def _by_reference(wanted: str) -> list[bytes]:
    row = current().sql.one("SELECT account_id FROM membership WHERE member_ref = :ref", {"ref": wanted})
    return [row[0]] if row else bridge.find_by_reference(wanted)


def _reference_of(account_id: bytes) -> str | None:
    row = current().sql.one("SELECT member_ref FROM membership WHERE account_id = :id", {"id": account_id})
    return row[0] if row else None


def _account(identifier: bytes) -> AccountFacts | None:
    now = clock.now()
    row = current().sql.one(
        "SELECT account.id, account.state, identifier.address, identifier.verified_at IS NOT NULL, account.created_at,"
        " account.seen_at, account.deletion_at,"
        " (SELECT count(*) FROM session WHERE account_id = account.id AND ended_at IS NULL AND ends_at > :now"
        " AND session.seen_at > :idle AND session.epoch = account.epoch),"
        " (SELECT count(*) FROM passkey WHERE account_id = account.id),"
        " EXISTS (SELECT 1 FROM totp WHERE account_id = account.id)"
        " FROM account LEFT JOIN identifier ON identifier.account_id = account.id AND identifier.status = 'active'"
        " WHERE account.id = :id",
        {"id": identifier, "now": now, "idle": now - current().settings.session_idle},
    )
    if row is None:
        return None
    account_id, state, address, verified, created_at, seen_at, deletion_at, sessions, passkeys, has_totp = row
    shown = mask_address(address) if address else "…"
    facts = (account_id, state, shown, bool(verified), created_at, seen_at, deletion_at, sessions, passkeys)
    return AccountFacts(*facts, has_totp=bool(has_totp), bounced=outbox.undelivered(address))


def _line(line: records.Line, names: dict[bytes, str]) -> Line:
    told = line.detail
    people = [names.get(bytes.fromhex(who), "?") for who in (told.get("asked_by"), told.get("staff")) if who]
    return Line(line.at, line.event, told.get("way") or told.get("proof") or "", line.client_id, ", ".join(people))
