"""`/backoffice/membres/`: find one member, see where they are stuck, and help."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from idp.backoffice import acts, members, requests
from idp.backoffice.acts import NotPossible
from idp.backoffice.forms import ActForm, SearchForm
from idp.backoffice.members import Member
from idp.backoffice.sessions import Agent
from idp.backoffice.views.base import MEMBERS, of_staff, page, say
from idp.core import clock, crypto
from idp.core.db import rollback
from idp.core.runtime import current
from idp.core.throttle import DAY

blueprint = Blueprint("members", __name__)
_ACTS: dict[str, Callable[[Member, Agent, str], None]] = {
    "link": acts.send_link,
    "letter": acts.post_letter,
    "sessions": acts.end_sessions,
    "freeze": acts.freeze,
    "unfreeze": acts.ask_unfreeze,
    "release": acts.ask_release,
}
# What is not offered while the same waits for a colleague.
_ASKED: dict[str, requests.Kind] = {"unfreeze": "unfreeze", "release": "release_letter"}


@blueprint.get("/membres/")
@of_staff
def search(agent: Agent) -> BaseResponse:
    """Whom to find."""
    return page("members", agent, form=SearchForm(formdata=None), found=None)


@blueprint.post("/membres/")
@of_staff
def found(agent: Agent) -> BaseResponse:
    """The one whom it is, or a choice; what was typed is in no address (ASVS 14.2.1)."""
    form = SearchForm()
    if not form.validate():
        return page("members", agent, 400, form=form, found=None)
    people = members.search(form.who.data)
    if len(people) == 1:
        return redirect(f"{MEMBERS}{people[0].handle}/", 303)
    return page("members", agent, form=form, found=people)


@blueprint.get("/membres/<handle>/")
@of_staff
def show(agent: Agent, handle: str) -> BaseResponse:
    """One member."""
    return _page(agent, _member(handle), ActForm(formdata=None))


@blueprint.post("/membres/<handle>/")
@of_staff
def act(agent: Agent, handle: str) -> BaseResponse:
    """Do one thing for them, once, with a reason."""
    member, form, name = _member(handle), ActForm(), request.form.get("action", "")
    if name not in _possible(member):
        return _refused(handle)
    if not form.validate():
        return _page(agent, member, form, 400)
    if not current().ephemeral.put_if_absent(f"staff-act:{form.once.data[:64]}", {}, DAY):
        say("backoffice-said-already")
        return redirect(f"{MEMBERS}{handle}/", 303)
    try:
        _ACTS[name](member, agent, form.reason.data)
    except NotPossible:
        rollback()
        return _refused(handle)
    say(f"backoffice-said-{name}")
    return redirect(f"{MEMBERS}{handle}/", 303)


def _refused(handle: str) -> BaseResponse:
    say("backoffice-said-not-possible", "problem")
    return redirect(f"{MEMBERS}{handle}/", 303)


def _member(handle: str) -> Member:
    return members.open_handle(handle) or abort(404)


def _possible(member: Member) -> list[str]:
    """What may be done for them as they are now."""
    account, old = member.account, member.old
    frozen = account is not None and account.state == "frozen"
    return [
        *(["link"] if account or old else []),
        *(["letter", "release"] if old else []),
        *(["sessions"] if account else []),
        *(["unfreeze"] if frozen else ["freeze"] if account else []),
    ]


def _page(agent: Agent, member: Member, form: ActForm, status: int = 200) -> BaseResponse:
    asked = [each for subject in _subjects(member) for each in requests.waiting(subject)]
    possible = [name for name in _possible(member) if _ASKED.get(name) not in {each.kind for each in asked}]
    return page(
        "member", agent, status, member=member, form=form, possible=possible, asked=asked,
        lines=members.record(member), moment=_moment, once=crypto.token(), lines_shown=members.LINES,
    )  # fmt: skip


def _subjects(member: Member) -> list[bytes]:
    return [subject.id for subject in (member.account, member.old) if subject]


def _moment(seconds: int) -> datetime:
    return clock.as_datetime(seconds)
