"""Every error a person sees: what happened, and what to do next."""

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, InternalServerError

from idp.core import clock, db
from idp.core.db import Unavailable
from idp.core.hashing import Busy
from idp.core.throttle import TooManyAttempts
from idp.web.pages import HELP, request_id

_log = structlog.get_logger()
_OWN_PAGES = {400, 403, 404, 405, 413}

# A store that does not answer, by plain statements and by the ORM.
_UNAVAILABLE = (Unavailable, OperationalError, NoConnection)

Ways = list[tuple[str, str]]


def install(app: Flask) -> None:
    """Answer every failure with a page."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooManyAttempts, lambda error: too_many(error.until))
    app.register_error_handler(Busy, _busy)
    for kind in _UNAVAILABLE:
        app.register_error_handler(kind, _unavailable)
    app.register_error_handler(InternalServerError, _too_late)
    app.register_error_handler(Exception, _unexpected)


def page(name: str, status: int, actions: Ways | None = None, reference: str | None = None) -> Response:
    """The error page whose words are `web-error-<name>-title` and `-lead`."""
    db.rollback()
    html = render_template(
        "errors/error.html",
        title=f"web-error-{name}-title",
        lead=f"web-error-{name}-lead",
        actions=actions or [("web-help", HELP)],
        reference=reference,
    )
    return make_response(html, status)


def too_many(until: int, ways: Ways | None = None) -> Response:
    """ "Trop d'essais": when to try again, and the other ways."""
    db.rollback()
    wait = max(1, until - clock.now())
    html = render_template(
        "errors/too_many.html",
        until=clock.as_datetime(until),
        wait=timedelta(seconds=wait),
        ways=ways or [("web-help", HELP)],
    )
    return make_response(html, 429, {"Retry-After": str(wait)})


def unavailable() -> Response:
    """A store does not answer: the same page again in a moment."""
    response = page("500", 503, [("web-retry", request.full_path)], request_id())
    response.headers["Retry-After"] = str(Unavailable.retry_after)
    return response


def _unavailable(error: BaseException) -> Response:
    _log.warning("store_unavailable", path=request.path, reason=str(error).partition("\n")[0])
    return unavailable()


def _too_late(error: InternalServerError) -> Response:
    """What fails while an answer leaves: its commit."""
    cause = error.original_exception or error
    return _unavailable(cause) if isinstance(cause, _UNAVAILABLE) else _unexpected(cause)


def _busy(error: Busy) -> Response:
    db.rollback()
    html = render_template("errors/busy.html", seconds=error.retry_after, retry_url=request.full_path)
    return make_response(html, 503, {"Retry-After": str(error.retry_after)})


def _stale_form(_error: CSRFError) -> Response:
    return page("stale", 400, [("web-retry", request.full_path)])


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    response = page(str(error.code) if error.code in _OWN_PAGES else "400", error.code)
    if error.code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _unexpected(error: BaseException) -> Response:
    _log.error("page_failure", path=request.path, exc_info=error)
    return page("500", 500, reference=request_id())
