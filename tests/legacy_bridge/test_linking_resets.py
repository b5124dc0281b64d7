"""S11, S12, S13: the account to link was never validated, its password is forgotten, or it is blocked."""

import re
import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    ANSWER,
    CAMILLE,
    DONE,
    FRESH,
    LINKING,
    LINKING_MESSAGE,
    NEW_PASSWORD,
    PASSWORD,
    REVIEW,
    Walk,
    account_of,
    at,
    code_of,
    link_to,
    plain,
    words_of,
)

from idp.accounts import credentials

pytestmark = pytest.mark.usefixtures("members")

STATE = LINKING_MESSAGE + "etat/"
OTHER_PASSWORD = "quatre poissons nagent au fond"
KINDS = [
    ({"verified_by": None}, "Ce compte n’a pas encore été validé"),
    ({"state": "blocked"}, "Ce compte est bloqué"),
]


@pytest.fixture
def validated(forum_account):
    """An account with a mailbox that was proved, and no secret question."""
    return forum_account()


def reset_link(message):
    """The path of the link of a message about a forgotten password."""
    found = re.search(r"https?://\S+/mot-de-passe-oublie/lien/\S+", plain(message))
    assert found, plain(message)
    return urlsplit(found[0]).path


def resets(walk, message, password=OTHER_PASSWORD, *, answer=None):
    """Choose another password by the link of a message; where it leads."""
    link = reset_link(message)
    if answer:
        assert walk.post(link, secret_answer=answer).status_code == 303
    assert walk.post(link, new_password=password, confirm_password=password).status_code == 303
    return walk.get(link)


def is_asked_by_message(walk, address=FRESH):
    assert at(walk.signs_in(CAMILLE), ADDRESS)
    assert at(walk.gives(address), LINKING)
    assert at(walk.post(LINKING, action="forgotten"), LINKING_MESSAGE)


class TestS11AndS13:
    @pytest.mark.parametrize(("overrides", "title"), KINDS)
    def test_s11_s13_it_is_told_whatever_was_typed_and_a_message_leaves(
        self, walk, outbox, forum_account, overrides, title
    ):
        """The right password and a wrong one get the same answer: neither is compared (docs/rules.md §7.5)."""
        forum_account(**overrides)
        walk.signs_in(CAMILLE)
        assert at(walk.gives(FRESH), LINKING)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), LINKING_MESSAGE)
        page = walk.get(LINKING_MESSAGE)
        assert title in words_of(page)
        assert FRESH in words_of(page)
        assert [message["To"] for message in outbox()] == [FRESH]
        assert at(walk.post(LINKING, password="pas le bon du tout"), LINKING_MESSAGE)
        assert title in words_of(walk.get(LINKING_MESSAGE))
        assert at(walk.get(REVIEW), LINKING)

    @pytest.mark.parametrize(("overrides", "title"), KINDS)
    def test_s11_s13_after_the_reset_in_this_browser_the_password_is_not_typed_again(
        self, walk, runtime, outbox, forum_account, overrides, title
    ):
        """The member goes on where they stood, without the number; the account is the same one."""
        account = forum_account(**overrides)
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        walk.post(LINKING, password="peu importe")
        assert walk.get(STATE).json == {"next": None}
        assert at(resets(walk, outbox()[-1]), LINKING)
        assert urlsplit(walk.get(STATE).json["next"]).path == LINKING
        page = walk.get(LINKING)
        assert "Vous venez de choisir son nouveau mot de passe" in words_of(page)
        assert 'name="password"' not in page.text
        assert at(walk.post(LINKING, action="fresh"), PASSWORD)
        assert at(walk.post(PASSWORD, secret_question="object", secret_answer=ANSWER), REVIEW)
        assert at(walk.finishes(), DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))
        assert runtime.sql.all("SELECT id, state FROM account", {}) == [(account.id, "active")]
        verified_at, member_ref = account_of(runtime, FRESH)
        assert verified_at is not None
        assert member_ref == CAMILLE.ref

    @pytest.mark.parametrize(("overrides", "title"), KINDS)
    def test_s11_s13_where_the_browser_is_gone_the_number_then_the_new_password(
        self, walk, elsewhere, app, outbox, forum_account, overrides, title
    ):
        """The way of the old portal, word for word."""
        forum_account(**overrides)
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        walk.post(LINKING, password="peu importe")
        resets(Walk(app.test_client()), outbox()[-1])
        assert at(elsewhere.signs_in(CAMILLE), LINKING)
        assert 'name="password"' in elsewhere.get(LINKING).text
        assert elsewhere.post(LINKING, password=NEW_PASSWORD).status_code == 403
        assert at(elsewhere.post(LINKING, password=OTHER_PASSWORD), PASSWORD)

    def test_s11_what_the_first_claimant_left_is_wiped(self, app, walk, runtime, outbox, forum_account):
        """docs/rules.md §3 rows 6 to 9: password and question of whoever registered the address first are gone."""
        squatter = forum_account(verified_by=None, secret_question="object", secret_answer=credentials.hash_answer("x"))
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        walk.post(LINKING, password="peu importe")
        resets(walk, outbox()[-1])
        epoch, question = runtime.sql.one("SELECT epoch, secret_question FROM account", {})
        assert epoch > squatter.epoch
        assert question is None
        assert Walk(app.test_client()).post("/connexion/", email=FRESH, password=NEW_PASSWORD).status_code == 403

    def test_a_frozen_account_is_no_ones_to_open_here(self, walk, outbox, forum_account):
        """No message, no comparison: an adviser, or another address."""
        forum_account(state="frozen")
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        for fields in ({"password": NEW_PASSWORD}, {"password": "faux"}, {"action": "forgotten"}):
            page = walk.post(LINKING, **fields)
            assert page.status_code == 403
            assert "Contactez un conseiller MGEN" in words_of(page)
        assert outbox() == []
        assert at(walk.gives(CAMILLE.contact), PASSWORD)


