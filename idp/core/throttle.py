"""Counting events in a window, and closing the password way after failures (docs/rules.md §1, §3 rows 17, 21, 26)."""

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock, metrics
from idp.core.db import Base, Statements

if TYPE_CHECKING:
    from redis import Redis

FREE_FAILURES = 5
CLOSING_FAILURES = 10
EVALUATIONS_A_DAY = 25
DAY = 86_400


class TooManyAttempts(Exception):
    """Nothing is evaluated before `until` (seconds since the epoch)."""

    def __init__(self, until: int) -> None:
        super().__init__("too many attempts")
        self.until = until


class ThrottleWindow(Base):
    """A counted window of the embedded default."""

    __tablename__ = "throttle_window"
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[int] = mapped_column(index=True)


class PasswordAttempts(Base):
    """Consecutive failures for one typed identifier, known or not; always in SQL, so that a closed way stays closed."""

    __tablename__ = "password_attempts"
    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[int] = mapped_column(index=True)
    day_at: Mapped[int]
    day_count: Mapped[int]


class Windows(Protocol):
    """What both stores promise."""

    def count(self, key: str, window: int) -> tuple[int, int]:
        """Count one event for `key`; how many in its window of `window` seconds, and when that window ends."""

    def peek(self, key: str) -> tuple[int, int]:
        """The same, without counting."""

    def clean(self) -> int:
        """Delete the windows that are over; how many."""


class SqlWindows:
    """Windows in the database."""

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def count(self, key: str, window: int) -> tuple[int, int]:
        now = clock.now()
        row = self._sql.one(
            "INSERT INTO throttle_window (key, count, ends_at) VALUES (:key, 1, :ends_at)"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN throttle_window.ends_at <= :now THEN 1 ELSE throttle_window.count + 1 END,"
            " ends_at = CASE WHEN throttle_window.ends_at <= :now THEN excluded.ends_at"
            " ELSE throttle_window.ends_at END RETURNING count, ends_at",
            {"key": key, "ends_at": now + window, "now": now},
        )
        assert row is not None
        return row[0], row[1]

    def peek(self, key: str) -> tuple[int, int]:
        now = clock.now()
        row = self._sql.one(
            "SELECT count, ends_at FROM throttle_window WHERE key = :key AND ends_at > :now",
            {"key": key, "now": now},
        )
        return (row[0], row[1]) if row else (0, now)

    def clean(self) -> int:
        return self._sql.run("DELETE FROM throttle_window WHERE ends_at <= :now", {"now": clock.now()})


class RedisWindows:
    """Windows in Redis."""

    def __init__(self, client: "Redis") -> None:
        self._redis = client
        # One script, so that a counter can never be left without an end.
        self._script = client.register_script(
            "local raw = redis.call('GET', KEYS[1]); local count, ends = 1, tonumber(ARGV[1]) + tonumber(ARGV[2])\n"
            "if raw then local c, e = string.match(raw, '(%d+):(%d+)');"
            " if tonumber(e) > tonumber(ARGV[1]) then count = tonumber(c) + 1; ends = tonumber(e) end end\n"
            "redis.call('SET', KEYS[1], count .. ':' .. string.format('%d', ends), 'EX', ARGV[2]); return {count, ends}"
        )

    def count(self, key: str, window: int) -> tuple[int, int]:
        count, ends_at = self._script(keys=["window:" + key], args=[clock.now(), window])
        return int(count), int(ends_at)

    def peek(self, key: str) -> tuple[int, int]:
        now = clock.now()
        raw = self._redis.get("window:" + key)
        if raw is None:
            return 0, now
        count, ends_at = (int(part) for part in bytes(raw).split(b":"))  # type: ignore[arg-type]
        return (count, ends_at) if ends_at > now else (0, now)

    def clean(self) -> int:
        return 0


