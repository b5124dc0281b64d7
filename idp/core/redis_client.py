"""The connection to Redis: one server, or whichever Sentinel names; it gives up soon, and the lane while it waits."""

from typing import Any
from urllib.parse import unquote, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

from idp.core.lane import lane
from idp.core.statements import Unavailable

_SENTINEL = "sentinel"
_SENTINEL_PORT = 26_379
_SECONDS: dict[str, Any] = {"socket_timeout": 2, "socket_connect_timeout": 2}


class _Client(Redis):
    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with lane.released():
            try:
                return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]
            except NoScriptError:
                # The caller sends the script again: after a restart Redis knows none.
                raise
            except RedisError as error:
                raise Unavailable(type(error).__name__) from error


def connect(url: str) -> Redis:
    """A client for `url`: redis://, rediss:// or unix:// as redis-py reads them, or sentinel://HOST:PORT,…/SERVICE/DB.

    Its calls raise `Unavailable` after two seconds without an answer. What died with a connection is sent once more:
    each value is taken once or marked once, so that a command that comes twice can only be refused.
    """
    options = {**_SECONDS, "retry": Retry(NoBackoff(), 1, supported_errors=(Unreachable,))}
    if not url.startswith(_SENTINEL + ":"):
        return _Client.from_url(url, **options)
    parts = urlsplit(url)
    service, _, number = parts.path.strip("/").partition("/")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    watchers = [
        (host, int(port or _SENTINEL_PORT)) for host, _, port in (each.partition(":") for each in hosts.split(","))
    ]
    sentinel = Sentinel(watchers, **_SECONDS)  # type: ignore[no-untyped-call]
    signed_in = {"username": unquote(user) or None, "password": unquote(password)} if password else {}
    client: Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
        service, redis_class=_Client, db=int(number or 0), **signed_in, **options
    )
    return client