class TestS12:
    def test_s12_the_forgotten_password_of_the_account(self, walk, outbox, validated):
        """Under the form; the message, then back where one was."""
        is_asked_by_message(walk)
        page = walk.get(LINKING_MESSAGE)
        assert "Consultez votre messagerie" in words_of(page)
        assert "durent" not in words_of(page)
        assert "1 heure" in words_of(page)
        [message] = outbox()
        assert "Espace personnel" not in message["Subject"]
        assert CAMILLE.first_name not in plain(message)
        assert at(resets(walk, message), LINKING)
        assert at(walk.post(LINKING, action="fresh"), PASSWORD)

    def test_s12_by_the_code_of_the_message_too(self, walk, outbox, validated):
        """Read on a telephone, typed here."""
        is_asked_by_message(walk)
        page = walk.get(
            link_to(
                walk.get(LINKING_MESSAGE),
                "Vous lisez vos messages sur un autre appareil ? Recopiez ici le code du message.",
            )
        )
        assert "Code" in words_of(page)
        answer = walk.client.post(
            "/connexion/mot-de-passe-oublie/message/",
            data={"csrf_token": walk.forgery_token(), "action": "code", "code": code_of(outbox()[0])},
        )
        assert answer.status_code == 303
        form = {"new_password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}
        assert walk.post(answer.location, **form).status_code == 303
        assert at(walk.get(answer.location), LINKING)
        assert at(walk.post(LINKING, action="fresh"), PASSWORD)

    def test_s12_the_secret_question_is_asked_beside_the_message(self, walk, outbox, forum_account):
        """S15 holds here too."""
        forum_account(secret_question="object", secret_answer=credentials.hash_answer(ANSWER))
        is_asked_by_message(walk)
        [message] = outbox()
        form = {"new_password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}
        walk.post(reset_link(message), **form)
        assert 'name="password"' in walk.get(LINKING).text
        assert at(resets(walk, message, answer=ANSWER), LINKING)
        assert at(walk.post(LINKING, action="fresh"), REVIEW)

    def test_s12_a_reset_in_another_browser_links_nothing(self, app, walk, outbox, validated):
        """Whoever reads the mailbox is not the member: the first tab goes on and asks for the new password."""
        is_asked_by_message(walk)
        phone = Walk(app.test_client())
        resets(phone, outbox()[0])
        assert urlsplit(walk.get(STATE).json["next"]).path == LINKING
        page = walk.get(LINKING)
        assert "Votre nouveau mot de passe est enregistré : saisissez-le" in words_of(page)
        assert at(walk.post(LINKING, action="fresh"), LINKING)
        assert walk.post(LINKING, password=NEW_PASSWORD).status_code == 403
        assert at(walk.post(LINKING, password=OTHER_PASSWORD), PASSWORD)

    def test_s12_a_message_a_minute_and_three_a_day(self, walk, outbox, validated):
        """Pressing again, or loading again, sends no more; the page says so."""
        with time_machine.travel(time.time(), tick=False) as travel:
            is_asked_by_message(walk)
            answer = walk.post(LINKING_MESSAGE, action="resend")
            assert "moins d’une minute" in words_of(walk.get(answer.location))
            assert len(outbox()) == 1
            for _ in range(3):
                travel.shift(61)
                answer = walk.post(LINKING_MESSAGE, action="resend")
            assert len(outbox()) == 2
            assert "Trois messages sont déjà partis" in words_of(walk.get(answer.location))

    def test_s12_without_javascript_continue_says_that_it_is_not_done(self, walk, validated):
        """And leads on once it is."""
        is_asked_by_message(walk)
        answer = walk.post(LINKING_MESSAGE, action="continue")
        assert "n’est pas encore choisi" in words_of(walk.get(answer.location))

    def test_s12_forgotten_twice_it_waits_again(self, walk, app, outbox, validated):
        """The first reset does not end the wait for the second."""
        with time_machine.travel(time.time(), tick=False) as travel:
            is_asked_by_message(walk)
            resets(Walk(app.test_client()), outbox()[0])
            travel.shift(61)
            assert at(walk.post(LINKING, action="forgotten"), LINKING_MESSAGE)
            assert walk.get(STATE).json == {"next": None}
            assert at(resets(walk, outbox()[-1], NEW_PASSWORD), LINKING)
            assert at(walk.post(LINKING, action="fresh"), PASSWORD)

    def test_s12_a_reset_here_is_worth_nothing_once_the_account_has_moved(self, walk, runtime, outbox, validated):
        """Bound to the epoch it left."""
        is_asked_by_message(walk)
        resets(walk, outbox()[0])
        runtime.sql.run("UPDATE account SET epoch = epoch + 1", {})
        assert 'name="password"' in walk.get(LINKING).text
        assert at(walk.post(LINKING, action="fresh"), LINKING)

    def test_the_page_of_the_message_is_there_only_where_one_left(self, walk, validated):
        """It promises nothing that was not asked for."""
        walk.signs_in(CAMILLE)
        walk.gives(FRESH)
        assert at(walk.get(LINKING_MESSAGE), LINKING)
