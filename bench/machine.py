"""What processes cost, read from /proc: CPU and memory of servers with all their descendants, and of everybody else."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(roots: Iterable[int]) -> list[int]:
    """These processes and their descendants, as far as they live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = list(roots)
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.append(process)
            waiting.extend(children.get(process, ()))
    return found


def cpu_seconds(processes: Iterable[int]) -> float:
    """Seconds of a processor that these processes have used so far, in user and in kernel mode."""
    return sum(map(_processor_clock, processes))


def busy_seconds() -> float:
    """The same for the whole machine."""
    fields = Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]
    # Without idle and iowait; guest time is in user already.
    return sum(int(value) for place, value in enumerate(fields) if place not in (3, 4)) / _TICKS


def memory_mib(processes: Iterable[int]) -> float:
    """Their memory in MiB, what is shared counted once (PSS)."""
    total = 0
    for process in processes:
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _processor_clock(process: int) -> float:
    # clock_getcpuclockid(3) of Linux, which Python lacks: /proc/…/stat rounds to ticks of 10 ms.
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return 0.0


def _stat(process: int) -> list[str] | None:
    try:
        # The name stands in parentheses, and may hold some itself.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
