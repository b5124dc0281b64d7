"""A recovery that a change of identifier waits for, and what a reset leaves behind."""

import pytest
import time_machine

from idp.accounts import access, creation, credentials, directory, mailbox_proofs, notices, recovery, resetting
from idp.accounts.directory import AccountRow
from idp.accounts.mailbox_proofs import Draft
from idp.accounts.resetting import NotOpen, Way
from idp.accounts.sending import Asked, Sending
from idp.core import db
from idp.core.runtime import Runtime
from idp.core.throttle import TooManyAttempts

pytestmark = pytest.mark.usefixtures("runtime")
CHANGE, OTHER_CHANGE = b"c" * 16, b"d" * 16
FRESH = "une girafe mange des cravates"


def asked(browser: str = "pc") -> Asked:
    return Asked(browser, None, None, "fr", "192.0.2.1")


@pytest.fixture
def account() -> AccountRow:
    """An account that nobody proved, as an old site brings it."""
    stored = credentials.hash_password("un mot de passe ancien")
    with db.transaction():
        return creation.create_account("jeanne@domaine.test", stored, origin="forum", locale="fr")


def ask(account: AccountRow, browser: str = "pc", change_id: bytes | None = CHANGE) -> tuple[bytes, Sending]:
    answer = recovery.begin_for(account, asked(browser), change_id)
    db.commit()
    return answer


def reset(recovery_id: bytes, browser: str = "pc") -> AccountRow:
    draft: Draft = mailbox_proofs.prepare()
    with db.transaction():
        mailbox_proofs.store(draft, recovery.PURPOSE, recovery_id, "jeanne@domaine.test", 3600)
    proof = mailbox_proofs.find(draft.token, recovery.PURPOSE)
    assert proof
    try:
        fresh = resetting.complete(proof, FRESH, browser=browser, source="192.0.2.1")
    except NotOpen:
        db.rollback()
        raise
    db.commit()
    return fresh


def test_asked_again_by_a_refresh_it_is_the_same_one_and_no_message_more(account: AccountRow) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        first, sent = ask(account)
        assert sent is Sending.SENT
        assert ask(account) == (first, Sending.TOO_SOON)
        clock.shift(61)
        assert ask(account) == (first, Sending.SENT)
        assert ask(account, "phone")[0] != first
        clock.shift(61)
        assert ask(account)[1] is Sending.ENOUGH


def test_the_browser_that_asked_keeps_a_proof_for_its_change_once(account: AccountRow) -> None:
    fresh = reset(ask(account)[0])
    assert recovery.is_completed_for(CHANGE)
    assert not recovery.is_completed_for(OTHER_CHANGE)
    assert recovery.take_fresh_proof(OTHER_CHANGE, "pc") is None
    assert recovery.take_fresh_proof(CHANGE, "phone") is None
    assert recovery.fresh_proof(CHANGE, "pc") == (account.id, fresh.epoch)
    assert recovery.take_fresh_proof(CHANGE, "pc") == (account.id, fresh.epoch)
    assert recovery.take_fresh_proof(CHANGE, "pc") is None


def test_a_reset_in_another_browser_leaves_no_proof(account: AccountRow) -> None:
    reset(ask(account)[0], "phone")
    assert recovery.is_completed_for(CHANGE)
    for browser in ("pc", "phone"):
        assert recovery.fresh_proof(CHANGE, browser) is None


def test_a_recovery_is_completed_once(account: AccountRow) -> None:
    identifier, _ = ask(account)
    reset(identifier)
    with pytest.raises(NotOpen):
        reset(identifier)


def test_a_frozen_account_stays_frozen(account: AccountRow) -> None:
    identifier, _ = ask(account)
    with db.transaction():
        access.freeze(account.id)
    with pytest.raises(NotOpen):
        reset(identifier)
    found = directory.find_by_id(account.id)
    assert found
    assert (found.state, resetting.way_of(found)) == ("frozen", Way.FROZEN)


def test_taking_over_forgets_the_addresses_that_an_earlier_person_left(account: AccountRow, runtime: Runtime) -> None:
    with db.transaction():
        notices.remember(account.id, "voleur@domaine.test")
    reset(ask(account)[0])
    assert runtime.sql.one("SELECT count(*) FROM known_address", {}) == (0,)


def test_an_answer_is_compared_five_times_a_day(account: AccountRow, runtime: Runtime) -> None:
    with db.transaction():
        creation.attach_member(account.id, "M1")
    runtime.sql.run(
        "UPDATE account SET secret_question = 'book', secret_answer = :answer",
        {"answer": credentials.hash_answer("le rouge et le noir")},
    )
    found = directory.find_by_id(account.id)
    assert found
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        for _ in range(5):
            resetting.check_open(found)
            assert not resetting.check_answer(found, b"p" * 16, "autre chose", browser="pc", source="192.0.2.1")
        with pytest.raises(TooManyAttempts):
            resetting.check_answer(found, b"p" * 16, "le rouge et le noir", browser="pc", source="192.0.2.1")
        clock.shift(86_400)
        assert resetting.check_answer(found, b"p" * 16, "le rouge et le noir", browser="pc", source="192.0.2.1")
