"""`/compte/journal/`: what happened to the account, when and from where, a page at a time."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.paths import RECORD
from idp.account_pages.sentences import is_of_staff, sentence
from idp.account_pages.views.base import of_person, shown, site_name
from idp.accounts import record
from idp.accounts.record import Line
from idp.core import clock
from idp.sessions.service import Session
from idp.web.i18n import Message
from idp.web.source import network

blueprint = Blueprint("record", __name__)
_BEFORE = "avant"


class Entry(NamedTuple):
    """A line as it is read."""

    text: Message
    at: datetime
    network: str | None
    site: str | None


@blueprint.get(RECORD)
@of_person("journal")
def show(person: Session) -> BaseResponse:
    """The newest lines, or those before one of them."""
    before = _line_id(request.args.get(_BEFORE, ""))
    found = record.lines(person.account_id, person.member_ref, before=before or record.NEWEST, most=record.PAGE + 1)
    lines = found[: record.PAGE]
    older = f"{RECORD}?{_BEFORE}={lines[-1].id.hex()}" if len(found) > record.PAGE else None
    return shown(
        "record", entries=[_entry(line) for line in lines], older_url=older, newest_url=RECORD if before else None
    )


def _entry(line: Line) -> Entry:
    where = network(line.source) if line.source and not is_of_staff(line) else None
    site = site_name(line.client_id) if line.client_id else None
    return Entry(sentence(line), clock.as_datetime(line.at), where, site)


def _line_id(text: str) -> bytes | None:
    try:
        identifier = bytes.fromhex(text)
    except ValueError:
        return None
    return identifier if len(identifier) == len(record.NEWEST) else None
