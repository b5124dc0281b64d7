"""The load driver: virtual users in a closed loop, in processes of their own, and what their operations cost.

`python -m bench.driver ISSUER PID[,PID…] [w1,w2,…]` measures a provider that runs already.
"""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

from bench import machine, target
from bench.browser import Failed, Refused
from bench.target import Documents, Target
from bench.workloads import VirtualUser

# After a failure or a refusal: soon, for a storm does not wait as it is told.
_PAUSE = 0.005
_ENOUGH_FAILURES = 200
_WINDOWS = 8
_fork = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Counted:
    """What some virtual users did in the time that was measured; latencies in milliseconds."""

    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    refusals: int = 0
    sample: str = ""

    def add(self, other: "Counted") -> None:
        """Count what others did too."""
        self.latencies += other.latencies
        self.failures += other.failures
        self.refusals += other.refusals
        self.sample = self.sample or other.sample

    def percentile(self, part: float) -> float:
        """The latency that this part of the operations kept within; 0 where there was none."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One workload: operations, server CPU in milliseconds an operation, memory in MiB, cores that others used."""

    workload: str
    seconds: float
    counted: Counted
    cpu_ms: float
    memory: float
    others: float

    @property
    def rate(self) -> float:
        """Operations a second."""
        return len(self.counted.latencies) / self.seconds

    def __str__(self) -> str:
        p50, p95, p99 = (self.counted.percentile(part) for part in (0.5, 0.95, 0.99))
        text = (
            f"{self.workload:4} {self.rate:8.1f}/s   p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms"
            f"   server CPU {self.cpu_ms:7.3f} ms   {self.memory:5.0f} MiB   others {max(0.0, self.others):4.2f} cores"
        )
        told = [f"{self.counted.refusals} refused"] if self.counted.refusals else []
        told += [f"{self.counted.failures} FAILED: {self.counted.sample}"] if self.counted.failures else []
        return "   ".join([text, *told])


class Load:
    """Virtual users of one workload, signed in and ready; `run` lets them loose, again and again."""

    def __init__(self, aim: Target, documents: Documents, workload: str, users: int, processes: int = 2) -> None:
        self._workers: list[tuple[multiprocessing.Process, Pipe]] = []
        for part in range(processes):
            places = range(part, users, processes)
            here, there = _fork.Pipe()
            worker = _fork.Process(target=_work, args=(there, aim, documents, workload, places), daemon=True)
            worker.start()
            self._workers.append((worker, here))
        for _, pipe in self._workers:
            if problem := pipe.recv():
                self.close()
                raise Failed(f"{workload}: {problem}")

    def start(self, begins: float, ends: float) -> None:
        """Work from now until `ends`, and count from `begins` on (`time.monotonic`)."""
        for _, pipe in self._workers:
            pipe.send((begins, ends))

    def counted(self) -> Counted:
        """What was counted since `start`, when it is over."""
        total = Counted()
        for _, pipe in self._workers:
            total.add(pipe.recv())
        return total

    def close(self) -> None:
        """End the processes."""
        for worker, pipe in self._workers:
            pipe.close()
            worker.terminate()
            worker.join()


def measure(aim: Target, workload: str, *, users: int = 16, seconds: float = 5, warm: float = 1) -> Measured:
    """Run one workload against `aim` and say what it cost. Raises `Failed` where nobody can sign in."""
    load = Load(aim, target.read(aim), workload, users)
    try:
        for _ in range(_WINDOWS):
            if found := _window(load, aim, workload, seconds, warm):
                return found
    finally:
        load.close()
    raise Failed(f"{workload}: this machine is too busy to measure on; the processor's time could not be read when due")


def _window(load: Load, aim: Target, workload: str, seconds: float, warm: float) -> Measured | None:
    """One window of load and its cost; None where this process came late to it, and the cost is of another time."""
    begins = time.monotonic() + warm
    load.start(begins, begins + seconds)
    _sleep_until(begins)
    servers = machine.family(aim.processes)
    drivers = [process for process in machine.family([os.getpid()]) if process not in servers]
    before = machine.cpu_seconds(servers), machine.cpu_seconds(drivers), machine.busy_seconds()
    late = time.monotonic() - begins
    _sleep_until(begins + seconds)
    after = machine.cpu_seconds(servers), machine.cpu_seconds(drivers), machine.busy_seconds()
    late = max(late, time.monotonic() - begins - seconds)
    memory = machine.memory_mib(servers)
    counted = load.counted()
    if late > seconds / 10:
        return None
    server, driver, busy = (end - start for start, end in zip(before, after, strict=True))
    cost = server * 1000 / len(counted.latencies) if counted.latencies else 0.0
    return Measured(workload, seconds, counted, cost, memory, (busy - server - driver) / seconds)


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _work(pipe: Pipe, aim: Target, documents: Documents, workload: str, places: Sequence[int]) -> None:
    """The life of a process of the driver."""
    users = [VirtualUser(aim, documents, place) for place in places]
    try:
        for user in users:
            user.prepare(workload)
    except (Failed, OSError) as error:
        pipe.send(str(error) or type(error).__name__)
        return
    except Refused:
        pipe.send("refused before the start")
        return
    pipe.send("")
    while True:
        try:
            begins, ends = pipe.recv()
        except EOFError:
            # The driver has gone, or needs no more.
            return
        counts = [Counted() for _ in users]
        threads = [
            threading.Thread(target=_loop, args=(user, workload, count, begins, ends))
            for user, count in zip(users, counts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = Counted()
        for count in counts:
            total.add(count)
        pipe.send(total)


def _loop(user: VirtualUser, workload: str, count: Counted, begins: float, ends: float) -> None:
    operation, failures = user.operations[workload], 0
    while (start := time.monotonic()) < ends and failures < _ENOUGH_FAILURES:
        try:
            operation()
        except Refused:
            count.refusals += time.monotonic() >= begins
            time.sleep(_PAUSE)
            continue
        except (Failed, OSError, ValueError, KeyError) as error:
            failures += 1
            count.failures += 1
            count.sample = count.sample or f"{type(error).__name__}: {error}"
            time.sleep(_PAUSE)
            continue
        end = time.monotonic()
        if begins <= end <= ends:
            count.latencies.append((end - start) * 1000)


def main() -> None:
    """The command line."""
    issuer, processes, *rest = sys.argv[1:]
    aim = Target(issuer, tuple(int(process) for process in processes.split(",")))
    for workload in (rest[0] if rest else "w1,w2,w3,w4,w5,w6").split(","):
        print(measure(aim, workload), flush=True)


if __name__ == "__main__":
    main()
