"""Accounts come to be, are taken over, get their Espace personnel."""

import pytest

from idp.accounts import creation, directory
from idp.accounts.creation import AddressTaken, AlreadyAttached
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime

pytestmark = pytest.mark.usefixtures("runtime")


def create(address: str, verified_by: str | None = "registration", state: str = "active") -> AccountRow:
    with db.transaction():
        return creation.create_account(
            address, "stored", origin="test", locale="fr", verified_by=verified_by, state=state, secret_question="book"
        )


@pytest.mark.parametrize("twin", ["Jeanne@domaine.test", "jeanne@DOMAINE.test", "ｊeanne@domaine.test"])
def test_one_address_is_one_account_however_it_is_written(twin: str) -> None:
    create("jeanne@domaine.test")
    with pytest.raises(AddressTaken):
        create(twin)


def test_a_refused_creation_leaves_nothing_and_does_not_undo_the_rest(runtime: Runtime) -> None:
    create("jeanne@domaine.test")
    with db.transaction():
        creation.create_account("paul@domaine.test", None, origin="test", locale="fr")
        with pytest.raises(AddressTaken):
            creation.create_account("jeanne@domaine.test", None, origin="test", locale="fr")
    assert runtime.sql.one("SELECT count(*) FROM account", {}) == (2,)
    assert directory.find_by_address("paul@domaine.test")


def test_an_account_is_found_by_any_spelling_and_an_odd_text_finds_none() -> None:
    account = create("Jeanne@Domaine.test")
    assert directory.find_by_address(" jeanne@domaine.TEST") == account
    assert directory.find_by_id(account.id) == account
    assert account.address == "Jeanne@Domaine.test"
    for odd in ("", "jeanne", "\ud800@x", "x" * 10_000):
        assert directory.find_by_address(odd) is None


def test_an_espace_personnel_has_one_account_and_an_account_one_espace() -> None:
    one, two = create("un@domaine.test"), create("deux@domaine.test")
    with db.transaction():
        creation.attach_member(one.id, "M1")
    for account, member in ((one, "M2"), (two, "M1"), (one, "M1")):
        with pytest.raises(AlreadyAttached), db.transaction():
            creation.attach_member(account.id, member)
    found = directory.find_by_id(one.id)
    assert found
    assert found.member_ref == "M1"


def test_taking_over_removes_what_an_earlier_person_left() -> None:
    account = create("jeanne@domaine.test", verified_by=None, state="blocked")
    with db.transaction():
        taken = creation.take_over_unvalidated(account.id, "new", verified_by="registration")
    assert taken
    assert (taken.password, taken.secret_question, taken.state, taken.verified) == ("new", None, "active", True)
    assert taken.epoch == account.epoch + 1


def test_nobody_takes_over_an_account_that_is_proved_frozen_or_a_members() -> None:
    proved, frozen = create("un@domaine.test"), create("deux@domaine.test", None, "frozen")
    member = create("trois@domaine.test", None)
    with db.transaction():
        creation.attach_member(member.id, "M1")
        for account in (proved, frozen, member):
            assert creation.take_over_unvalidated(account.id, "new", verified_by="registration") is None
            assert not directory.find_by_id(account.id).is_open_to_takeover  # type: ignore[union-attr]


def test_the_first_proof_of_a_mailbox_is_the_one_that_is_kept(runtime: Runtime) -> None:
    account = create("jeanne@domaine.test", verified_by="registration")
    with db.transaction():
        creation.mark_verified(account.id, "another")
    assert runtime.sql.all("SELECT verified_by FROM identifier", {}) == [("registration",)]
