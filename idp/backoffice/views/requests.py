"""`/backoffice/demandes/`: what one colleague asks for and another agrees to."""

from typing import NamedTuple

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.backoffice import acts, members, requests
from idp.backoffice.acts import NotPossible
from idp.backoffice.members import Member
from idp.backoffice.requests import NotYours, Request
from idp.backoffice.sessions import Agent
from idp.backoffice.views.base import REQUESTS, of_staff, page, say
from idp.core import clock
from idp.core.db import rollback
from idp.core.runtime import current

blueprint = Blueprint("requests", __name__)
_HANDLE = "staff-request"


class _Shown(NamedTuple):
    """A request with whom it is for, None where they are gone meanwhile."""

    handle: str
    request: Request
    member: Member | None
    is_own: bool


@blueprint.get("/demandes/")
@of_staff
def show(agent: Agent) -> BaseResponse:
    """All that wait."""
    keyring = current().keyring
    shown = [
        _Shown(keyring.handle(_HANDLE, each.id), each, members.look(each.subject_id), each.asked_by == agent.id)
        for each in requests.waiting()
    ]
    return page("requests", agent, shown=shown, moment=clock.as_datetime, validity=requests.LIFE)


@blueprint.post("/demandes/")
@of_staff
def decide(agent: Agent) -> BaseResponse:
    """Agree, or say no; of two who do at once, one is told that it is settled."""
    identifier = current().keyring.read_handle(_HANDLE, request.form.get("request", ""))
    found = requests.find(identifier) if identifier else None
    try:
        if found is None:
            raise NotYours
        if request.form.get("action") == "agree":
            acts.agree(found, agent)
            say(f"backoffice-said-agreed-{found.kind.replace('_', '-')}")
        else:
            acts.decline(found, agent)
            say("backoffice-said-declined")
    except NotYours:
        rollback()
        own = found is not None and found.asked_by == agent.id
        say("backoffice-said-own" if own else "backoffice-said-settled", "problem")
    except NotPossible:
        rollback()
        say("backoffice-said-not-possible", "problem")
    return redirect(REQUESTS, 303)
