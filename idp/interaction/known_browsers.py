"""The cookie by which a browser is known again, so that its people are told of new devices alone (ASVS 6.3.5)."""

import re

from werkzeug.wrappers import Response

from idp.core.crypto import b64u
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.interaction import shared_cookie

# What browsers keep a cookie for at most.
_LIFE = 400 * DAY
_COOKIE = "known"
_MARK = re.compile("[A-Za-z0-9_-]{22}")


def is_known(account_id: bytes) -> bool:
    """Whether somebody signed in to the account in this browser before."""
    return _mark(account_id) in _marks()


def put(response: Response, account_id: bytes) -> Response:
    """Know this browser from now on, beside the others who use it."""
    mark = _mark(account_id)
    return shared_cookie.put(response, _COOKIE, [mark, *(other for other in _marks() if other != mark)], _LIFE)


def _mark(account_id: bytes) -> str:
    return b64u(current().keyring.digest("known-browser", account_id)[:16])


def _marks() -> list[str]:
    return [mark for mark in shared_cookie.read(_COOKIE) if _MARK.fullmatch(mark)]
