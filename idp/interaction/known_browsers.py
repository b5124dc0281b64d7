"""The cookie by which a browser is known again, so that its people are told of new devices alone (ASVS 6.3.5)."""

import re

from flask import request
from werkzeug.wrappers import Response

from idp.core.crypto import b64u
from idp.core.runtime import current
from idp.core.throttle import DAY

# What browsers keep a cookie for at most.
_LIFE = 400 * DAY
# A family at one computer.
_MOST = 4
_BETWEEN = "."
_MARK = re.compile("[A-Za-z0-9_-]{22}")


def is_known(account_id: bytes) -> bool:
    """Whether somebody signed in to the account in this browser before."""
    return _mark(account_id) in _marks()


def put(response: Response, account_id: bytes) -> Response:
    """Know this browser from now on, beside the others who use it."""
    mark = _mark(account_id)
    kept = _BETWEEN.join([mark, *(other for other in _marks() if other != mark)][:_MOST])
    secure = current().settings.secure
    response.set_cookie(_name(), kept, max_age=_LIFE, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def _mark(account_id: bytes) -> str:
    return b64u(current().keyring.digest("known-browser", account_id)[:16])


def _marks() -> list[str]:
    found = request.cookies.get(_name(), "").split(_BETWEEN)
    return [mark for mark in found if _MARK.fullmatch(mark)][:_MOST]


def _name() -> str:
    return "__Host-mgen_connect_known" if current().settings.secure else "mgen_connect_known"
