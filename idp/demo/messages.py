"""The messages of a Maildir, read and never touched."""

import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import errors, message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

LINK = re.compile(r"https?://[^\s<>\"']+")
# What `email` raises on headers and parts that no mail program would write.
UNREADABLE = (errors.MessageError, LookupError, ValueError, AttributeError, TypeError)


@dataclass(frozen=True)
class Message:
    """One message. `id` is its name in the Maildir, `date` its arrival there; `links` has each link once."""

    id: str
    to: list[str]
    subject: str
    date: datetime
    text: str
    html: str
    links: list[str]

    def as_json(self) -> dict[str, Any]:
        """The message as /messages.json shows it, with the date in ISO 8601."""
        return asdict(self) | {"date": self.date.isoformat()}


def newest_first(messages: Iterable[Message], to: str = "") -> list[Message]:
    """The messages in order; with `to`, only those sent to that address."""
    wanted = to.strip().casefold()
    found = (each for each in messages if not wanted or wanted in (address.casefold() for address in each.to))
    return sorted(found, key=lambda each: (each.date, each.id), reverse=True)


def read_messages(maildir: Path) -> Iterator[Message]:
    """The messages of `maildir`. A folder that isn't there yet is an empty one; what can't be read is left out."""
    try:
        box = mailbox.Maildir(maildir, create=False)
        keys = box.keys()
    except (mailbox.NoSuchMailboxError, FileNotFoundError):
        return
    for key in keys:
        try:
            arrival = datetime.fromtimestamp(box.get_message(key).get_date(), UTC)
            parsed = message_from_bytes(box.get_bytes(key), policy=policy.default)
            yield _message(key, arrival, parsed)
        except (KeyError, *UNREADABLE):
            continue


def _message(key: str, arrival: datetime, parsed: EmailMessage) -> Message:
    text, html = _part(parsed, "plain"), _part(parsed, "html")
    recipients = getaddresses([str(value) for value in parsed.get_all("to", [])])
    collector = _Links()
    collector.feed(html)
    links = [link.rstrip(".,;:!?)") for link in LINK.findall(text)] + collector.found
    return Message(
        id=key,
        to=[address for _, address in recipients if address],
        subject=str(parsed["subject"] or ""),
        date=arrival.astimezone(),
        text=text,
        html=html,
        links=list(dict.fromkeys(links)),
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


class _Links(HTMLParser):
    """Collects the web addresses that an HTML part links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and LINK.fullmatch(address):
            self.found.append(address)
