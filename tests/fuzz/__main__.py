"""`make fuzz`: requests that nobody means, against every endpoint, in this process. FUZZ_REQUESTS says how many."""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fuzz import described, hostile
from fuzz.target import Target
from hypothesis import HealthCheck, Phase, settings

from idp.core.db import db

_ALL = int(os.environ.get("FUZZ_REQUESTS", "100000"))
# In tenths, and one more, for the description has fewer different requests to make than its share.
_SHARES: tuple[tuple[str, int, Callable[[Target, settings], None]], ...] = (
    ("anything, anywhere", 5, hostile.anything),
    ("authorization requests", 2, hostile.authorization),
    ("token requests", 1, hostile.token),
    ("registrations", 1, hostile.registration),
    ("by the OpenAPI description", 2, described.by_description),
)


def main() -> int:
    """Run the campaigns; 0 where nothing was found."""
    logging.disable(logging.CRITICAL)
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        target = Target(Path(folder))
        for name, share, campaign in _SHARES:
            before, begun = target.requests, time.monotonic()
            problem = _run(campaign, target, _ALL * share // 10)
            found += problem is not None
            count, seconds = target.requests - before, time.monotonic() - begun
            print(f"{name:30} {count:>8} requests {seconds:>6.0f} s  {problem or 'nothing found'}", flush=True)
        print(f"{'in all':30} {target.requests:>8} requests, the slowest {target.slowest:.2f} s, {found} findings")
        target.runtime.sql.close()
        with target.app.app_context():
            db.engine.dispose()
    return 1 if found else 0


def _run(campaign: Callable[[Target, settings], None], target: Target, examples: int) -> str | None:
    rules = settings(
        max_examples=max(examples, 1),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        print_blob=False,
    )
    try:
        campaign(target, rules)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        return f"FOUND {type(error).__name__}: {error}\n{notes}"
    return None


if __name__ == "__main__":
    sys.exit(main())
