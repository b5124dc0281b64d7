"""Who is told of a change, and by which addresses it may be contested."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pytest

from idp.accounts import access, creation, mailbox_proofs, notices
from idp.accounts.directory import AccountRow
from idp.core import clock, db
from idp.core.runtime import Runtime

Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture
def account(runtime: Runtime) -> AccountRow:
    with db.transaction():
        return creation.create_account(
            "jeanne@domaine.test", "stored", origin="test", locale="fr", verified_by="registration"
        )


def tell(account: AccountRow) -> None:
    with db.transaction():
        notices.tell(account, "address_changed")


def test_an_address_is_remembered_once_and_never_the_identifier(account: AccountRow, outbox: Outbox) -> None:
    with db.transaction():
        for address in ("Ancienne@domaine.test", "ancienne@DOMAINE.test", "jeanne@domaine.test"):
            notices.remember(account.id, address)
    tell(account)
    assert sorted(message["To"] for message in outbox()) == ["Ancienne@domaine.test", "jeanne@domaine.test"]


def test_a_known_address_that_became_the_identifier_is_told_once_and_without_the_link(
    account: AccountRow, outbox: Outbox, runtime: Runtime
) -> None:
    with db.transaction():
        notices.remember(account.id, "ancienne@domaine.test")
    runtime.sql.run("UPDATE identifier SET address = :new, canonical = :new", {"new": "ancienne@domaine.test"})
    with db.transaction():
        notices.tell(replace(account, address="ancienne@domaine.test"), "address_changed")
    (message,) = outbox()
    assert message["To"] == "ancienne@domaine.test"
    assert "contester" not in str(message.get_body(("plain",)))


def test_links_to_contest_live_side_by_side_and_survive_the_cut(account: AccountRow) -> None:
    with db.transaction():
        links = [notices.contest_link(account.id, "ancienne@domaine.test") for _ in range(2)]
        access.cut(account.id)
    assert all(link.startswith("http://localhost:8000/connexion/contester/") for link in links)
    proofs = [mailbox_proofs.find(link.rstrip("/").rpartition("/")[2], notices.CONTEST) for link in links]
    assert all(proof and mailbox_proofs.is_live(proof) for proof in proofs)


def test_an_address_of_an_erased_account_is_refused_until_its_time(runtime: Runtime) -> None:
    held = {"digest": creation.held_digest("jeanne@domaine.test"), "until": clock.now() + 60}
    runtime.sql.run("INSERT INTO held_address (digest, until) VALUES (:digest, :until)", held)
    with pytest.raises(creation.AddressTaken), db.transaction():
        creation.create_account("Jeanne@domaine.test", None, origin="test", locale="fr")
    runtime.sql.run("UPDATE held_address SET until = :now", {"now": clock.now()})
    with db.transaction():
        assert creation.create_account("Jeanne@domaine.test", None, origin="test", locale="fr")


def test_a_sign_in_is_put_down_at_most_once_a_day(account: AccountRow, runtime: Runtime) -> None:
    access.seen(account.id)
    runtime.sql.run("UPDATE account SET seen_at = seen_at - 80000, dormancy_told_at = 1", {})
    (before,) = runtime.sql.one("SELECT seen_at FROM account", {}) or (None,)
    access.seen(account.id)
    assert runtime.sql.one("SELECT seen_at FROM account", {}) == (before,)
    runtime.sql.run("UPDATE account SET seen_at = seen_at - 80000", {})
    access.seen(account.id)
    (after, told) = runtime.sql.one("SELECT seen_at, dormancy_told_at FROM account", {}) or (None, None)
    assert after >= clock.now() - 5
    assert told is None
