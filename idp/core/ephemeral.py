"""Short-lived values: kept in SQL, or in Redis when one is configured; nothing here is spendable twice.

Every verb raises `Unavailable` where the store gives no answer: what cannot be read is refused, never guessed.

Whether a value has expired is judged by the clock of the application, read from the value: the store only cleans up.
"""

from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock
from idp.core.db import Base, Statements

if TYPE_CHECKING:
    from redis import Redis

Value = dict[str, Any]


class EphemeralValue(Base):
    """A short-lived value of the embedded default."""

    __tablename__ = "ephemeral"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[int] = mapped_column(index=True)


class Ephemeral(Protocol):
    """What both stores promise; keys are `kind:name`, values JSON objects, lives in seconds."""

    def put(self, key: str, value: Value, life: int) -> None:
        """Keep `value`, instead of what was there."""

    def get(self, key: str) -> Value | None:
        """The value, or None where there is none or its time is over."""

    def take(self, key: str) -> Value | None:
        """The value, once: of two who take it, one gets None."""

    def put_if_absent(self, key: str, value: Value, life: int) -> bool:
        """Keep `value` unless a living one is there; whether it was kept."""

    def delete(self, key: str) -> None:
        """Forget the value, if any."""

    def clean(self) -> int:
        """Delete what has expired; how many."""

    def empty(self) -> None:
        """Forget everything, and what else is kept in the same store."""


class SqlEphemeral:
    """Short-lived values in the database."""

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def put(self, key: str, value: Value, life: int) -> None:
        self._sql.run(
            "INSERT INTO ephemeral (key, value, expires_at) VALUES (:key, :value, :expires_at)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
            {"key": key, "value": orjson.dumps(value), "expires_at": clock.now() + life},
        )

    def get(self, key: str) -> Value | None:
        row = self._sql.one(
            "SELECT value FROM ephemeral WHERE key = :key AND expires_at > :now",
            {"key": key, "now": clock.now()},
        )
        return cast(Value, orjson.loads(row[0])) if row else None

    def take(self, key: str) -> Value | None:
        row = self._sql.one(
            "DELETE FROM ephemeral WHERE key = :key AND expires_at > :now RETURNING value",
            {"key": key, "now": clock.now()},
        )
        return cast(Value, orjson.loads(row[0])) if row else None

    def put_if_absent(self, key: str, value: Value, life: int) -> bool:
        now = clock.now()
        row = self._sql.one(
            "INSERT INTO ephemeral (key, value, expires_at) VALUES (:key, :value, :expires_at)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
            " WHERE ephemeral.expires_at <= :now RETURNING 1",
            {"key": key, "value": orjson.dumps(value), "expires_at": now + life, "now": now},
        )
        return row is not None

    def delete(self, key: str) -> None:
        self._sql.run("DELETE FROM ephemeral WHERE key = :key", {"key": key})

    def clean(self) -> int:
        return self._sql.run("DELETE FROM ephemeral WHERE expires_at <= :now", {"now": clock.now()})

    def empty(self) -> None:
        self._sql.run("DELETE FROM ephemeral", {})


class RedisEphemeral:
    """Short-lived values in Redis."""

    def __init__(self, client: "Redis") -> None:
        self._redis = client
        # One script: whether a value still lives is read from it, and nobody comes between.
        self._put_if_absent = client.register_script(
            "local raw = redis.call('GET', KEYS[1])\n"
            "if raw and tonumber(string.match(raw, '^%[(%d+)')) > tonumber(ARGV[1]) then return 0 end\n"
            "redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]); return 1"
        )

    def put(self, key: str, value: Value, life: int) -> None:
        self._redis.set(key, _wrap(value, life), ex=life)

    def get(self, key: str) -> Value | None:
        return _unwrap(cast(bytes | None, self._redis.get(key)))

    def take(self, key: str) -> Value | None:
        return _unwrap(cast(bytes | None, self._redis.getdel(key)))

    def put_if_absent(self, key: str, value: Value, life: int) -> bool:
        return bool(self._put_if_absent(keys=[key], args=[clock.now(), _wrap(value, life), life]))

    def delete(self, key: str) -> None:
        self._redis.delete(key)

    def clean(self) -> int:
        return 0

    def empty(self) -> None:
        self._redis.flushdb()


def _wrap(value: Value, life: int) -> bytes:
    return orjson.dumps([clock.now() + life, value])


def _unwrap(raw: bytes | None) -> Value | None:
    if raw is None:
        return None
    expires_at, value = orjson.loads(raw)
    return cast(Value, value) if expires_at > clock.now() else None
