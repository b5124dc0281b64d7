"""The only place where time is read."""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_OFFSET = struct.Struct("<q")
# Of a deployment whose clock is set by hand; shared with the process that sets it, so that a step is seen at once.
_stepped: mmap.mmap | None = None


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time()) if _stepped is None else int(time.time()) + _offset(_stepped)


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000) if _stepped is None else int(time.time() * 1000) + 1000 * _offset(_stepped)


def follow(path: Path | None) -> None:
    """Add the seconds that the file at `path` holds to every reading from now on; None: the machine's time again.

    The file is 8 bytes, written by `step`. Raises `OSError` or `ValueError` where there is none such.
    """
    global _stepped
    if path is None:
        _stepped = None
        return
    with path.open("rb") as file:
        _stepped = mmap.mmap(file.fileno(), _OFFSET.size, access=mmap.ACCESS_READ)


def step(path: Path, seconds: int) -> None:
    """Set the clock of whoever follows `path` to so many seconds after the machine's (before it, where negative)."""
    # In place: a file put in the place of another would not be seen.
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.write(_OFFSET.pack(seconds))


def steady() -> float:
    """Seconds of a clock that never jumps, for telling how long something took."""
    return time.perf_counter()


def busy() -> float:
    """Seconds of a processor that this thread has used: waiting, and what else the machine does, is not in it."""
    return time.thread_time()


def as_datetime(seconds: int) -> datetime:
    """The same instant, aware, in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def _offset(stepped: mmap.mmap) -> int:
    seconds: int = _OFFSET.unpack_from(stepped)[0]
    return seconds
