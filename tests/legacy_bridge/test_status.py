"""`mgen-connect legacy status`: how far the bridge has come, in words and as JSON."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from legacy_bridge.walking import CAMILLE, DOMINIQUE, FRESH, Walk

from idp.core import clock
from idp.core.runtime import Runtime
from idp.legacy_bridge import status
from idp.settings import Settings
from tests.importing import run_command


def facts(settings: Settings) -> dict[str, Any]:
    exit_code, out, err = run_command(settings, "legacy", "status", "--json")
    assert (exit_code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_before_anything_there_are_zeros(settings: Settings) -> None:
    found = facts(settings)
    assert (found["members"], found["changed"], found["share_changed"], found["last_day"]) == (0, 0, 0.0, None)
    _, out, _ = run_command(settings, "legacy", "status")
    assert "the first import sets one" in out


def test_the_funnel_follows_the_members(settings: Settings, members: None, walk: Walk, elsewhere: Walk) -> None:
    walk.changes(CAMILLE)
    elsewhere.waits(DOMINIQUE, FRESH)
    found = facts(settings)
    assert found["members"] == 6
    assert (found["changed"], found["share_changed"]) == (1, 0.1667)
    assert found["not_changed"] == {"active": 3, "blocked": 1, "never_activated": 1}
    assert found["changes"] == {"open": {"waiting": 1}, "finished": 1, "linked": 0, "abandoned": 0}
    days = found["last_7_days"]["changed_by_day"]
    assert list(days.values()) == [0, 0, 0, 0, 0, 0, 1]
    assert max(days) == clock.as_datetime(clock.now()).date().isoformat()


def test_a_change_past_its_time_is_abandoned_whether_or_not_a_job_has_seen_it(
    members: None, walk: Walk, runtime: Runtime
) -> None:
    walk.waits(DOMINIQUE, FRESH)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=8)):
        changes = status.funnel()["changes"]
    assert (changes["open"], changes["abandoned"]) == ({}, 1)


def test_what_was_asked_for_is_told_for_a_week(members: None, runtime: Runtime) -> None:
    now = clock.now()
    for number, at in enumerate((now - 3600, now - 8 * 86_400)):
        runtime.sql.run(
            "INSERT INTO letter (id, member_id, code, tries, created_at, expires_at, used_at)"
            " SELECT :id, id, '', 0, :at, :at, :at FROM legacy_member WHERE member_ref = 'M00001'",
            {"id": bytes([number]) * 16, "at": at},
        )
        runtime.sql.run(
            "INSERT INTO recovery (id, address, browser, locale, created_at, expires_at, completed_at)"
            " VALUES (:id, 'a@b.test', 'b', 'fr', :at, :at, NULL)",
            {"id": bytes([number]) * 16, "at": at},
        )
    week = status.funnel()["last_7_days"]
    assert (week["letters"], week["letters_used"]) == (1, 1)
    assert (week["account_recoveries"], week["account_recoveries_done"]) == (1, 0)


@pytest.mark.parametrize("day", [0, 40])
def test_the_last_day_is_told_with_the_days_left(make_settings: Callable[..., Settings], day: int) -> None:
    last = clock.as_datetime(clock.now()).date() + dt.timedelta(days=day)
    found = facts(make_settings(bridge_sunset=last))
    assert (found["last_day"], found["days_left"]) == (last.isoformat(), day + 1)


def test_the_words_say_what_the_numbers_say(settings: Settings, members: None, walk: Walk) -> None:
    walk.changes(CAMILLE)
    _, out, _ = run_command(settings, "legacy", "status")
    assert "6 members, of whom 1 have changed: 16.7%" in out
    assert "1  changes finished, of which 0 with an account that was there" in out


def test_who_has_changed_is_still_counted_after_the_sunset(
    members: None, walk: Walk, make_settings: Callable[..., Settings], client: FlaskClient
) -> None:
    """Though the tombstones are gone."""
    walk.changes(CAMILLE)
    over = make_settings(bridge_sunset=clock.as_datetime(clock.now()).date() - dt.timedelta(days=1))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)):
        assert run_command(over, "legacy", "sunset")[0] == 0
    found = facts(over)
    assert (found["members"], found["changed"], found["days_left"]) == (6, 1, 0)
