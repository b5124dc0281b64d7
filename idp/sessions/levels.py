"""What a sign-in is worth: the `acr` values of OpenID Connect Core §2, lowest first. Only what is true is claimed.

A sign-in of one level is one of every lower level too.
"""

from collections.abc import Iterable
from typing import Any

PASSWORD = "urn:mgen:acr:password"  # noqa: S105
# Two kinds of proof: the password and a second factor, or a passkey that has seen the person (its UV).
MFA = "urn:mgen:acr:mfa"
LEVELS = (PASSWORD, MFA)
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
# The methods of a sign-in with two kinds of proof say so (RFC 8176 §2).
_TOGETHER = "mfa"


def reaches(acr: str, wanted: str) -> bool:
    """Whether a sign-in of level `acr` is enough for `wanted`; an empty text wants nothing."""
    return _RANK.get(acr, 0) >= _RANK.get(wanted, -1)


def known(values: Iterable[Any]) -> tuple[str, ...]:
    """Those of `values` that are levels here, in their order."""
    return tuple(value for value in values if value in LEVELS)


def lowest(values: Iterable[str]) -> str:
    """The lowest of the known levels among `values`; an empty text where there is none."""
    return min(known(values), key=LEVELS.index, default="")


def highest(values: Iterable[str]) -> str:
    """The highest of the known levels among `values`; an empty text where there is none."""
    return max(known(values), key=LEVELS.index, default="")


def told(acr: str, named: tuple[str, ...]) -> str:
    """The `acr` to answer with where one of `named` must come back: the highest of them that `acr` reaches."""
    return highest(value for value in named if reaches(acr, value)) or acr


def together(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """The `amr` of a sign-in proved by both, each method once, and that there were two kinds."""
    return (*dict.fromkeys(name for name in (*first, *second) if name != _TOGETHER), _TOGETHER)
