"""S6: no address yet. S8, S9, S10: what a number opens that does not, or no longer."""

import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    BLOCKED,
    CAMILLE,
    CHANGED,
    DONE,
    DOOR,
    FRESH,
    NEVER,
    NEW_PASSWORD,
    NO_ADDRESS,
    NO_CONTACT,
    PASSWORD,
    SESSION,
    WAITING,
    Walk,
    at,
    code_of,
    field_of,
    link_to,
    plain,
    words_of,
)

from idp.core import clock
from idp.web.i18n import long_date

GUIDED = DOOR + "mot-de-passe-oublie/"
pytestmark = pytest.mark.usefixtures("members")


class TestS06:
    def test_s06_three_buttons_and_the_way_back(self, walk):
        """Plain links that say nothing of the member, and how long the change waits."""
        with time_machine.travel(time.time(), tick=False):
            walk.signs_in(CAMILLE)
            page = walk.get(ADDRESS)
            assert urlsplit(link_to(page, "Je n’ai pas d’adresse email")).path == NO_ADDRESS
            page = walk.get(NO_ADDRESS)
            until = long_date("fr", clock.as_datetime(clock.now() + 7 * 86_400))
        assert f"Vous pourrez reprendre jusqu’au {until}" in words_of(page)
        for provider in ("Gmail", "Outlook", "Yahoo"):
            target = link_to(page, f"Créer une adresse {provider} (nouvel onglet)")
            assert target.startswith("https://")
            assert not urlsplit(target).query
        assert page.text.count('rel="noopener noreferrer"') == 3
        assert urlsplit(link_to(page, "J’ai maintenant une adresse")).path == ADDRESS
        assert at(walk.gives(FRESH), PASSWORD)

    def test_s06_a_member_without_a_contact_gives_the_new_address(self, walk, outbox):
        """Nobody is told of the change but the new mailbox, which was proved: there is no other."""
        walk.signs_in(NO_CONTACT)
        assert field_of(walk.get(ADDRESS), "email") == ""
        walk.gives(FRESH)
        walk.chooses()
        walk.post(WAITING, action="code", code=code_of(outbox()[0]))
        assert at(walk.finishes(), DONE)
        assert outbox() == []


class TestS09AndS10:
    def test_s09_the_number_opens_nothing_after_the_change(self, walk, elsewhere, outbox):
        """The sentence that says so, the other door, and a reminder to the address that signs in, never shown."""
        walk.changes(CAMILLE)
        outbox()
        assert at(elsewhere.signs_in(CAMILLE), CHANGED)
        page = elsewhere.get(CHANGED)
        assert "désormais avec l’adresse email indiquée lors de l’activation de votre compte" in words_of(page)
        assert CAMILLE.contact not in page.text
        assert not elsewhere.client.get_cookie(SESSION)
        assert at(elsewhere.get(ADDRESS), CHANGED)
        for _ in range(5):
            assert at(elsewhere.post(CHANGED, action="reminder"), CHANGED)
        assert "Nous envoyons un message" in words_of(elsewhere.get(CHANGED + "?rappel=1"))
        reminders = outbox()
        assert [message["To"] for message in reminders] == [CAMILLE.contact] * 3
        assert CAMILLE.contact in plain(reminders[0])

    def test_s09_only_after_the_right_password(self, walk, elsewhere):
        """Any other gets the one refusal."""
        walk.changes(CAMILLE)
        page = elsewhere.signs_in(CAMILLE, "un-autre-2010")
        assert page.status_code == 403
        assert "Nous ne pouvons pas vous connecter" in words_of(page)
        assert at(elsewhere.get(CHANGED), DOOR)

    def test_s09_a_site_that_waits_gets_its_answer_by_the_other_door(self, app, walk):
        """The request is not lost on the way."""
        walk.changes(CAMILLE)
        again = Walk(app.test_client(), "avantage")
        assert at(again.signs_in(CAMILLE), CHANGED)
        way = link_to(again.get(CHANGED), "Me connecter avec mon adresse email")
        answer = again.post(way, email=CAMILLE.contact, password=NEW_PASSWORD)
        assert again.reaches_site(answer.location)

    def test_s10_the_one_refusal_names_it_and_leads_to_the_guided_way(self, walk):
        """Unknown number, wrong password, never activated: the same page, with the three ways."""
        answers = [
            walk.signs_in(NEVER, "peu importe"),
            walk.signs_in(CAMILLE, "pas le bon"),
            walk.post(DOOR, nir="1 85 05 75 120 009", password="peu importe"),
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert len({words_of(answer) for answer in answers}) == 1
        assert "Mot de passe oublié, jamais créé, ou compte bloqué ?" in words_of(answers[0])
        way = link_to(answers[0], "Me laisser guider")
        assert urlsplit(way).path == GUIDED
        assert "Date de naissance" in words_of(walk.client.get(way))

    def test_s08_a_blocked_account_is_told_after_the_right_password(self, walk):
        """And opens nothing."""
        page = walk.signs_in(BLOCKED)
        assert page.status_code == 403
        assert "Votre compte est bloqué" in words_of(page)
        assert at(walk.get(ADDRESS), DOOR)
        assert "bloqué ?" in words_of(walk.signs_in(BLOCKED, "pas le bon"))
