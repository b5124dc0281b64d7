"""What the back office asks of the bridge, here alone: with the bridge this file goes, and what calls it."""

from dataclasses import dataclass
from typing import Any

from idp.accounts.identifiers import mask_address
from idp.accounts.sending import Asked
from idp.core import clock, outbox
from idp.core.outbox import Undelivered
from idp.core.runtime import current
from idp.legacy_bridge import directory, guided, letters, status


@dataclass(frozen=True, slots=True)
class OldMember:
    """A row of the old file as staff may see it; `contact` is masked, times are seconds since the epoch.

    `bounced` is the last message that failed, to the contact or to the address of a change under way, `step` where that
    change stands, `letter_at` when the last letter was queued, `letter_until` its end while it may be used.
    """

    id: bytes
    member_ref: str
    state: str
    contact: str | None
    contact_is_shared: bool
    contact_is_settled: bool
    postal_usable: bool
    postal_is_settled: bool
    account_id: bytes | None
    changed_at: int | None
    invited_at: int | None
    step: str | None
    step_since: int | None
    step_until: int | None
    letter_at: int | None
    letter_until: int | None
    bounced: Undelivered | None


def funnel() -> dict[str, Any]:
    """How far the change has come; counts over every member, for a job."""
    return status.funnel()


def find_by_reference(member_ref: str) -> list[bytes]:
    """The row of a member reference."""
    return _ids("member_ref = :wanted", member_ref)


def find_by_contact(canonical: str) -> list[bytes]:
    """The rows of a contact address: it may be shared."""
    return _ids("contact_canonical = :wanted", canonical)


def find_by_account(account_id: bytes) -> list[bytes]:
    """The row that became this account."""
    return _ids("account_id = :wanted", account_id)


def look(member_id: bytes) -> OldMember | None:
    """A row, with what is under way for it."""
    member = directory.find_member_by_id(member_id)
    if member is None:
        return None
    sql, now = current().sql, clock.now()
    changed_at, invited_at = sql.one(
        "SELECT changed_at, invited_at FROM legacy_member WHERE id = :id", {"id": member_id}
    ) or (None, None)
    step, since, until, chosen = sql.one(
        "SELECT state, started_at, expires_at, address FROM identifier_change WHERE member_id = :id"
        " AND state NOT IN ('done', 'abandoned') AND expires_at > :now",
        {"id": member_id, "now": now},
    ) or (None, None, None, None)
    letter_at, letter_until, is_spent = sql.one(
        "SELECT created_at, expires_at, used_at IS NOT NULL OR withdrawn_at IS NOT NULL FROM letter"
        " WHERE member_id = :id ORDER BY created_at DESC LIMIT 1",
        {"id": member_id},
    ) or (None, None, True)
    return OldMember(
        id=member.id,
        member_ref=member.member_ref,
        state=member.state,
        contact=mask_address(member.contact) if member.contact else None,
        contact_is_shared=bool(member.contact_is_shared),
        contact_is_settled=guided.is_settled(member.contact_changed_on),
        postal_usable=bool(member.postal_usable),
        postal_is_settled=guided.is_settled(member.postal_changed_on),
        account_id=member.account_id,
        changed_at=changed_at,
        invited_at=invited_at if invited_at and invited_at <= now else None,
        step=step,
        step_since=since,
        step_until=until,
        letter_at=letter_at,
        letter_until=letter_until if letter_until and letter_until > now and not is_spent else None,
        bounced=outbox.undelivered(member.contact, chosen),
    )


def contact_of(member_id: bytes) -> str | None:
    """The contact address on file, for a message."""
    member = directory.find_member_by_id(member_id)
    return member.contact if member else None


def send_link(member_id: bytes, asked: Asked) -> bool:
    """The guided way, begun for a member: whether a message leaves. Raises `TooManyAttempts`, `Busy`."""
    return guided.begin_for(member_id, asked)


def post_letter(member_id: bytes, locale: str) -> bool:
    """Queue a letter to the address on file: whether one leaves. Raises `Busy`."""
    return letters.post_to(member_id, locale, source=None)


def prepare_code() -> letters.Draft:
    """A code for `release_letter`; hashes. Raises `Busy`."""
    return letters.prepare()


def release_letter(draft: letters.Draft, member_id: bytes, locale: str) -> bool:
    """Have a code printed and handed over in person, while writing; whether it leads anywhere."""
    return letters.release(draft, member_id, locale)


def _ids(where: str, wanted: str | bytes) -> list[bytes]:
    statement = f"SELECT id FROM legacy_member WHERE {where} ORDER BY id LIMIT 10"  # noqa: S608
    return [identifier for (identifier,) in current().sql.all(statement, {"wanted": wanted})]
