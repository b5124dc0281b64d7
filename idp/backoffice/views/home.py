"""`/backoffice/`: how the change of identifiers goes."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, g
from werkzeug.wrappers import Response as BaseResponse

from idp.backoffice import funnel, plot
from idp.backoffice.sessions import Agent
from idp.backoffice.snapshot import Facts
from idp.backoffice.views.base import of_staff, page
from idp.core import clock
from idp.web.i18n import translate

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@of_staff
def show(agent: Agent) -> BaseResponse:
    """The funnel by step and by day, who stands where, imports, messages."""
    found = funnel.look()
    label = translate(g.locale, "backoffice-plot-label", days=funnel.DAYS)
    return page(
        "home", agent, funnel=found, now=_told(found.now) if found.now else None, picture=plot.svg(found.days, label),
        keys={name: plot.key(name) for name, _ in funnel.STEPS}, number_of_days=funnel.DAYS,
    )  # fmt: skip


def _told(facts: Facts) -> dict[str, Any]:
    """The snapshot, with moments for seconds."""
    imports = [
        {**run, "started_at": _moment(run["started_at"]), "finished": run["finished_at"] is not None}
        for run in facts["imports"]
    ]
    last = facts["change"]["last_day"]
    return {
        **facts, "at": _moment(facts["at"]), "imports": imports, "last_day": date.fromisoformat(last) if last else None
    }  # fmt: skip


def _moment(seconds: int) -> datetime:
    return clock.as_datetime(seconds)
