"""The only place where time is read."""

import time
from datetime import UTC, datetime


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)


def as_datetime(seconds: int) -> datetime:
    """The same instant, aware, in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)
