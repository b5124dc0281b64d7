"""What the pages of staff share: who is at work, what the page before did, and one way to lay a page out."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from flask import Response, flash, get_flashed_messages, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from idp.backoffice import requests, sessions
from idp.backoffice.sessions import Agent
from idp.core.runtime import current

BASE = "/backoffice/"
SIGN_IN, SIGN_OUT = BASE + "connexion/", BASE + "deconnexion/"
MEMBERS, REQUESTS = BASE + "membres/", BASE + "demandes/"
ENROLMENT = BASE + "inscription/"
P = ParamSpec("P")
View = Callable[P, BaseResponse]


def of_staff(view: Callable[Concatenate[Agent, P], BaseResponse]) -> View[P]:
    """A view that gets who is at work; anybody else signs in first, and nothing of what they sent is done."""

    @wraps(view)
    def seen(*args: P.args, **options: P.kwargs) -> BaseResponse:
        agent = agent_here()
        if agent is None:
            if request.method == "POST":
                say("backoffice-session-over", "problem")
            return redirect(SIGN_IN, 303)
        return view(agent, *args, **options)

    return seen


def agent_here() -> Agent | None:
    """Who is at work in this browser."""
    handle = request.cookies.get(sessions.cookie(current().settings))
    return sessions.find(handle) if handle else None


def page(name: str, agent: Agent | None = None, status: int = 200, **context: Any) -> Response:
    """A page of staff; `agent` where somebody is at work."""
    html = render_template(
        f"backoffice/{name}.html",
        agent=agent,
        said=_said(),
        waiting=len(requests.waiting()) if agent else 0,
        home_url=BASE,
        members_url=MEMBERS,
        requests_url=REQUESTS,
        leave_url=SIGN_OUT,
        **context,
    )
    return make_response(html, status)


def say(text: str, kind: str = "done") -> None:
    """Tell on the next page what this one did: a Fluent key, `done` or `problem`."""
    flash(text, kind)


def stand_apart(response: Response) -> Response:
    """docs/rules.md §5: no page of another site keeps a hold on this window."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _said() -> list[tuple[str, str]]:
    flashed = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    return [(kind, text) for kind, text in flashed if kind in ("done", "problem") and text.startswith("backoffice-")]
