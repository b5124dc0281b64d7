"""The funnel: what the jobs have counted, by step and by day, without counting anybody in the request."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from legacy_bridge.walking import CAMILLE, DOMINIQUE, Walk

from idp import jobs
from idp.backoffice import funnel, plot, snapshot
from idp.backoffice.funnel import Day
from idp.core import audit, audit_seals, clock, outbox
from idp.core.db import transaction
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.backoffice.working import HOME, Colleague
from tests.importing import run_command

NOW = 1_900_000_000
DAY = 86_400


def sealed(traveller: Any) -> None:
    """Let the jobs count what was written."""
    traveller.shift(10)
    audit_seals.seal()


def test_each_step_is_counted_on_its_day(runtime: Runtime) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        for _ in range(3):
            audit.record("sign_in", way="nir")
            audit.record("sign_in", way="email")
        audit.record("identifier_change_started")
        audit.record("mailbox_proved", way="change", by="link")
        audit.record("mailbox_proved", way="guided", by="link")
        audit.record("account_proved", by="password")
        sealed(traveller)
        traveller.shift(DAY)
        for proof in ("default", "mailbox", "account"):
            audit.record("identifier_changed", proof=proof)
        audit.record("sign_in_refused", way="nir")
        audit.record("sign_in_refused", way="email")
        sealed(traveller)
        found = funnel.look()
        assert found.steps == {"number": 3, "started": 1, "proved": 2, "changed": 3}
        assert [day.counts["changed"] for day in found.days[-2:]] == [0, 3]
        assert [day.counts["number"] for day in found.days[-2:]] == [3, 0]
        assert len(found.days) == funnel.DAYS
        assert found.troubles == {"refused": 1}
        traveller.shift(funnel.DAYS * DAY)
        assert funnel.look().steps == dict.fromkeys(found.steps, 0)


def test_a_walk_is_seen_at_each_step(
    ana: Colleague, members: None, client: FlaskClient, app: Flask, runtime: Runtime
) -> None:
    """Members, a change finished, one under way, as they really happen."""
    Walk(client, "member-area").changes(DOMINIQUE)
    Walk(app.test_client(), "member-area").signs_in(CAMILLE)
    runtime.sql.run("UPDATE audit SET at = at - 10", {})
    jobs.seal(app)
    jobs.count(app)
    text = ana.reads()
    for shown in (
        "Connexions avec le numéro : 2", "Changements commencés : 2", "Changements terminés : 1",
        "16,7 % des adhérents",        "choisit son adresse : 1", "bloqué par l’ancien portail : 1",
        "n’a jamais créé de mot de passe : 1", "Ancien fichier des adhérents",
        "6 lignes : 6 nouvelles, 0 modifiées, 0 refusées",
    ):  # fmt: skip
        assert shown in text, text


def test_before_the_first_count_the_page_says_so(ana: Colleague) -> None:
    assert "La situation n’est pas encore comptée" in ana.reads()


def test_a_page_counts_no_rows(ana: Colleague, members: None, runtime: Runtime, app: Flask) -> None:
    """What it shows of members and imports was counted by a job, and is as old as it says."""
    jobs.count(app)
    runtime.sql.run("DELETE FROM legacy_member", {})
    assert "0 sur 6" in ana.reads()


def test_a_page_reads_counters_alone(
    ana: Colleague, members: None, runtime: Runtime, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement of it is about members, accounts, messages, or lines of the audit: it grows with none of them."""
    jobs.count(app)
    engine, read = type(runtime.sql), []
    real = engine._execute
    monkeypatch.setattr(engine, "_execute", lambda sql, text, values: read.append(text) or real(sql, text, values))
    assert "0 sur 6" in ana.reads()
    tables = {name for text in read for name in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", text)}
    assert "daily_count" in tables
    assert tables <= {"daily_count", "ephemeral", "staff", "staff_session", "staff_request"}


def test_messages_that_are_given_up_are_shown(ana: Colleague, app: Flask, runtime: Runtime) -> None:
    with transaction():
        for _ in range(3):
            outbox.put("mail", {"to": None})
    runtime.sql.run("UPDATE outbox SET failed_at = :now, attempts = 10", {"now": clock.now()})
    jobs.count(app)
    assert "abandonnés après tous les essais : 3" in ana.reads()


def test_refusals_of_an_import_are_shown_by_reason(
    ana: Colleague, app: Flask, settings: Settings, tmp_path: Path, members: None
) -> None:
    file = tmp_path / "more.csv"
    heading = next(tmp_path.glob("members-*.csv")).read_text().splitlines()[0]
    file.write_text(f"{heading}\nM9,123,1950-01-01,A,B,,,1,,active\n")
    assert run_command(settings, "legacy", "import", str(file))[0] in (0, 1)
    jobs.count(app)
    text = ana.reads()
    assert "1 refusées" in text
    assert re.search(r"Refusées, par motif numéro [a-zéû ]+ : 1", text)


# The picture.


def test_the_picture_is_a_drawing_without_style_or_script(ana: Colleague) -> None:
    """The policy of the page allows neither; the same numbers are in a table."""
    page = ana.client.get(HOME)
    drawing = re.search(r'<svg class="plot".*?</svg>', page.text, re.DOTALL)
    assert drawing
    root = ET.fromstring(drawing[0])
    assert root.get("aria-label")
    assert not [each for each in root.iter() if "style" in each.attrib or each.tag == "script"]
    assert len(root.findall("polyline")) == 3
    assert page.text.count('<th scope="row">') == funnel.DAYS


@pytest.mark.parametrize("most", [0, 1, 3, 17, 4_000_000])
def test_every_point_is_within_the_picture(most: int) -> None:
    days = [
        Day(clock.as_datetime(NOW + number * DAY).date(), {step: most * (number % 2) for step, _ in funnel.STEPS})
        for number in range(funnel.DAYS)
    ]
    root = ET.fromstring(plot.svg(days, 'Un <titre> & "deux"'))
    for curve in root.findall("polyline"):
        for point in curve.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 720
            assert 0 <= y <= 320


def test_the_snapshot_is_renewed_by_the_jobs(app: Flask, runtime: Runtime, make_account: Callable[..., Any]) -> None:
    jobs.count(app)
    first = snapshot.read()
    make_account(member_ref="M1")
    jobs.count(app)
    second = snapshot.read()
    assert first
    assert second
    assert (first["change"]["changed"], second["change"]["changed"]) == (0, 1)
