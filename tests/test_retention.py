"""What is kept how long: each rule takes what is due, spares the rest, and says what it did (docs/rules.md §1)."""

import datetime as dt
import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from legacy_bridge.walking import CAMILLE, FRESH, Walk, import_members

from idp import jobs, migrations, retention
from idp.accounts import address_changes, creation, dormancy, erasure
from idp.accounts.creation import AddressTaken
from idp.accounts.directory import AccountRow, find_by_address
from idp.core import audit, audit_seals, clock, db
from idp.core.db import transaction
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.sessions import service as sessions
from idp.settings import Settings
from tests.importing import run_command

DAY = 86_400
ADDRESS = "quelqu.un@boite.test"
Mails = Callable[[], list[EmailMessage]]


def days_later(days: float) -> Any:
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))


def due() -> dict[str, int]:
    """What would go now, by rule, where it is something."""
    return {outcome.rule.name: outcome.rows for outcome in retention.look() if outcome.rows}


def gone() -> dict[str, int]:
    """What went now, audit lines apart: making the account wrote some."""
    outcomes = {outcome.rule.name: outcome.rows for outcome in retention.run()}
    return {name: rows for name, rows in outcomes.items() if rows and name != "audit"}


def retention_of(name: str) -> int:
    """How many rows of one rule go now."""
    return next(outcome.rows for outcome in retention.run() if outcome.rule.name == name)


@pytest.fixture
def account(runtime: Runtime) -> Callable[..., AccountRow]:
    """Make an account."""

    def make(address: str = ADDRESS, *, verified: bool = True, member: str | None = None) -> AccountRow:
        with transaction():
            made = creation.create_account(
                address, "own:k1:x", origin="registration", locale="fr", verified_by="mailbox" if verified else None
            )
            if member:
                creation.attach_member(made.id, member)
        return made

    return make


@pytest.fixture
def members(runtime: Runtime, tmp_path: Path) -> None:
    """Six members of the old portal."""
    import_members(tmp_path)


@pytest.fixture
def walk(client: FlaskClient) -> Walk:
    """A browser that comes from the member area."""
    return Walk(client, "member-area")


class TestUnvalidatedAccounts:
    def test_they_go_after_thirty_days(self, account: Callable[..., AccountRow]) -> None:
        account(verified=False)
        with days_later(29.9):
            assert gone() == {}
        with days_later(30.1):
            assert due() == {"unvalidated_accounts": 1}
            assert gone() == {"unvalidated_accounts": 1}
        assert find_by_address(ADDRESS) is None

    def test_one_that_holds_an_espace_or_was_proved_stays(self, account: Callable[..., AccountRow]) -> None:
        """The accepted default address of a member is not proved yet."""
        account(verified=False, member="M1")
        account("un.autre@boite.test")
        with days_later(100):
            assert gone() == {}

    def test_its_address_is_free_at_once(self, account: Callable[..., AccountRow]) -> None:
        """Nobody proved it, so nobody had anything to lose: its owner may register."""
        account(verified=False)
        with days_later(31):
            gone()
            assert account().verified


class TestDormantAccounts:
    def test_after_two_years_one_is_told_and_after_three_erased(
        self, account: Callable[..., AccountRow], outbox: Mails
    ) -> None:
        account()
        with days_later(dormancy.NOTICE_DAYS - 1):
            assert gone() == {}
        with days_later(dormancy.NOTICE_DAYS + 1):
            assert gone() == {"dormancy_notices": 1}
            assert gone() == {}
            [message] = outbox()
            assert message["To"] == ADDRESS
            assert "/connexion/" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        with days_later(dormancy.ERASURE_DAYS - 1):
            assert gone() == {}
        with days_later(dormancy.ERASURE_DAYS + 2):
            assert gone() == {"dormant_accounts": 1}
        assert find_by_address(ADDRESS) is None

    def test_nobody_is_erased_without_a_year_s_notice(self, account: Callable[..., AccountRow]) -> None:
        """Where the job has not run for years, the notice comes first."""
        account()
        with days_later(5 * 365):
            assert gone() == {"dormancy_notices": 1}
            assert gone() == {}
        with days_later(5 * 365 + 360):
            assert gone() == {}
        with days_later(5 * 365 + 366):
            assert gone() == {"dormant_accounts": 1}

    def test_who_signs_in_is_left_alone(self, account: Callable[..., AccountRow], runtime: Runtime) -> None:
        """Also after the notice; it then begins anew."""
        made = account()
        with days_later(dormancy.NOTICE_DAYS + 1):
            gone()
            runtime.sql.run("UPDATE account SET seen_at = :now WHERE id = :id", {"now": clock.now(), "id": made.id})
        with days_later(dormancy.ERASURE_DAYS + 2):
            assert gone() == {}
        with days_later(2 * dormancy.NOTICE_DAYS + 2):
            assert gone() == {"dormancy_notices": 1}
        with days_later(dormancy.NOTICE_DAYS + dormancy.ERASURE_DAYS):
            assert gone() == {}
        with days_later(dormancy.NOTICE_DAYS + dormancy.ERASURE_DAYS + 3):
            assert gone() == {"dormant_accounts": 1}


