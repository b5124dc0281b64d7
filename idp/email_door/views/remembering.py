"""The cookie of a browser that is spared the second factor, for each of the few people who share it."""

from flask import request
from werkzeug.wrappers import Response

from idp.accounts.factors import devices
from idp.interaction import shared_cookie

_COOKIE = "device"


def is_spared(account_id: bytes, epoch: int) -> bool:
    """Whether this browser is spared the second factor of the account."""
    return any(devices.spares(handle, account_id, epoch) for handle in shared_cookie.read(_COOKIE))


def remember(response: Response, account_id: bytes, epoch: int) -> Response:
    """Spare this browser from now on, beside the others who use it. With the open transaction."""
    handle = devices.remember(account_id, epoch, request.user_agent.string)
    return shared_cookie.put(response, _COOKIE, [handle, *shared_cookie.read(_COOKIE)], devices.LIFE)
