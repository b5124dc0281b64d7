"""The chain over the audit: what is sealed cannot be changed, removed or inserted unseen; each line is counted once."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
import time_machine

from idp import jobs, retention
from idp.core import audit, audit_check, audit_seals, clock
from idp.core.db import transaction
from idp.core.ids import first_id, new_id
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.importing import run_command

NOW = 1_900_000_000
DAY = 86_400
Clock = Any


@pytest.fixture
def clock_at(runtime: Runtime) -> Any:
    """A clock that a test moves."""
    runtime.sql.run("DELETE FROM audit", {})
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of three lines."""
    monkeypatch.setattr(audit_seals, "SIZE", 3)


def write(*events: str, **detail: str) -> None:
    for event in events:
        audit.record(event, account_id=new_id(), source="192.0.2.1", **detail)


@pytest.fixture
def sealed(clock_at: Clock, small: None, runtime: Runtime) -> Runtime:
    """Nine lines under three seals, ten seconds apart."""
    for _ in range(3):
        write("sign_in", "sign_in", "sign_out", way="email")
        clock_at.shift(10)
        audit_seals.seal()
    assert audit_check.verify().faults == []
    return runtime


def seals(runtime: Runtime) -> list[tuple[int, int]]:
    return runtime.sql.all("SELECT number, lines FROM audit_seal ORDER BY number", {})


def counts(runtime: Runtime) -> dict[tuple[str, str], int]:
    rows = runtime.sql.all("SELECT event, way, CAST(sum(count) AS BIGINT) FROM daily_count GROUP BY event, way", {})
    return {(event, way): count for event, way, count in rows}


def test_lines_are_sealed_in_order_once_they_are_some_seconds_old(clock_at: Clock, runtime: Runtime) -> None:
    """What a transaction that is still open has written comes with the next turn."""
    write("sign_in")
    assert not audit_seals.seal()
    assert seals(runtime) == []
    clock_at.shift(5)
    write("sign_out")
    audit_seals.seal()
    assert seals(runtime) == [(1, 1)]
    clock_at.shift(5)
    audit_seals.seal()
    assert seals(runtime) == [(1, 1), (2, 1)]
    report = audit_check.verify()
    assert (report.lines, report.seals, report.waiting, report.faults) == (2, 2, 0, [])


def test_a_line_of_a_long_transaction_is_sealed_later_than_younger_ones(clock_at: Clock, runtime: Runtime) -> None:
    """It is not lost, and no fault."""
    old = new_id()
    clock_at.shift(20)
    write("sign_in")
    clock_at.shift(10)
    audit_seals.seal()
    runtime.sql.run("INSERT INTO audit (id, at, event) VALUES (:id, :at, 'import')", {"id": old, "at": NOW})
    audit_seals.seal()
    assert seals(runtime) == [(1, 1), (2, 1)]
    assert audit_check.verify().faults == []


