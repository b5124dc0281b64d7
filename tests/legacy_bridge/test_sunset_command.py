"""`mgen-connect legacy sunset`: after the last day the numbers and the old passwords are gone, and counts prove it."""

import datetime as dt
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from legacy_bridge.walking import (
    CAMILLE,
    DOMINIQUE,
    DONE,
    FRESH,
    REVIEW,
    WAITING,
    Walk,
    at,
    code_of,
    import_members,
    many,
)

from idp.core import clock
from idp.core.runtime import Runtime
from idp.legacy_bridge import authentication
from idp.settings import Settings
from tests.importing import run_command, select, start_command, stored

YESTERDAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)


def sunset(settings: Settings, *options: str) -> dict[str, Any]:
    status, out, err = run_command(settings, "legacy", "sunset", "--json", *options)
    assert status == 0, err
    report: dict[str, Any] = json.loads(out)
    return report


@pytest.fixture
def over(make_settings: Callable[..., Settings]) -> Settings:
    """The same deployment, its last day gone."""
    return make_settings(bridge_sunset=YESTERDAY)


def change_long_ago(runtime: Runtime) -> None:
    runtime.sql.run(
        "UPDATE legacy_member SET state = 'changed', changed_at = :then WHERE member_ref = 'M00001'",
        {"then": clock.now() - 86_400},
    )


def test_before_the_last_day_has_passed_it_is_refused(
    make_settings: Callable[..., Settings], members: None, settings: Settings
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    before = stored(settings)
    for options in ([], ["--dry-run"]):
        status, _, err = run_command(make_settings(bridge_sunset=today), "legacy", "sunset", *options)
        assert status == 1
        assert f"open until {today}" in err
        status, _, err = run_command(settings, "legacy", "sunset", *options)
        assert status == 1
        assert "no last day" in err
    assert stored(settings) == before


def test_nothing_is_left_of_numbers_and_old_passwords(members: None, runtime: Runtime, over: Settings) -> None:
    """Neither in a column, nor in the bytes of the database; the counts before and after say so."""
    change_long_ago(runtime)
    rows = stored(over)
    secrets = [row["nir_digest"] for row in rows.values()]
    secrets += [row["password"].rpartition("$")[2].encode() for row in rows.values() if row["password"]]
    report = sunset(over)
    assert report["before"]["digests"] == 6
    assert report["before"]["passwords"] == 5
    assert report["before"]["tombstones"] == 1
    assert report["before"]["password_formats"] == report["before"]["digest_forms"] == 1
    assert set(report["after"].values()) == {0}
    assert report["never_changed"] == 5
    assert report["deleted_after"] > YESTERDAY.isoformat()
    runtime.sql.close()
    written = b"".join(path.read_bytes() for path in Path(over.sqlite_path).parent.glob("idp.db*"))
    assert [secret for secret in secrets if secret in written] == []


def test_those_who_never_changed_keep_a_row_that_opens_nothing(members: None, runtime: Runtime, over: Settings) -> None:
    sunset(over)
    row = stored(over)[DOMINIQUE.ref]
    assert (row["state"], row["nir_digest"], row["password"], row["pepper"]) == ("active", None, None, "")
    # Where a clock or a setting is turned back.
    with pytest.raises(authentication.NirRefused):
        authentication.authenticate(DOMINIQUE.nir, DOMINIQUE.password, source="192.0.2.1")


def test_a_dry_run_counts_and_removes_nothing(members: None, over: Settings) -> None:
    before = stored(over)
    report = sunset(over, "--dry-run")
    assert report["before"] == report["after"]
    assert stored(over) == before


def test_done_twice_it_changes_nothing_more(members: None, over: Settings) -> None:
    sunset(over)
    before = stored(over)
    assert set(sunset(over)["before"].values()) == {0}
    assert stored(over) == before


def test_no_file_brings_a_number_back(members: None, over: Settings, tmp_path: Path) -> None:
    sunset(over)
    status, _, err = run_command(over, "legacy", "import", tmp_path / "members-M00001.csv")
    assert status == 1
    assert "closed" in err


def test_who_changed_signs_in_by_email_as_before(
    walk: Walk, client: FlaskClient, members: None, runtime: Runtime, over: Settings
) -> None:
    """Their account and its Espace do not hang from the row that goes."""
    walk.changes(CAMILLE)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)):
        sunset(over)
    assert CAMILLE.ref not in stored(over)
    assert runtime.sql.one("SELECT member_ref FROM membership", {}) == (CAMILLE.ref,)
    assert walk.is_signed_in()


def test_a_change_under_way_can_be_finished(
    walk: Walk, members: None, over: Settings, runtime: Runtime, outbox: Callable[[], Any]
) -> None:
    """The door is closed, the seven days of who went through it are not over."""
    walk.waits(CAMILLE, FRESH)
    sunset(over)
    token = code_of(outbox()[-1])
    assert at(walk.post(WAITING, action="code", code=token), REVIEW)
    assert at(walk.finishes(), DONE)
    assert sunset(over)["after"]["tombstones"] == 1
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)):
        assert sunset(over)["after"]["tombstones"] == 0


@pytest.mark.slow
def test_a_killed_one_is_taken_up_and_people_sign_in_by_email_meanwhile(
    walk: Walk, members: None, over: Settings, tmp_path: Path
) -> None:
    walk.changes(CAMILLE)
    for first in range(0, 600, 300):
        import_members(tmp_path, many(300, first=first))
    process = start_command(over, "legacy", "sunset")
    while _left(over) == 606 and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert walk.is_signed_in()
    assert sunset(over)["after"] | {"tombstones": 0} == dict.fromkeys(sunset(over)["after"], 0)
    assert _left(over) == 0


def _left(settings: Settings) -> int:
    return int(select(settings, "SELECT count(*) FROM legacy_member WHERE nir_digest IS NOT NULL")[0][0])


def test_it_is_written_down(members: None, runtime: Runtime, over: Settings) -> None:
    sunset(over)
    assert runtime.sql.all("SELECT count(*) FROM audit WHERE event = 'bridge_closed'", {}) == [(1,)]
