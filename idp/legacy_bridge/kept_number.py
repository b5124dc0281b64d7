"""The number of a refused sign-in, kept a while for this browser so that it is not typed again: as digests alone."""

from idp.core.runtime import current
from idp.legacy_bridge.directory import Number, number_of
from idp.legacy_bridge.nir import Nir

IN_URL = {"numero": "garde"}
"""What says, in the address of a page, that the kept number is meant: not to whoever comes to this computer later."""

_LIFE = 900


def keep(browser: str, nir: Nir) -> Number:
    """Keep what a NIR is looked up by, for the guided ways of this browser."""
    number = number_of(nir)
    value = {"digests": [digest.hex() for digest in number.digests], "counter": number.counter.hex()}
    current().ephemeral.put(_key(browser), value, _LIFE)
    return number


def find(browser: str) -> Number | None:
    """The number kept for this browser, if its quarter of an hour is not over."""
    value = current().ephemeral.get(_key(browser))
    if value is None:
        return None
    return Number(tuple(map(bytes.fromhex, value["digests"])), bytes.fromhex(value["counter"]))


def _key(browser: str) -> str:
    return f"kept-number:{browser}"
