"""`make chaos`. SEED repeats a run; ENGINE names one combination, FAULT some faults; SOAK=1 is the long run instead."""

import os
import secrets
import signal
import sys

from chaos import report
from chaos.run import COMBINATIONS, run
from chaos.soak import soak


def main() -> int:
    """Break both combinations; 0 where nothing was violated."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    wanted = os.environ.get("ENGINE")
    only = os.environ.get("FAULT", "")
    print(f"SEED={seed}", flush=True)
    if os.environ.get("SOAK"):
        name = wanted or "embedded"
        return soak(name, COMBINATIONS[name], seed)
    rows = []
    for name, make in COMBINATIONS.items():
        if wanted in (None, "", name):
            rows += run(name, make, seed, only)
    report.print_summary(rows)
    return 1 if any(row.violations for row in rows) else 0


def _leave(*_: object) -> None:
    # Through every `finally`: nothing of ours goes on without us.
    sys.exit(2)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(main())
