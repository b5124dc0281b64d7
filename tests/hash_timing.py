"""Whether dear hashes tell people apart: medians of the processor's time, and more turns where the machine is restless.

docs/rules.md §3 row 17.
"""

import time
from collections.abc import Callable, Iterable
from statistics import median

from argon2 import PasswordHasher

# Milliseconds of processor: of the medians' difference; of one hash.
BOUND, ONE_HASH = 10, 100
FEWEST, MOST = 8, 40


def dear_hash() -> dict[str, int]:
    """Settings of a hash that takes as long as in production, or longer."""
    # Little memory and many passes: what else the machine does is felt less.
    hasher, passes = PasswordHasher(time_cost=100, memory_cost=256, parallelism=1), 100
    # The quickest of some: a busy machine only ever adds.
    took = min(cost(lambda: hasher.hash("x")) for _ in range(5))
    return {"argon2_memory_kib": 256, "argon2_time_cost": int(passes * 1.6 * ONE_HASH / took)}


def cost(act: Callable[[], object]) -> float:
    """Milliseconds of processor, of every thread: what else the machine does is not in it, and nothing here waits."""
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


def assert_as_long(kinds: Iterable[str], measure: Callable[[str, int], float]) -> None:
    """`measure` of each kind, turn after turn, has medians within the bound; each is worth a dear hash."""
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    medians: dict[str, float] = {}
    for turn in range(MOST):
        # In turns, so that a slow moment of the machine is everybody's.
        for kind, costs in took.items():
            costs.append(measure(kind, turn))
        medians = {kind: median(costs) for kind, costs in took.items()}
        if turn + 1 >= FEWEST and max(medians.values()) - min(medians.values()) < BOUND:
            break
    print({kind: f"{each:.1f} ms" for kind, each in medians.items()})
    assert min(medians.values()) >= ONE_HASH, medians
    assert max(medians.values()) - min(medians.values()) < BOUND, medians
