"""`mgen-connect legacy invite`: who is written to, how fast, how often, and the way out."""

import datetime as dt
import json
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from flask import Flask
from legacy_bridge.walking import CAMILLE, DOMINIQUE, Walk, plain, words_of

from idp import jobs
from idp.core import clock
from idp.core.outbox import drain
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.importing import run_command, stored

Mails = Callable[[], list[EmailMessage]]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings(bridge_sunset=dt.date(2050, 6, 30))


def invite(settings: Settings, *options: object) -> dict[str, Any]:
    status, out, err = run_command(settings, "legacy", "invite", "--json", *options)
    assert status == 0, err
    wave: dict[str, Any] = json.loads(out)
    return wave


def wave_of(settings: Settings, limit: int = 100, per_minute: int = 60) -> dict[str, Any]:
    return invite(settings, "--limit", limit, "--per-minute", per_minute)


def later(seconds: float) -> Any:
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds))


@pytest.fixture
def mails(app: Flask, outbox: Mails) -> Mails:
    """What arrives once the jobs that are due are done, as the jobs process does them."""

    def arrive() -> list[EmailMessage]:
        with app.app_context():
            while drain(jobs.HANDLERS):
                pass
        return outbox()

    return arrive


def invited(settings: Settings) -> set[str]:
    return {ref for ref, row in stored(settings).items() if row["invited_at"]}


def test_those_with_an_address_of_their_own_are_invited(settings: Settings, members: None) -> None:
    """Not a couple's, not who has none; who is blocked or never chose a password as well."""
    wave = wave_of(settings)
    assert wave["invited"] == 3
    assert invited(settings) == {"M00002", "M00004", "M00005"}


def test_who_has_changed_is_not_invited_nor_is_an_address_that_is_another_s(
    settings: Settings, members: None, walk: Walk
) -> None:
    walk.changes(DOMINIQUE)
    assert wave_of(settings)["invited"] == 2
    assert DOMINIQUE.ref not in invited(settings)


def test_nobody_is_invited_twice_within_ninety_days(settings: Settings, members: None) -> None:
    assert wave_of(settings, limit=2)["invited"] == 2
    assert wave_of(settings)["invited"] == 1
    assert wave_of(settings)["invited"] == 0
    with later(89 * 86_400):
        assert wave_of(settings)["invited"] == 0
    with later(91 * 86_400):
        assert wave_of(settings)["invited"] == 3


def test_the_messages_are_spread_over_time_and_waves_follow_one_another(
    settings: Settings, members: None, runtime: Runtime
) -> None:
    wave = wave_of(settings, limit=2, per_minute=1)
    assert wave["last_at"] - wave["first_at"] == 60
    following = wave_of(settings, per_minute=1)
    assert following["first_at"] == wave["last_at"] + 60
    due = runtime.sql.all("SELECT next_at FROM outbox WHERE kind = 'invitation' ORDER BY next_at", {})
    assert [at for (at,) in due] == [wave["first_at"], wave["last_at"], following["first_at"]]


def test_a_dry_run_counts_and_writes_nothing(settings: Settings, members: None) -> None:
    before = stored(settings)
    assert invite(settings, "--limit", 2, "--per-minute", 1, "--dry-run")["invited"] == 2
    assert stored(settings) == before


def test_the_message_says_what_to_do_and_signs_nobody_in(settings: Settings, members: None, mails: Mails) -> None:
    wave_of(settings)
    with later(5):
        message = next(message for message in mails() if message["To"] == DOMINIQUE.contact)
    text = plain(message)
    assert "comme vous le faites d’habitude" in text
    assert "30 juin 2050" in text
    links = [word for word in text.split() if word.startswith("http")]
    assert len(links) == 1
    assert "/login-adherent/invitations/arreter/" in links[0]
    # RFC 8058.
    assert message["List-Unsubscribe"] == f"<{links[0]}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_member_who_has_changed_before_their_turn_gets_none(
    settings: Settings, members: None, mails: Mails, runtime: Runtime
) -> None:
    wave_of(settings, limit=2, per_minute=1)
    assert len(mails()) == 1
    runtime.sql.run("UPDATE legacy_member SET state = 'changed' WHERE invited_at > :now", {"now": clock.now() + 5})
    with later(90):
        assert mails() == []
    assert runtime.sql.all("SELECT count(*) FROM outbox", {}) == [(0,)]


class TestTheWayOut:
    @pytest.fixture
    def link(self, settings: Settings, members: None, mails: Mails) -> str:
        wave_of(settings)
        with later(5):
            [message] = (message for message in mails() if message["To"] == DOMINIQUE.contact)
        return str(message["List-Unsubscribe"])[1:-1].removeprefix(settings.issuer)

    def test_looking_changes_nothing_and_the_button_stops_them(self, settings: Settings, walk: Walk, link: str) -> None:
        assert "Nous ne vous écrirons plus" in words_of(walk.get(link))
        assert stored(settings)[DOMINIQUE.ref]["uninvited_at"] is None
        assert walk.post(link).status_code == 200
        assert stored(settings)[DOMINIQUE.ref]["uninvited_at"]
        with later(91 * 86_400):
            wave_of(settings)
        assert stored(settings)[DOMINIQUE.ref]["invited_at"] <= clock.now() + 5

    def test_a_mail_program_needs_no_page_and_no_cookie(self, app: Flask, settings: Settings, link: str) -> None:
        """RFC 8058 §3.2: one POST, with this body."""
        answer = app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert stored(settings)[DOMINIQUE.ref]["uninvited_at"]

    def test_a_link_that_was_not_made_here_stops_nothing(self, app: Flask, settings: Settings, link: str) -> None:
        answer = app.test_client().post(link[:-3] + "xx/")
        assert answer.status_code == 200
        assert not [row for row in stored(settings).values() if row["uninvited_at"]]


def test_after_the_last_day_nobody_is_invited(make_settings: Callable[..., Settings], members: None) -> None:
    over = make_settings(bridge_sunset=dt.date(2020, 1, 1))
    status, _, err = run_command(over, "legacy", "invite", "--limit", 1, "--per-minute", 1)
    assert status == 1
    assert "closed" in err


def test_the_couple_s_address_is_nobody_s(settings: Settings, members: None) -> None:
    wave_of(settings)
    assert CAMILLE.ref not in invited(settings)
