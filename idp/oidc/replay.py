"""Proofs that count once: a mark for each `jti`, made in one statement, so that of two who bring it one is refused."""

import hashlib
from contextlib import suppress

from idp.core import clock
from idp.core.db import Unavailable
from idp.core.runtime import Runtime

_BORN = "replay:born"
_YEARS = 10 * 366 * 86_400


def first_use(runtime: Runtime, kind: str, name: str, *, made_at: int, life: int) -> bool:
    """Whether nobody brought `name` before, within the `life` (seconds) that the proof is still accepted for.

    Only after everything else is good: a forged proof must not use up the name of a true one. `made_at` is when the
    proof was made: one that is older than the marks themselves is refused, for its mark may be lost.
    """
    born = _born(runtime)
    if born is not None and made_at < born:
        return False
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return runtime.ephemeral.put_if_absent(f"{kind}:{digest}", {}, max(life, 1))


def begin(runtime: Runtime) -> None:
    """Count from now, where nothing counts yet: the first proof that comes must not find the marks younger than it."""
    with suppress(Unavailable):
        _born(runtime)


def refuse_older(runtime: Runtime) -> None:
    """Refuse every proof made before now: the marks of the others were lost."""
    runtime.ephemeral.put(_BORN, {"at": clock.now()}, _YEARS)


def _born(runtime: Runtime) -> int | None:
    """Since when every mark is there: from now on, where that was not known; None in a database never restored."""
    born = runtime.ephemeral.get(_BORN)
    if born is None:
        if not runtime.settings.redis_url:
            return None
        # docs/architecture.md: a Redis may lose what it holds, a database does not.
        born = {"at": clock.now()}
        runtime.ephemeral.put_if_absent(_BORN, born, _YEARS)
    return int(born["at"])
