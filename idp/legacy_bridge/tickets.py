"""The bridge ticket: proof of a NIR sign-in in one browser, good for one change only (docs/rules.md §3 row 24).

It lives half an hour without use and two hours at most, has a new id at each sign-in, and opens no session. Past
its time it still tells which change this browser had begun, which the new password then opens again.
"""

from dataclasses import dataclass
from typing import Any

from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import current

HANDLE = "ticket"
# A double click, or an answer lost on the way, is answered again with the same session.
_REPLAYED_FOR = 120


@dataclass(slots=True)
class Ticket:
    """A NIR sign-in; `change_id` is None where the member has changed already, and only a reminder is left."""

    id: bytes
    browser: str
    member_id: bytes
    change_id: bytes | None
    interaction_id: str | None
    client_id: str | None
    created_at: int
    seen_at: int
    session_id: bytes | None = None
    consumed_at: int | None = None

    @property
    def ends_at(self) -> int:
        """When it is over, unless it is used before."""
        settings = current().settings
        return min(self.seen_at + settings.ticket_idle, self.created_at + settings.ticket_life)

    @property
    def is_alive(self) -> bool:
        """Whether it still opens its change."""
        return self.consumed_at is None and clock.now() < self.ends_at

    @property
    def replay(self) -> bytes | None:
        """The session that the end of the change has just opened, for a moment."""
        recent = self.consumed_at is not None and clock.now() - self.consumed_at < _REPLAYED_FOR
        return self.session_id if recent else None


def issue(
    browser: str,
    member_id: bytes,
    change_id: bytes | None,
    *,
    interaction_id: str | None = None,
    client_id: str | None = None,
) -> tuple[Ticket, str]:
    """A new ticket, which now holds its change; and the handle for the cookie."""
    now = clock.now()
    ticket = Ticket(new_id(), browser, member_id, change_id, interaction_id, client_id, now, now)
    _save(ticket)
    take_over(ticket)
    return ticket, current().keyring.handle(HANDLE, ticket.id)


def find(handle: str, browser: str) -> Ticket | None:
    """The ticket of a cookie's handle in this browser, alive or not; None for any other."""
    identifier = current().keyring.read_handle(HANDLE, handle)
    value = current().ephemeral.get(_key(identifier)) if identifier else None
    if value is None or value["browser"] != browser:
        return None
    parts: dict[str, Any] = {name: bytes.fromhex(value[name]) for name in _BYTES if value[name] is not None}
    return Ticket(**value | parts)


def touch(ticket: Ticket) -> None:
    """The member did something: half an hour again, within the two hours."""
    ticket.seen_at = clock.now()
    _save(ticket)


def holds_its_change(ticket: Ticket) -> bool:
    """Whether no other browser has taken the change over."""
    holder = current().ephemeral.get(_holder_key(ticket))
    return holder is None or holder["ticket"] == ticket.id.hex()


def take_over(ticket: Ticket) -> None:
    """Let this ticket, and no other, go on with its change."""
    if ticket.change_id is not None:
        current().ephemeral.put(_holder_key(ticket), {"ticket": ticket.id.hex()}, current().settings.change_life)


def note_choice(change_id: bytes, browser: str) -> None:
    """The address of the change was chosen in this browser, which may see it whole."""
    current().ephemeral.put(_choice_key(change_id), {"browser": browser}, current().settings.change_life)


def chose_in(change_id: bytes, browser: str) -> bool:
    """Whether it was in this browser that the address of the change was chosen."""
    choice = current().ephemeral.get(_choice_key(change_id))
    return choice is not None and choice["browser"] == browser


def consume(ticket: Ticket, session_id: bytes | None) -> None:
    """The change is made: the ticket opens nothing any more, and shows the end page only."""
    ticket.consumed_at = ticket.consumed_at or clock.now()
    ticket.session_id = session_id or ticket.session_id
    _save(ticket)


_BYTES = ("id", "member_id", "change_id", "session_id")


def _save(ticket: Ticket) -> None:
    value: dict[str, Any] = {name: getattr(ticket, name) for name in Ticket.__slots__}
    value.update({name: value[name].hex() for name in _BYTES if value[name] is not None})
    current().ephemeral.put(_key(ticket.id), value, current().settings.change_life)


def _key(identifier: bytes) -> str:
    return f"ticket:{identifier.hex()}"


def _holder_key(ticket: Ticket) -> str:
    assert ticket.change_id is not None
    return f"ticket-of-change:{ticket.change_id.hex()}"


def _choice_key(change_id: bytes) -> str:
    return f"address-of-change:{change_id.hex()}"
