"""A core for each worker: where there are as many, a worker's threads share one core, and take turns without moving.

They run one at a time anyway (`lane`), and what they work on stays in the core's cache (docs/decisions/0010). Hashes
run beside them, on whichever core is free. Linux; elsewhere nothing is kept.
"""

import fcntl
import os
from contextlib import suppress

_everywhere: set[int] = set()


def ours() -> list[int]:
    """The cores that this process may run on: in a container perhaps fewer than the machine has."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


class Cores:
    """Made before the workers fork, for `workers` of them."""

    def __init__(self, workers: int) -> None:
        allowed = ours()
        self._cores = allowed if len(allowed) == workers > 1 and hasattr(os, "memfd_create") else []
        # A byte a core, locked by the worker that has it: the kernel gives it back, however that worker ends.
        self._taken = os.memfd_create("cores") if self._cores else -1

    def keep_one(self) -> None:
        """Let this worker, and the threads that it starts, run on a core that no other has."""
        for place, core in enumerate(self._cores):
            try:
                fcntl.lockf(self._taken, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except OSError:
                continue
            _everywhere.update(self._cores)
            _run_on({core})
            return


def roam() -> None:
    """Let this thread run on any core again."""
    if _everywhere:
        _run_on(_everywhere)


def _run_on(cores: set[int]) -> None:
    # A container may forbid it, or have lost the cores of its start: then the system chooses.
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