class TestErasure:
    def test_nothing_is_left_but_the_audit_s_opaque_id(
        self, account: Callable[..., AccountRow], runtime: Runtime
    ) -> None:
        made = account(member="M1")
        with transaction():
            address_changes.ask_for_own(made)
        with transaction():
            assert erasure.erase(made.id, why="test")
        found = {
            table
            for table in migrations.metadata().tables
            for row in runtime.sql.all(f'SELECT * FROM "{table}"', {})
            if made.id in row or ADDRESS in row
        }
        assert found == {"audit"}

    def test_the_address_is_held_for_thirty_days_and_the_next_owner_has_another_subject(
        self, account: Callable[..., AccountRow]
    ) -> None:
        made = account()
        with transaction():
            erasure.erase(made.id, why="test")
        with pytest.raises(AddressTaken):
            account()
        with days_later(31):
            assert gone() == {"held_addresses": 1}
            assert account().id != made.id

    def test_sites_are_told_before_the_account_goes(
        self, account: Callable[..., AccountRow], runtime: Runtime, bare: Any
    ) -> None:
        made = account()
        with transaction():
            sessions.open_session(made.id, made.epoch, acr="0", amr=("pwd",), source=None, user_agent=None)
        with transaction():
            assert not erasure.erase(made.id, why="test")
        assert runtime.sql.all("SELECT kind FROM outbox", {}) == [("access_cut",)]
        while jobs._work(bare, jobs.HANDLERS):
            pass
        with transaction():
            assert erasure.erase(made.id, why="test")
        assert find_by_address(ADDRESS) is None


class TestChanges:
    def test_an_expired_change_loses_its_secrets_and_goes_a_week_later(
        self, client: FlaskClient, walk: Walk, members: None, runtime: Runtime
    ) -> None:
        walk.waits(CAMILLE, FRESH)
        with days_later(6.9):
            assert gone() == {}
        with days_later(7.1):
            assert gone()["expired_changes"] == 1
            row = runtime.sql.one("SELECT state, password, secret_question, secret_answer FROM identifier_change", {})
            assert row == ("abandoned", None, None, None)
        with days_later(14.2):
            assert gone()["abandoned_changes"] == 1
        assert runtime.sql.all("SELECT count(*) FROM legacy_member", {}) == [(6,)]

    def test_a_finished_one_stays(self, walk: Walk, members: None, runtime: Runtime) -> None:
        """An undoing of the change looks at it."""
        walk.changes(CAMILLE)
        with days_later(30):
            gone()
        assert runtime.sql.one("SELECT state FROM identifier_change", {}) == ("done",)


ENDED = {
    "links": "INSERT INTO mailbox_proof (id, purpose, subject_id, address, canonical, token_digest, code, tries,"
    " created_at, expires_at) VALUES (:id, 'x', :id, 'a', 'a', :id, '', 0, :now, :now)",
    "recoveries": "INSERT INTO recovery (id, address, browser, locale, created_at, expires_at)"
    " VALUES (:id, 'a', 'b', 'fr', :now, :now)",
    "address_changes": "INSERT INTO address_change (id, account_id, address, canonical, browser, locale, created_at,"
    " expires_at) VALUES (:id, (SELECT id FROM account), 'a', 'a', 'b', 'fr', :now, :now)",
    "guided_requests": "INSERT INTO guided_request (id, kind, counter, browser, locale, created_at, expires_at)"
    " VALUES (:id, 'unlock', :id, 'b', 'fr', :now, :now)",
}


@pytest.mark.parametrize("rule", ENDED)
def test_what_has_ended_goes_a_week_later(rule: str, runtime: Runtime, account: Callable[..., AccountRow]) -> None:
    account()
    runtime.sql.run(ENDED[rule], {"id": new_id(), "now": clock.now()})
    with days_later(6.9):
        assert gone() == {}
    with days_later(7.1):
        assert gone() == {rule: 1}


def test_audit_lines_go_after_a_year(runtime: Runtime) -> None:
    """By whole sealed batches: what is not sealed yet stays."""
    audit.record("sign_in")
    with days_later(0.001):
        audit_seals.seal()
    with days_later(364):
        assert "audit" not in due()
    with days_later(366):
        audit.record("sign_in")
        assert due()["audit"] == retention_of("audit") > 0
    assert runtime.sql.all("SELECT count(*), count(seal) FROM audit", {}) == [(1, 0)]


def test_the_old_rows_go_three_months_after_the_last_day(
    make_settings: Callable[..., Settings], members: None, runtime: Runtime
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    for age, expected in ((80, 0), (93, 6)):
        over = make_settings(bridge_sunset=today - dt.timedelta(days=age))
        status, out, err = run_command(over, "retention", "--json")
        assert status == 0, err
        assert json.loads(out)["rows"]["legacy_rows"] == expected
    assert runtime.sql.all("SELECT count(*) FROM legacy_member", {}) == [(0,)]


def test_a_dry_run_says_what_would_go_and_leaves_it(
    settings: Settings, account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    account(verified=False)
    with days_later(31):
        status, out, _ = run_command(settings, "retention", "--dry-run")
        assert status == 0
        assert "1  accounts whose mailbox nobody proved (30 days)" in out
        assert (
            json.loads(run_command(settings, "retention", "--dry-run", "--json")[1])["rows"]["unvalidated_accounts"]
            == 1
        )
    assert find_by_address(ADDRESS) is not None


def test_the_job_does_a_little_at_a_time_and_says_that_there_is_more(
    bare: Any, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages wait meanwhile."""
    monkeypatch.setattr(retention.batches, "SIZE", 2)
    runtime.sql.run("DELETE FROM audit", {})
    for _ in range(11):
        runtime.sql.run("INSERT INTO audit (id, at, event) VALUES (:id, 0, 'x')", {"id": new_id()})
    monkeypatch.setattr(audit_seals, "SIZE", 1)
    audit_seals.seal()
    assert jobs.retain(bare)
    assert runtime.sql.all("SELECT count(*) FROM audit", {}) == [(3,)]
    assert not jobs.retain(bare)
    assert runtime.sql.all("SELECT count(*) FROM audit", {}) == [(0,)]
    assert not db.is_writing()
