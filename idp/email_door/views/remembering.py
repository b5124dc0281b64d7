"""The cookie of a browser that is spared the second factor, for each of the few people who share it."""

from flask import request
from werkzeug.wrappers import Response

from idp.accounts.factors import devices
from idp.core.runtime import current

# A family at one computer.
_MOST = 4
_BETWEEN = "."


def is_spared(account_id: bytes, epoch: int) -> bool:
    """Whether this browser is spared the second factor of the account."""
    return any(devices.spares(handle, account_id, epoch) for handle in _handles())


def remember(response: Response, account_id: bytes, epoch: int) -> Response:
    """Spare this browser from now on, beside the others who use it. With the open transaction."""
    handle = devices.remember(account_id, epoch, request.user_agent.string)
    kept = _BETWEEN.join([handle, *_handles()][:_MOST])
    secure = current().settings.secure
    response.set_cookie(_name(), kept, max_age=devices.LIFE, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def _handles() -> list[str]:
    return [handle for handle in request.cookies.get(_name(), "").split(_BETWEEN)[:_MOST] if handle]


def _name() -> str:
    return "__Host-mgen_connect_device" if current().settings.secure else "mgen_connect_device"
