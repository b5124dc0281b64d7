"""The parts of one running application, made once by `create_app` and found by services through `current()`."""

from contextvars import ContextVar
from dataclasses import dataclass

from idp.core import clock
from idp.core.crypto import Keyring
from idp.core.db import Statements, statements
from idp.core.ephemeral import Ephemeral, RedisEphemeral, SqlEphemeral
from idp.core.hashing import Hashing
from idp.core.throttle import RedisWindows, SqlWindows, Throttle
from idp.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, secrets and stores of one application."""

    settings: Settings
    keyring: Keyring
    hashing: Hashing
    sql: Statements
    ephemeral: Ephemeral
    throttle: Throttle


_current: ContextVar[Runtime] = ContextVar("runtime")


def current() -> Runtime:
    """The application this code runs for."""
    return _current.get()


def enter(runtime: Runtime) -> None:
    """Make `runtime` the one `current()` finds, in this thread or task."""
    _current.set(runtime)


def build(settings: Settings, keyring: Keyring) -> Runtime:
    """Connect the parts that `settings` ask for."""
    clock.follow(settings.clock_offset_file)
    sql = statements(settings)
    ephemeral: Ephemeral = SqlEphemeral(sql)
    windows: SqlWindows | RedisWindows = SqlWindows(sql)
    if settings.redis_url:
        # Here, for the embedded default needs none of it and must start fast.
        from idp.core.redis_client import connect

        client = connect(settings.redis_url)
        ephemeral, windows = RedisEphemeral(client), RedisWindows(client)
    return Runtime(settings, keyring, Hashing(settings), sql, ephemeral, Throttle(windows, sql))
