"""Challenges given to a browser to be brought back once, and what goes with them (WebAuthn Level 3 §13.4.3)."""

import secrets
from typing import Any, cast

from idp.core.runtime import current

_BYTES = 32
_STATE = "state"


def begin(purpose: str, browser: str, life: int = 600, **state: Any) -> bytes:
    """A new challenge of 256 bits for this browser and purpose, good for `life` seconds; `state` is JSON."""
    challenge = secrets.token_bytes(_BYTES)
    current().ephemeral.put(_key(purpose, browser, challenge), {_STATE: state}, life)
    return challenge


def take(purpose: str, browser: str, challenge: bytes) -> dict[str, Any] | None:
    """The state of a challenge, once; None for one that was used, is too old, or is of another browser or purpose."""
    value = current().ephemeral.take(_key(purpose, browser, challenge))
    return None if value is None else cast(dict[str, Any], value[_STATE])


def _key(purpose: str, browser: str, challenge: bytes) -> str:
    data = b"\0".join([purpose.encode(), browser.encode("utf-8", "surrogatepass"), challenge])
    return f"challenge:{current().keyring.digest('challenge', data).hex()}"
