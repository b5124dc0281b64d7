"""The only place where time is read."""

import time
from datetime import UTC, datetime


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def steady() -> float:
    """Seconds of a clock that never jumps, for telling how long something took."""
    return time.perf_counter()


def busy() -> float:
    """Seconds of a processor that this thread has used: waiting, and what else the machine does, is not in it."""
    return time.thread_time()


def as_datetime(seconds: int) -> datetime:
    """The same instant, aware, in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)
