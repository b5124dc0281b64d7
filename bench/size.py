"""What size costs: server CPU an operation on a full store and on an empty one, side by side.

`python -m bench.size embedded|scale [USERS [AUTHORIZATIONS]]`; by default 50,000 and 500,000, a twentieth of the
country. Hashes are made for nothing, so that what is compared is everything else. Ends with 1 beyond 15 %.
"""

import argparse
import sys
import time

from bench import deployment
from bench.driver import measure

MOST = 1.15
_WORKLOADS = ("w2", "w3", "nir")
_ROUNDS = 3
_PLAIN = ("--plain-hashes",)


def main() -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=deployment.ENGINES)
    parser.add_argument("users", type=int, nargs="?", default=50_000)
    parser.add_argument("authorizations", type=int, nargs="?", default=500_000)
    values = parser.parse_args()
    start = time.monotonic()
    with (
        deployment.running(values.engine, options=_PLAIN) as empty,
        deployment.running(
            values.engine, users=values.users, authorizations=values.authorizations, options=_PLAIN
        ) as full,
    ):
        print(f"{values.users:,} accounts, {values.authorizations:,} authorizations: {time.monotonic() - start:.0f} s")
        costs: dict[tuple[str, str], list[float]] = {}
        failed = False
        for _ in range(_ROUNDS):
            for workload in _WORKLOADS:
                for title, aim in (("empty", empty), ("full", full)):
                    found = measure(aim, workload, seconds=4, warm=2)
                    print(f"{title:6} {found}", flush=True)
                    costs.setdefault((workload, title), []).append(found.cpu_ms)
                    failed = failed or bool(found.counted.failures)
    return 1 if failed | _tell(costs) else 0


def _tell(costs: dict[tuple[str, str], list[float]]) -> bool:
    """Print the least cost of the rounds, for noise only adds; whether one has grown too much."""
    grown = False
    print("\n| server CPU, ms an operation | empty | full | ratio |\n|---|---|---|---|")
    for workload in _WORKLOADS:
        empty, full = (min(costs[workload, title]) for title in ("empty", "full"))
        print(f"| {workload} | {empty:.3f} | {full:.3f} | {full / empty:.2f} |")
        grown = grown or full / empty > MOST
    return grown


if __name__ == "__main__":
    sys.exit(main())