def test_each_event_is_counted_by_day_and_by_its_way_or_proof(clock_at: Clock, runtime: Runtime) -> None:
    write("sign_in", "sign_in", way="email")
    write("password_reset", proof="letter")
    write("sign_out")
    clock_at.shift(DAY)
    write("sign_in", way="email")
    clock_at.shift(10)
    audit_seals.seal()
    rows = runtime.sql.all("SELECT day, event, way, count FROM daily_count ORDER BY day, event", {})
    assert rows == [
        (NOW // DAY, "password_reset", "letter", 1),
        (NOW // DAY, "sign_in", "email", 2),
        (NOW // DAY, "sign_out", "", 1),
        (NOW // DAY + 1, "sign_in", "email", 1),
    ]


def test_two_who_seal_at_once_seal_and_count_each_line_once(
    bare: Any, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease of the jobs keeps them apart; where it fails, the number of the seal does."""
    runtime.sql.run("DELETE FROM audit", {})
    monkeypatch.setattr(audit_seals, "SIZE", 10)
    monkeypatch.setattr(audit_seals, "_SETTLED", -1)
    write(*["sign_in"] * 200)
    start = threading.Barrier(2)

    def work() -> None:
        with bare.app_context():
            start.wait()
            while audit_seals.seal():
                pass
            bare.extensions["mgen_connect"].sql.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit_seals.seal()
    assert counts(runtime) == {("sign_in", ""): 200}
    assert audit_check.verify().faults == []


def test_kill_9_loses_nothing_and_counts_nothing_twice(settings: Settings, runtime: Runtime) -> None:
    """A batch is one transaction, whichever moment the process dies at."""
    runtime.sql.run("DELETE FROM audit", {})
    with transaction():
        for number in range(2_000):
            runtime.sql.run(
                "INSERT INTO audit (id, at, event) VALUES (:id, :at, 'sign_in')",
                {"id": new_id(), "at": clock.now() - 5000 + number // 2},
            )
    command = [sys.executable, str(Path(__file__).with_name("sealer.py"))]
    for moment in (0.0, 0.02, 0.06):
        with subprocess.Popen(
            [*command, settings.database_url, str(settings.secret_key_file)],
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        ) as process:  # fmt: skip
            assert process.stdout
            process.stdout.readline()
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
        [(marked,)] = runtime.sql.all("SELECT count(seal) FROM audit", {})
        assert counts(runtime).get(("sign_in", ""), 0) == marked
        assert audit_check.verify().faults == []
    while audit_seals.seal():
        pass
    assert counts(runtime) == {("sign_in", ""): 2_000}
    assert audit_check.verify().waiting == 0


def test_a_line_that_somebody_spoilt_does_not_stop_the_others(clock_at: Clock, runtime: Runtime) -> None:
    runtime.sql.run("INSERT INTO audit (id, at, event, detail) VALUES (:id, 1, 'x', '{')", {"id": new_id()})
    runtime.sql.run("INSERT INTO audit (id, at, event, detail) VALUES (:id, 1, 'y', '[1]')", {"id": new_id()})
    audit_seals.seal()
    assert counts(runtime) == {("x", ""): 1, ("y", ""): 1}


def test_a_line_from_the_future_does_not_stop_the_others(clock_at: Clock, runtime: Runtime) -> None:
    """It waits for its time, between those that have had theirs."""
    write("sign_in")
    runtime.sql.run("INSERT INTO audit (id, at, event) VALUES (:id, :at, 'x')", {"id": new_id(), "at": NOW + DAY})
    write("sign_in")
    clock_at.shift(10)
    audit_seals.seal()
    assert seals(runtime) == [(1, 2)]


# What somebody who can write to the database may do, and what is said of it.

TAMPERED: dict[str, tuple[str, str]] = {
    "a line changed": ("UPDATE audit SET source = '192.0.2.9' WHERE id = :id", "a line was changed"),
    "a line's time changed": ("UPDATE audit SET at = at + 1 WHERE id = :id", "a line was changed"),
    "a line removed": ("DELETE FROM audit WHERE id = :id", "1 of 3 lines were removed"),
    "a whole batch removed": ("DELETE FROM audit WHERE seal = 2", "3 of 3 lines were removed"),
    "a line let loose": ("UPDATE audit SET seal = NULL WHERE id = :id", "1 of 3 lines were removed"),
    "a line moved to another batch": ("UPDATE audit SET seal = 3 WHERE id = :id", "1 lines were inserted"),
    "a line inserted into a batch": (
        "INSERT INTO audit (id, at, event, seal) VALUES (:new, :at, 'sign_in', 2)",
        "1 lines were inserted",
    ),
    "a line under a seal that never was": (
        "INSERT INTO audit (id, at, event, seal) VALUES (:new, :at, 'sign_in', 99)",
        "seal 99 was removed",
    ),
    "an old line inserted": (
        "INSERT INTO audit (id, at, event) VALUES (:new, :long_ago, 'sign_in')",
        "without a seal are much older",
    ),
    "a seal changed": ("UPDATE audit_seal SET content = digest WHERE number = 2", "was changed"),
    "a seal made to look old": ("UPDATE audit_seal SET last_at = 1 WHERE number = 2", "was changed"),
    "a digest changed": ("UPDATE audit_seal SET digest = content WHERE number = 2", "was changed"),
    "a seal removed": ("DELETE FROM audit_seal WHERE number = 2", "seals 2 to 2 were removed"),
    "the first seal removed": ("DELETE FROM audit_seal WHERE number = 1", "seals 1 to 1 were removed"),
    "the last seal removed": ("DELETE FROM audit_seal WHERE number = 3", "seal 3 was removed"),
}


@pytest.mark.parametrize("tampering", TAMPERED)
def test_what_was_done_to_the_record_is_said(tampering: str, sealed: Runtime, settings: Settings) -> None:
    statement, said = TAMPERED[tampering]
    [(identifier,), *_] = sealed.sql.all("SELECT id FROM audit WHERE seal = 2 ORDER BY id", {})
    values = {"id": identifier, "new": new_id(), "at": NOW + 10, "long_ago": NOW - DAY}
    sealed.sql.run(statement, values)
    status, out, _ = run_command(settings, "audit", "verify")
    assert status == 1
    assert any(line.startswith("FAULT") and said in line for line in out.splitlines()), out
    assert json.loads(run_command(settings, "audit", "verify", "--json")[1])["faults"]


def test_an_old_line_that_was_sealed_meanwhile_is_still_told(sealed: Runtime, clock_at: Clock) -> None:
    """The job seals whatever it finds; its place in the chain gives it away."""
    sealed.sql.run("INSERT INTO audit (id, at, event) VALUES (:id, :at, 'x')", {"id": new_id(), "at": NOW - DAY})
    audit_seals.seal()
    [fault] = audit_check.verify().faults
    assert fault.startswith("seal 4 ")
    assert "inserted" in fault


def test_a_record_of_another_keyring_is_no_proof(sealed: Runtime) -> None:
    """Whoever has the database alone cannot make the seals anew."""
    sealed.keyring._keys["k1"] = bytes(32)
    sealed.keyring.derive.cache_clear()
    assert len(audit_check.verify().faults) == 3


def test_a_sound_record_is_said_to_be_sound(sealed: Runtime, settings: Settings) -> None:
    """With its last seal, to be kept elsewhere; and what waits."""
    write("sign_in")
    status, out, _ = run_command(settings, "audit", "verify")
    assert status == 0
    assert "9  lines under 3 seals, 1 still to be sealed" in out
    assert "The last seal is 3:" in out


def test_lines_that_changed_places_are_told(sealed: Runtime) -> None:
    """Each is whole, and bears the id of the other."""
    first, second, *_ = [line for (line,) in sealed.sql.all("SELECT id FROM audit WHERE seal = 2 ORDER BY id", {})]
    for old, new in ((first, bytes(16)), (second, first), (bytes(16), second)):
        sealed.sql.run("UPDATE audit SET id = :new WHERE id = :old", {"old": old, "new": new})
    [fault] = audit_check.verify().faults
    assert "a line was changed" in fault


def test_seals_that_changed_places_are_told(sealed: Runtime) -> None:
    """With their lines."""
    for table, column in (("audit_seal", "number"), ("audit", "seal")):
        for old, new in ((2, 99), (3, 2), (99, 3)):
            sealed.sql.run(f"UPDATE {table} SET {column} = :new WHERE {column} = :old", {"old": old, "new": new})
    assert len(audit_check.verify().faults) >= 2


def test_an_end_cut_off_as_a_whole_is_told_by_a_seal_that_was_kept(sealed: Runtime, settings: Settings) -> None:
    """Lines and seals are gone, and what is left is a sound chain: only who kept its end can tell."""
    [kept] = re.findall(r"The last seal is (3:[2-7A-Z]{52}):", run_command(settings, "audit", "verify")[1])
    assert run_command(settings, "audit", "verify", "--kept", kept)[0] == 0
    for statement in ("DELETE FROM audit WHERE seal = 3", "DELETE FROM audit_seal WHERE number = 3"):
        sealed.sql.run(statement, {})
    assert run_command(settings, "audit", "verify")[0] == 0
    status, out, _ = run_command(settings, "audit", "verify", "--kept", kept)
    assert status == 1
    assert "FAULT the end was cut off: seal 3 was kept, and the last one is 2" in out


def test_an_end_that_was_made_anew_is_not_the_one_that_was_kept(sealed: Runtime, clock_at: Clock) -> None:
    """Even by somebody who has the keyring."""
    kept = audit_check.verify().head
    for statement in ("DELETE FROM audit WHERE seal = 3", "DELETE FROM audit_seal WHERE number = 3"):
        sealed.sql.run(statement, {})
    write("sign_in")
    clock_at.shift(10)
    audit_seals.seal()
    [fault] = audit_check.verify(kept).faults
    assert "not the one that was kept" in fault


def test_what_was_kept_is_read_as_it_was_said(sealed: Runtime, settings: Settings) -> None:
    for text in ("3", "3:abc", "x:" + 52 * "A"):
        assert run_command(settings, "audit", "verify", "--kept", text)[0] == 2


def test_each_seal_is_in_the_log(clock_at: Clock, runtime: Runtime) -> None:
    """Logs are kept elsewhere: what they say is what `--kept` wants."""
    write("sign_in")
    clock_at.shift(10)
    with structlog.testing.capture_logs() as said:
        audit_seals.seal()
    [line] = [each for each in said if each["event"] == "audit_sealed"]
    assert (line["number"], line["digest"]) == audit_check.verify().head


# What retention takes, whole batches after twelve months, is no fault; anything else is.


def test_what_retention_took_is_said_and_the_rest_recomputes(sealed: Runtime, clock_at: Clock) -> None:
    clock_at.shift(200 * DAY)
    write("sign_in", "sign_out")
    clock_at.shift(10)
    audit_seals.seal()
    clock_at.shift(170 * DAY)
    retention.run()
    assert sealed.sql.all("SELECT seal, count(*) FROM audit GROUP BY seal", {}) == [(4, 2)]
    report = audit_check.verify()
    assert (report.faults, report.taken, report.lines, report.seals) == ([], 9, 2, 4)
    sealed.sql.run("DELETE FROM audit WHERE id = (SELECT id FROM audit ORDER BY id LIMIT 1)", {})
    assert len(audit_check.verify().faults) == 1


def test_a_batch_stays_until_its_youngest_line_is_old_enough(clock_at: Clock, runtime: Runtime) -> None:
    write("sign_in")
    clock_at.shift(DAY)
    write("sign_out")
    clock_at.shift(10)
    audit_seals.seal()
    clock_at.shift(364 * DAY)
    retention.run()
    assert runtime.sql.all("SELECT count(*) FROM audit", {}) == [(2,)]
    assert audit_check.verify().faults == []
    clock_at.shift(DAY)
    retention.run()
    assert runtime.sql.all("SELECT count(*) FROM audit", {}) == [(0,)]
    assert audit_check.verify().faults == []


def test_the_jobs_seal_and_say_that_there_is_more(bare: Any, clock_at: Clock, small: None, runtime: Runtime) -> None:
    """So that messages get their turn in between."""
    write(*["sign_in"] * 61)
    clock_at.shift(10)
    assert jobs.seal(bare)
    assert runtime.sql.all("SELECT count(*) FROM audit WHERE seal IS NULL", {}) == [(1,)]
    assert not jobs.seal(bare)


# The record in full.


@pytest.fixture
def exported(settings: Settings) -> Callable[..., list[dict[str, Any]]]:
    """The lines that the command writes."""

    def export(*options: str) -> list[dict[str, Any]]:
        status, out, err = run_command(settings, "audit", "export", *options)
        assert status == 0, err
        return [json.loads(line) for line in out.splitlines()]

    return export


def test_lines_are_exported_in_order_with_all_they_say(
    clock_at: Clock, runtime: Runtime, exported: Callable[..., list[dict[str, Any]]]
) -> None:
    account = new_id()
    audit.record("sign_in", account_id=account, member_ref="M1", client_id="forum", source="192.0.2.1", way="email")
    clock_at.shift(10)
    write("sign_out")
    audit_seals.seal()
    first, second = exported()
    assert first | {"id": ""} == {
        "id": "", "at": "2030-03-17T17:46:40+00:00", "event": "sign_in", "account_id": account.hex(),
        "member_ref": "M1", "client_id": "forum", "source": "192.0.2.1", "detail": {"way": "email"}, "seal": 1,
    }  # fmt: skip
    assert (second["event"], second["seal"]) == ("sign_out", None)


def test_an_export_may_be_of_some_days(
    clock_at: Clock, runtime: Runtime, exported: Callable[..., list[dict[str, Any]]]
) -> None:
    """From the first moment on, before the last."""
    for _ in range(4):
        write("sign_in")
        clock_at.shift(DAY)
    assert len(exported()) == 4
    day = dt.datetime.fromtimestamp(NOW + DAY, dt.UTC)
    assert len(exported("--since", day.strftime("%Y-%m-%dT%H:%M:%S"))) == 3
    assert len(exported("--since", day.strftime("%Y-%m-%d"), "--until", day.strftime("%Y-%m-%dT%H:%M:%S"))) == 0
    assert len(exported("--until", (day + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S"))) == 2
    assert first_id(NOW) < bytes.fromhex(exported()[0]["id"])
