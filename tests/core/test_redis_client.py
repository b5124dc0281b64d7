"""The connection to Redis: what it survives, and how soon it says that there is no answer."""

import time

import pytest
from servers import RedisSentinel, RedisServer

from idp.core.ephemeral import RedisEphemeral
from idp.core.redis_client import connect
from idp.core.statements import Unavailable


@pytest.fixture
def server():
    """A Redis that a test may kill."""
    server = RedisServer()
    server.start()
    yield server
    server.end()


def test_a_restart_costs_no_request(server):
    """The connection that died while idle is made anew, and scripts are sent again."""
    store = RedisEphemeral(connect(server.url()))
    assert store.put_if_absent("jti:a", {"n": 1}, 60)
    server.kill()
    server.start()
    assert store.put_if_absent("jti:a", {"n": 1}, 60)
    assert not store.put_if_absent("jti:a", {"n": 1}, 60)


def test_a_dead_server_is_said_to_be_unavailable(server):
    """At once, not by an exception of the library."""
    store = RedisEphemeral(connect(server.url()))
    server.kill()
    with pytest.raises(Unavailable):
        store.take("par:a")


def test_a_stalled_server_is_given_up_after_two_seconds(server):
    """And answers again when it does."""
    store = RedisEphemeral(connect(server.url()))
    store.put("par:a", {"n": 1}, 60)
    server.pause()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        store.get("par:a")
    assert 1 < time.monotonic() - started < 6
    server.resume()
    assert store.get("par:a") == {"n": 1}


def test_sentinel_leads_to_the_server_that_took_over(server):
    """The master is killed; its replica is written to a moment later, and no value is taken twice."""
    replica = RedisServer(replicaof=f"127.0.0.1 {server.port}")
    sentinel = RedisSentinel(server.port)
    try:
        replica.start()
        sentinel.start()
        store = RedisEphemeral(connect(f"sentinel://127.0.0.1:{sentinel.port}/mgen/0"))
        store.put("par:a", {"n": 1}, 600)
        # The replica has it, and Sentinel knows of the replica.
        _until(lambda: connect(replica.url()).exists("par:a"))
        _until(lambda: connect(f"redis://127.0.0.1:{sentinel.port}").execute_command("SENTINEL", "REPLICAS", "mgen"))
        server.kill()
        _until(lambda: store.take("par:a"))
        assert store.take("par:a") is None
    finally:
        sentinel.end()
        replica.end()


def _until(condition):
    deadline = time.monotonic() + 60
    while True:
        try:
            if condition():
                return
        except Unavailable:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)
