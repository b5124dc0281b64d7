"""What happened to an account, in plain sentences: from a line of the audit to the key of its text."""

from idp.accounts.record import Line
from idp.web.i18n import Message, translate

_STAFF = "staff_"
# Two rooms write down a sign-out.
_SAME = {"signed out": "sign_out"}


def sentence(line: Line) -> Message:
    """The sentence of `line`; a general one where the catalogue has none for its event."""
    event = _SAME.get(line.event, line.event)
    if event == "sign_in" and line.detail.get("way") == "nir":
        event = "sign_in_nir"
    key = f"account-event-{event.replace('_', '-').replace(' ', '-')}"
    if translate("fr", key) != key:
        return Message(key)
    return Message("account-event-staff" if is_of_staff(line) else "account-event-other")


def is_of_staff(line: Line) -> bool:
    """Whether an adviser did it: where from is theirs, and is not shown."""
    return line.event.startswith(_STAFF)
