"""One transaction a request, opened for writing before it reads what it changes; no writer ever meets a lock."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from idp.core import audit
from idp.core.audit import AuditLine
from idp.core.db import commit, db, is_writing, rollback, statements, transaction, write
from idp.core.throttle import ThrottleWindow


@pytest.fixture
def counter(runtime):
    """A row that counts: reads it as another process would."""
    runtime.sql.run("INSERT INTO throttle_window (key, count, ends_at) VALUES ('counter', 0, 1)", {})

    other = statements(runtime.settings)
    # The thread of the test may hold a transaction, to which its statements would belong.
    with ThreadPoolExecutor(1) as thread:

        def value():
            return thread.submit(other.one, "SELECT count FROM throttle_window WHERE key = 'counter'", {}).result()[0]

        yield value
        thread.submit(other.close).result()


def row() -> ThrottleWindow:
    return db.session.get_one(ThrottleWindow, "counter")


def test_a_write_nobody_announced_is_refused(counter):
    """A developer who forgets `db.write()` learns it in the first test."""
    row().count = 1
    with pytest.raises(RuntimeError, match=r"db\.write"):
        db.session.commit()
    db.session.rollback()
    assert counter() == 0


def test_what_was_read_before_is_read_again(counter, runtime):
    """Between the reading and the transaction another request may have come."""
    before = row()
    assert before.count == 0
    other = statements(runtime.settings)
    other.run("UPDATE throttle_window SET count = 7 WHERE key = 'counter'", {})
    other.close()
    with transaction():
        assert row().count == 7


def test_all_of_a_transaction_or_nothing(counter, runtime):
    """The ORM's writes, plain statements and audit lines share one fate."""
    with suppress(ZeroDivisionError), transaction():
        row().count = 5
        db.session.flush()
        runtime.sql.run("UPDATE throttle_window SET count = count + 1 WHERE key = 'counter'", {})
        audit.record("something")
        assert runtime.sql.one("SELECT count FROM throttle_window WHERE key = 'counter'", {}) == (6,)
        assert counter() == 0
        raise ZeroDivisionError
    assert counter() == 0
    assert runtime.sql.all("SELECT * FROM audit WHERE event = 'something'", {}) == []
    assert not is_writing()


def test_after_the_commit_everybody_sees_it(counter, runtime):
    """Whichever way it was written."""
    write()
    row().count = 5
    audit.record("something", detail_of_mine=1)
    commit()
    assert counter() == 5
    assert db.session.scalars(db.select(AuditLine.detail).filter_by(event="something")).all() == [
        '{"detail_of_mine":1}'
    ]


def test_a_statement_outside_commits_alone(counter, runtime):
    """A count of failures survives the refusal that follows."""
    runtime.sql.run("UPDATE throttle_window SET count = 3 WHERE key = 'counter'", {})
    rollback()
    assert counter() == 3


def test_statements_together_are_undone_together(counter, runtime):
    """On the hot way too."""
    with suppress(ZeroDivisionError), runtime.sql.together():
        runtime.sql.run("UPDATE throttle_window SET count = 3 WHERE key = 'counter'", {})
        raise ZeroDivisionError
    assert counter() == 0
    with runtime.sql.together():
        runtime.sql.run("UPDATE throttle_window SET count = 3 WHERE key = 'counter'", {})
    assert counter() == 3


def test_an_open_transaction_of_one_thread_is_not_anothers(counter, runtime):
    """A statement of another thread commits alone, or waits: it never joins."""
    with ThreadPoolExecutor(1) as other:
        write()
        assert not other.submit(is_writing).result()
        rollback()


def test_readers_do_not_wait_for_a_writer(counter, runtime):
    """They see what was there before (WAL)."""
    write()
    row().count = 9
    db.session.flush()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(counter).result(timeout=5) == 0
    rollback()


def test_a_rule_broken_in_the_database_tells_nothing_of_the_values(runtime):
    """The exception's text goes to the log."""
    write()
    db.session.add_all([ThrottleWindow(key="jean@exemple.fr", count=1, ends_at=1) for _ in range(2)])
    with pytest.raises(IntegrityError, match=r"(?i)unique") as error:
        db.session.flush()
    rollback()
    assert "jean" not in str(error.value)


@pytest.mark.embedded
def test_each_way_has_its_promises(runtime):
    """`full` for what people trust us with, `normal` on the hot way; what is deleted leaves the file."""
    ways = {
        "full": lambda name: db.session.execute(db.text(f"PRAGMA {name}")).scalar(),
        "hot": lambda name: runtime.sql.one(f"PRAGMA {name}", {})[0],
    }
    for way, synchronous in (("full", 2), ("hot", 1)):
        assert ways[way]("synchronous") == synchronous
        assert ways[way]("journal_mode") == "wal"
        assert ways[way]("foreign_keys") == 1
        assert ways[way]("secure_delete") == 1


def test_four_processes_write_and_none_is_locked_out(counter, runtime):
    """Reading, then announcing, then writing: no transaction is ever upgraded, no update lost."""
    processes, threads, turns = 4, 4, 15
    arguments = [sys.executable, str(Path(__file__).parent / "writers.py"), runtime.settings.database_url]
    arguments.append(str(runtime.settings.secret_key_file))
    running = [
        subprocess.Popen([*arguments, str(threads), str(turns)], stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert counter() == processes * threads * turns
