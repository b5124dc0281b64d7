"""The way out of a contested change (docs/rules.md §3 row 5): a letter undoes it, or opens the account again."""

import re
from urllib.parse import urlsplit

import pytest
from legacy_bridge.guiding import (
    ACCOUNT_DONE,
    ACCOUNT_PASSWORD,
    CHOICE,
    FORGOTTEN,
    LATER_PASSWORD,
    LETTER,
    NEW,
    REGAINED,
    asks,
    chooses,
    letters_of,
    standing,
)
from legacy_bridge.walking import (
    ADDRESS,
    DOMINIQUE,
    DONE,
    FRESH,
    NEW_PASSWORD,
    PASSWORD,
    REVIEW,
    WAITING,
    Walk,
    account_of,
    at,
    code_of,
    plain,
    words_of,
)

from idp.accounts import access
from idp.core import db

pytestmark = pytest.mark.usefixtures("members")
THIEF = "voleur@boite.test"


@pytest.fixture
def stolen(members, walk, app, outbox):
    """Somebody else knew number and old password, took an address of theirs; the member contested and froze it."""
    walk.waits(DOMINIQUE, THIEF)
    assert at(walk.post(WAITING, action="code", code=code_of(outbox()[0])), REVIEW)
    assert at(walk.finishes(), DONE)
    [notice] = [message for message in outbox() if message["To"] == DOMINIQUE.contact]
    contest = urlsplit(re.search(r"https?://\S+/contester/\S+", plain(notice))[0]).path
    Walk(app.test_client()).post(contest)
    outbox()


def opens_letter(walk, runtime):
    """The letter asked for, come, and its code typed."""
    asks(walk, DOMINIQUE)
    walk.post(FORGOTTEN + "message/", action="letter")
    code = letters_of(runtime)[-1]["code"]
    assert at(walk.post(LETTER, nir=DOMINIQUE.nir, code=code), CHOICE)


@pytest.mark.usefixtures("stolen")
class TestContested:
    def test_the_change_is_undone_and_the_member_begins_again(self, walk, elsewhere, outbox, runtime):
        """The address is detached, the number opens again without a password (S10), and the change is made anew."""
        opens_letter(elsewhere, runtime)
        assert THIEF in words_of(elsewhere.get(CHOICE))
        outbox()
        assert at(elsewhere.post(CHOICE), NEW)
        assert standing(runtime, DOMINIQUE) == ("reset_pending", None)
        assert account_of(runtime, THIEF) is None
        assert {message["To"] for message in outbox()} == {DOMINIQUE.contact, THIEF}
        assert elsewhere.post("/connexion/", email=THIEF, password=NEW_PASSWORD).status_code == 403
        assert walk.signs_in(DOMINIQUE).status_code == 403
        assert at(chooses(elsewhere), REGAINED)
        assert at(elsewhere.post(REGAINED), ADDRESS)
        assert at(elsewhere.gives(DOMINIQUE.contact), PASSWORD)
        assert at(elsewhere.chooses(), REVIEW)
        assert at(elsewhere.finishes(), DONE)
        assert account_of(runtime, DOMINIQUE.contact) == (None, DOMINIQUE.ref)

    def test_undone_in_two_sittings(self, elsewhere, app, outbox, runtime):
        """Whoever stops before the new password comes back by the guided way, as who never had one (S10)."""
        opens_letter(elsewhere, runtime)
        elsewhere.post(CHOICE)
        outbox()
        asks(Walk(app.test_client()), DOMINIQUE)
        [message] = outbox()
        assert "Vous n’avez pas créé de mot de passe" in plain(message)

    def test_it_was_the_member_after_all(self, elsewhere, outbox, runtime):
        """A new password opens the account again, with its address and its Espace."""
        opens_letter(elsewhere, runtime)
        outbox()
        assert at(chooses(elsewhere, ACCOUNT_PASSWORD), ACCOUNT_DONE)
        assert {message["To"] for message in outbox()} == {DOMINIQUE.contact, THIEF}
        assert account_of(runtime, THIEF)[1] == DOMINIQUE.ref
        answer = elsewhere.post("/connexion/", email=THIEF, password=LATER_PASSWORD)
        assert answer.status_code == 303
        assert at(elsewhere.post(CHOICE), ACCOUNT_DONE)

    def test_without_the_letter_there_is_no_choice(self, elsewhere, app, outbox, runtime):
        """Number and birth date, or another browser's letter, lead nowhere."""
        asks(elsewhere, DOMINIQUE)
        assert outbox() == []
        stranger = Walk(app.test_client())
        opens_letter(stranger, runtime)
        for path in (CHOICE, ACCOUNT_PASSWORD, NEW):
            assert at(elsewhere.get(path), FORGOTTEN)
        assert at(elsewhere.post(CHOICE), FORGOTTEN)
        assert at(chooses(elsewhere, ACCOUNT_PASSWORD), FORGOTTEN)
        assert account_of(runtime, THIEF)[1] == DOMINIQUE.ref


def test_an_account_that_was_there_before_keeps_its_address(forum_account, elsewhere, runtime, outbox):
    """It loses the Espace and its question, and opens again by its own mailbox (blocked until then)."""
    account = forum_account(FRESH)
    with db.transaction():
        runtime.sql.run(
            "INSERT INTO membership (account_id, member_ref, attached_at) VALUES (:id, 'M00002', 1)", {"id": account.id}
        )
        runtime.sql.run(
            "UPDATE legacy_member SET state = 'changed', account_id = :id WHERE member_ref = 'M00002'",
            {"id": account.id},
        )
        access.freeze(account.id)
    opens_letter(elsewhere, runtime)
    assert at(elsewhere.post(CHOICE), NEW)
    assert account_of(runtime, FRESH)[1] is None
    assert runtime.sql.one("SELECT state, secret_question FROM account", {}) == ("blocked", None)
    assert standing(runtime, DOMINIQUE) == ("reset_pending", None)


def test_every_session_of_the_account_ends(walk, elsewhere, runtime):
    """Whoever was signed in is not any more."""
    walk.changes(DOMINIQUE)
    assert walk.is_signed_in()
    (account_id,) = runtime.sql.one("SELECT id FROM account", {})
    with db.transaction():
        runtime.sql.run("UPDATE account SET state = 'frozen' WHERE id = :id", {"id": account_id})
    opens_letter(elsewhere, runtime)
    elsewhere.post(CHOICE)
    assert not walk.is_signed_in()