class Throttle:
    """Limits by source and by what was typed."""

    def __init__(self, windows: Windows, sql: Statements) -> None:
        self.windows = windows
        self._sql = sql

    def allow(self, key: str, limit: int, window: int) -> None:
        """Count one event; raises `TooManyAttempts` when more than `limit` came in `window` seconds."""
        count, ends_at = self.windows.count(key, window)
        if count > limit:
            raise _refused(key, ends_at)

    def check(self, key: str, limit: int) -> None:
        """Raise `TooManyAttempts` when `limit` events were counted already; counts nothing."""
        count, ends_at = self.windows.peek(key)
        if count >= limit:
            raise _refused(key, ends_at)

    def count(self, key: str, window: int) -> int:
        """Count one event of a window; how many there are now."""
        return self.windows.count(key, window)[0]

    def claim(self, key: bytes) -> int:
        """Count one password evaluation as failed, before it is made; `clear` takes it back on success.

        Counted first, so that a hundred parallel guesses are a hundred failures. After the fifth failure one must
        wait 1, 2, 4, 8, 16 minutes, after the tenth a day or a proof; at most 25 evaluations a day (CNIL 2022-100).
        Returns the number of consecutive failures, this one included. Raises `TooManyAttempts`.
        """
        now = clock.now()
        row = self._sql.one(_CLAIM, {"key": key, "now": now})
        if row is None:
            raise _refused("password:", self._opens_at(key, now))
        failures: int = row[0]
        return failures

    def clear(self, key: bytes) -> None:
        """Forget the failures: the right password came, or another proof."""
        self._sql.run("DELETE FROM password_attempts WHERE key = :key", {"key": key})

    def _opens_at(self, key: bytes, now: int) -> int:
        row = self._sql.one(
            "SELECT failures, last_at, day_at, day_count FROM password_attempts WHERE key = :key",
            {"key": key},
        )
        if row is None:
            return now
        failures, last_at, day_at, day_count = row
        waited: int = last_at + _wait_after(failures)
        return max(waited, day_at + DAY) if day_count >= EVALUATIONS_A_DAY else waited

    def clean(self) -> int:
        """Delete the windows that are over and the counters nobody has touched for a day; how many."""
        return self.windows.clean() + self._sql.run(
            "DELETE FROM password_attempts WHERE last_at <= :limit", {"limit": clock.now() - DAY}
        )


def _refused(key: str, until: int) -> TooManyAttempts:
    # What is before the colon names the limit; what follows may be an address.
    metrics.count(metrics.THROTTLED, key.partition(":")[0])
    return TooManyAttempts(until)


def _wait_after(failures: int) -> int:
    if failures >= CLOSING_FAILURES:
        return DAY
    return 60 << (failures - FREE_FAILURES) if failures >= FREE_FAILURES else 0


_DOUBLING = "".join(
    f" WHEN password_attempts.failures = {failures} THEN {_wait_after(failures)}"
    for failures in range(FREE_FAILURES, CLOSING_FAILURES)
)
_WAIT = f"CASE WHEN password_attempts.failures >= {CLOSING_FAILURES} THEN {DAY}{_DOUBLING} ELSE 0 END"
_CLAIM = f"""
INSERT INTO password_attempts (key, failures, last_at, day_at, day_count) VALUES (:key, 1, :now, :now, 1)
ON CONFLICT (key) DO UPDATE SET
  failures = CASE WHEN password_attempts.last_at <= :now - {DAY} THEN 1 ELSE password_attempts.failures + 1 END,
  day_count = CASE WHEN password_attempts.day_at <= :now - {DAY} THEN 1 ELSE password_attempts.day_count + 1 END,
  day_at = CASE WHEN password_attempts.day_at <= :now - {DAY} THEN :now ELSE password_attempts.day_at END,
  last_at = :now
WHERE password_attempts.last_at + {_WAIT} <= :now
  AND (password_attempts.day_count < {EVALUATIONS_A_DAY} OR password_attempts.day_at <= :now - {DAY})
RETURNING failures
"""  # noqa: S608
