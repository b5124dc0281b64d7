"""`/compte/connexions/`: the devices where the account is open, ended one by one or all but this one.

Who ends one has signed in within the last minutes (ASVS 5.0 7.5.2).
"""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.account_pages.devices import name_of
from idp.account_pages.paths import PASSWORD, SESSIONS
from idp.account_pages.views.base import note, of_person, shown, site_name
from idp.core import clock, db
from idp.core.runtime import current
from idp.oidc import visits
from idp.sessions import devices
from idp.sessions.devices import Device
from idp.sessions.service import Session
from idp.web.i18n import Message, words
from idp.web.pages import client_source
from idp.web.source import network

blueprint = Blueprint("connections", __name__)
# Names a session in a form: a handle of its own kind, so that it opens nothing.
_ROW = "session-row"


class Row(NamedTuple):
    """A device on the page: `key` names it in the form."""

    key: str
    name: Message
    network: str | None
    since: datetime
    seen: datetime
    sites: list[str]


@blueprint.get(SESSIONS)
@of_person("sessions")
def show(person: Session) -> BaseResponse:
    """This device, and the others."""
    visited = visits.of_sessions(person.account_id)
    rows = {device.id: _row(device, visited.get(device.id, [])) for device in devices.living(person.account_id)}
    here = rows.pop(person.id, None)
    return shown("connections", here=here, others=[*rows.values()], password_url=PASSWORD)


@blueprint.post(SESSIONS)
@of_person("fermer", fresh=True)
def end(person: Session) -> BaseResponse:
    """End one, or all the others; ended in another tab already is fine."""
    db.write()
    if request.form.get("action") == "others":
        ended = devices.end_others(person.account_id, person.id, source=client_source())
        note("account-sessions-others-ended", count=ended)
        return redirect(SESSIONS, 303)
    session_id = current().keyring.read_handle(_ROW, request.form.get("session", ""))
    known = {device.id: device for device in devices.living(person.account_id)}
    # This one is left by signing out.
    found = known.get(session_id) if session_id and session_id != person.id else None
    if found and devices.end_one(person.account_id, found.id, source=client_source()):
        note("account-sessions-ended", device=words(g.locale)["t"](name_of(found.user_agent)))
    else:
        note("account-sessions-already")
    return redirect(SESSIONS, 303)


def _row(device: Device, client_ids: list[str]) -> Row:
    return Row(
        current().keyring.handle(_ROW, device.id),
        name_of(device.user_agent),
        network(device.source) if device.source else None,
        clock.as_datetime(device.auth_time),
        clock.as_datetime(device.seen_at),
        [site_name(client_id) for client_id in client_ids],
    )
