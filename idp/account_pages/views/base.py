"""What the pages of the account share: who is here, a sign-in of the last minutes, and what a page says once."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from flask import Response, get_flashed_messages, redirect
from werkzeug.wrappers import Response as BaseResponse

from idp.email_door.views.entering import ONWARD, SIGN_IN, is_fresh
from idp.interaction.views import current_session
from idp.sessions.service import Session

HOME = "/compte/"
P = ParamSpec("P")
View = Callable[P, BaseResponse]


def of_person(
    page: str, *, fresh: bool = False
) -> Callable[[Callable[Concatenate[Session, P], BaseResponse]], View[P]]:
    """A view that gets the session of its person; who is not signed in does so first and comes back to `page`.

    `page` is a name of `entering`. `fresh`: signed in within the last five minutes (ASVS 7.5.1); a form that was sent
    later is asked for again after the sign-in.
    """

    def wrap(view: Callable[Concatenate[Session, P], BaseResponse]) -> View[P]:
        @wraps(view)
        def seen(*args: P.args, **options: P.kwargs) -> BaseResponse:
            person = current_session()
            if person is None or (fresh and not is_fresh(person)):
                return redirect(f"{SIGN_IN}?{urlencode({ONWARD: page})}", 303)
            return view(person, *args, **options)

        return seen

    return wrap


def said(*expected: str) -> tuple[str, str] | None:
    """What the POST before did, and to what; None where there was none."""
    flashed = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    found = [each for each in flashed if each[0] in expected]
    return found[-1] if found else None


def stand_apart(response: Response) -> Response:
    """docs/rules.md §5: no page of another site keeps a hold on this window."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
