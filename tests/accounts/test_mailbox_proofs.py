"""Links and codes sent to a mailbox."""

import pytest
import time_machine

from idp.accounts import mailbox_proofs
from idp.accounts.mailbox_proofs import Draft
from idp.core import db
from idp.core.runtime import Runtime

pytestmark = pytest.mark.usefixtures("runtime")
SUBJECT, OTHER = b"s" * 16, b"o" * 16
ADDRESS = "jeanne.factice@domaine.test"


def send(subject: bytes = SUBJECT, purpose: str = "test", life: int = 3600) -> Draft:
    draft = mailbox_proofs.prepare()
    with db.transaction():
        mailbox_proofs.store(draft, purpose, subject, ADDRESS, life)
    return draft


def is_good(draft: Draft, purpose: str = "test") -> bool:
    proof = mailbox_proofs.find(draft.token, purpose)
    answer = proof is not None and mailbox_proofs.is_live(proof)
    db.rollback()
    return answer


def test_a_link_is_taken_once() -> None:
    draft = send()
    proof = mailbox_proofs.find(draft.token, "test")
    assert proof
    identifier = proof.id
    db.rollback()
    assert [mailbox_proofs.use(identifier) for _ in range(3)] == [True, False, False]
    assert not is_good(draft)


def test_a_link_is_good_for_its_purpose_alone() -> None:
    draft = send()
    assert mailbox_proofs.find(draft.token, "another") is None
    assert mailbox_proofs.find(draft.token + "x", "test") is None


def test_the_newest_withdraws_the_others_of_its_subject_and_purpose() -> None:
    first, elsewhere, aside = send(), send(OTHER), send(purpose="another")
    second = send()
    assert [is_good(draft) for draft in (first, elsewhere, second)] == [False, True, True]
    assert is_good(aside, "another")


def test_a_link_ends_with_its_time() -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        draft = send(life=3600)
        clock.shift(3599)
        assert is_good(draft)
        clock.shift(1)
        proof = mailbox_proofs.find(draft.token, "test")
        assert proof
        assert not mailbox_proofs.use(proof.id)
        assert mailbox_proofs.check_code("test", SUBJECT, draft.code) is None


def test_a_code_is_read_as_people_type_it_and_belongs_to_its_subject() -> None:
    draft = send()
    typed = f" {draft.code[:4].lower()} {draft.code[4:]}\n"
    assert mailbox_proofs.check_code("test", OTHER, typed) is None
    assert mailbox_proofs.check_code("another", SUBJECT, typed) is None
    assert mailbox_proofs.check_code("test", SUBJECT, typed)


def test_a_withdrawn_code_is_worth_nothing() -> None:
    draft = send()
    mailbox_proofs.withdraw("test", SUBJECT)
    assert mailbox_proofs.check_code("test", SUBJECT, draft.code) is None


def test_a_try_is_counted_before_it_is_compared(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = send()
    monkeypatch.setattr(type(runtime.hashing), "verify", lambda *_: 1 / 0)
    for number in range(7):
        try:
            mailbox_proofs.check_code("test", SUBJECT, f"{number + 2}2222222")
        except ZeroDivisionError:
            continue
    monkeypatch.undo()
    assert mailbox_proofs.check_code("test", SUBJECT, draft.code) is None


def test_neither_token_nor_code_can_be_read_in_the_database(runtime: Runtime) -> None:
    draft = send()
    kept = repr(runtime.sql.all("SELECT * FROM mailbox_proof", {}))
    assert draft.token not in kept
    assert draft.code not in kept


def test_a_link_alone_costs_no_hash_and_no_code_opens_it(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(runtime.hashing), "hash", lambda *_: 1 / 0)
    monkeypatch.setattr(type(runtime.hashing), "verify", lambda *_: 1 / 0)
    draft = mailbox_proofs.link_alone()
    with db.transaction():
        mailbox_proofs.store(draft, "test", SUBJECT, ADDRESS, 3600)
    assert is_good(draft)
    assert mailbox_proofs.check_code("test", SUBJECT, "K7QM2345") is None


def test_links_may_live_side_by_side() -> None:
    drafts = [mailbox_proofs.link_alone() for _ in range(2)]
    with db.transaction():
        for draft in drafts:
            mailbox_proofs.store(draft, "test", SUBJECT, ADDRESS, 3600, beside_others=True)
    assert all(is_good(draft) for draft in drafts)
