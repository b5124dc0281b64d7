"""PostgreSQL as plain statements meet it: what a connection survives, and how soon it says that there is no answer."""

import time
from contextlib import suppress

import psycopg
import pytest
from servers import Postgres, free_port

from idp.core import postgres
from idp.core.postgres_wire import Wire
from idp.core.statements import Unavailable


@pytest.fixture
def server():
    """A PostgreSQL that a test may kill."""
    server = Postgres()
    server.start()
    yield server
    server.end()


@pytest.fixture
def sql(server, make_settings):
    """Plain statements on its one table."""
    server.execute("CREATE TABLE thing (id int PRIMARY KEY, name text)")
    sql = postgres.PostgresStatements(make_settings(database_url=server.url("postgres")), lambda: None)
    yield sql
    sql.close()


def test_values_come_back_as_they_went(sql):
    """Numbers beyond 32 bits, bytes with a NUL, text, yes and no, nothing."""
    values = {"a": 2**40, "b": b"\0\xff", "c": "é'%:x", "d": True, "e": None}
    asked = "SELECT :a + 0::bigint, :b::bytea, :c::text, :d::boolean, :e::text"
    for _ in range(2):
        assert sql.one(asked, values) == (2**40, b"\0\xff", "é'%:x", True, None)


def test_a_server_of_requests_has_its_statements_planned_once(sql, monkeypatch):
    """A job's and a command's are planned for the values that they come with."""
    monkeypatch.setattr(postgres, "_plans", "")
    (left,) = sql.one("SELECT current_setting('plan_cache_mode')", {})
    sql.close()
    postgres.plan_once()
    (asked,) = sql.one("SELECT current_setting('plan_cache_mode')", {})
    assert (left, asked) == ("auto", "force_generic_plan")


def test_a_restart_costs_no_request(server, sql):
    """The connection that died while it was idle is made anew."""
    sql.run("INSERT INTO thing VALUES (1, 'a')", {})
    server.kill()
    server.start()
    assert sql.one("SELECT name FROM thing WHERE id = :id", {"id": 1}) == ("a",)


def test_a_dead_server_is_unavailable_and_then_there_again(server, sql):
    """Neither an exception of the library nor a connection that stays broken."""
    server.kill()
    with pytest.raises(Unavailable):
        sql.all("SELECT 1", {})
    server.start()
    assert sql.all("SELECT 1", {}) == [(1,)]


def test_what_dies_in_the_middle_is_undone(server, sql):
    """The transaction ends with its connection; the next one begins anew."""

    def write():
        with sql.together():
            sql.run("INSERT INTO thing VALUES (1, 'a')", {})
            server.kill()
            sql.run("INSERT INTO thing VALUES (2, 'b')", {})

    with pytest.raises(Unavailable):
        write()
    server.start()
    with sql.together():
        assert sql.all("SELECT id FROM thing", {}) == []


def test_whoever_goes_on_in_a_lost_transaction_is_told_so(server, sql):
    """Each statement that follows hears the same as the first."""

    def write():
        with sql.together():
            server.kill()
            for number in range(3):
                with pytest.raises(Unavailable):
                    sql.run("INSERT INTO thing VALUES (:id, 'a')", {"id": number})

    with pytest.raises(Unavailable):
        write()


def test_a_server_that_stands_still_is_given_up(server):
    """After the patience of the connection, which is then closed."""
    wire = Wire(server.libpq("postgres"), 1)
    server.pause()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        wire.ask("SELECT 1", {})
    assert 0.9 < time.monotonic() - started < 5
    assert not wire.is_open
    server.resume()


def test_the_host_that_answers_is_found(server, make_settings):
    """Of several in the URL."""
    url = f"postgresql://mgen@127.0.0.1:{free_port()},127.0.0.1:{server.port}/postgres"
    sql = postgres.PostgresStatements(make_settings(database_url=url), lambda: None)
    assert sql.all("SELECT 1", {}) == [(1,)]
    sql.close()


def test_a_server_that_takes_no_writes_any_more_is_left(server, sql):
    """It was demoted: the connection is not kept for the next request."""
    assert sql.all("SELECT 1", {}) == [(1,)]
    server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
    server.execute("SELECT pg_reload_conf()")

    def write():
        for number in range(10_000):
            sql.run("INSERT INTO thing VALUES (:id, 'a')", {"id": number})

    with pytest.raises(Unavailable):
        write()
    with pytest.raises(Unavailable, match="connection"):
        sql.all("SELECT 1", {})


def test_a_commit_that_undoes_is_no_commit(sql):
    """A failure that somebody swallowed has ended the transaction: whoever believes in it is told."""

    def write():
        with sql.together():
            sql.run("INSERT INTO thing VALUES (1, 'a')", {})
            with suppress(psycopg.errors.UniqueViolation):
                sql.run("INSERT INTO thing VALUES (1, 'b')", {})

    with pytest.raises(Unavailable):
        write()
    assert sql.all("SELECT id FROM thing", {}) == []


def test_an_error_tells_nothing_of_the_values(sql):
    """It goes to the log."""
    sql.run("INSERT INTO thing VALUES (7, 'jean')", {})
    with pytest.raises(psycopg.errors.UniqueViolation) as error:
        sql.run("INSERT INTO thing VALUES (:id, :name)", {"id": 7, "name": "jean"})
    assert "7" not in str(error.value)
    assert "jean" not in str(error.value)


def test_who_must_be_alone_waits_for_the_other(sql, server, make_settings):
    """On another connection, as on another node; what does not ask for it goes on."""
    other = postgres.PostgresStatements(make_settings(database_url=server.url("postgres")), lambda: None)
    with sql.together(alone=True):
        with other.together():
            other.run("INSERT INTO thing VALUES (1, 'a')", {})
        started = time.monotonic()
        with pytest.raises(Unavailable), other.together(alone=True):
            pass
        assert time.monotonic() - started > 4
    with other.together(alone=True):
        assert other.all("SELECT id FROM thing", {}) == [(1,)]
    other.close()
