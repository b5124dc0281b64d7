"""S2: after a NIR sign-in there is the change of identifier, and nothing else."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    CHANGE,
    DOMINIQUE,
    DONE,
    DOOR,
    FRESH,
    LINKING,
    NEW_PASSWORD,
    NO_ADDRESS,
    PASSWORD,
    RESUME,
    REVIEW,
    SACHA,
    SESSION,
    TICKET,
    WAITING,
    Walk,
    account_of,
    arrive,
    at,
    code_of,
    field_of,
    link_of,
    link_to,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")


class TestS02:
    def test_s02_the_address_on_file_is_proposed_and_becomes_the_identifier(self, walk, elsewhere, runtime, outbox):
        """It needs no message to go on, and stays unverified until its own link is followed, by its owner."""
        assert at(walk.signs_in(CAMILLE), ADDRESS)
        page = walk.get(ADDRESS)
        assert field_of(page, "email") == CAMILLE.contact
        assert "C’est votre adresse de contact" in words_of(page)
        assert "Espace personnel de Camille F." in words_of(page)
        walk.gives(CAMILLE.contact)
        walk.chooses()
        assert at(walk.finishes(), DONE)
        page = walk.get(DONE)
        assert f"Désormais, connectez-vous avec {CAMILLE.contact}" in words_of(page)
        assert walk.reaches_site(link_to(page, "Continuer vers Espace personnel MGEN"))
        assert account_of(runtime, CAMILLE.contact) == (None, CAMILLE.ref)
        [message] = outbox()
        assert message["To"] == CAMILLE.contact
        link = link_of(message)
        assert walk.get(link).status_code == 200
        # Whoever else reads the mailbox lacks the password just chosen.
        assert elsewhere.post(link).status_code == 400
        assert account_of(runtime, CAMILLE.contact)[0] is None
        assert at(walk.post(link), link)
        assert at(walk.post(link), link)
        assert "Adresse validée" in words_of(walk.get(link))
        assert account_of(runtime, CAMILLE.contact)[0]

    @pytest.mark.parametrize("path", [PASSWORD, WAITING, REVIEW, DONE, RESUME, CHANGE])
    def test_s02_no_address_of_a_later_step_leads_past_the_first(self, walk, path):
        """State lives on the server: every step checks the one before."""
        walk.signs_in(CAMILLE)
        assert at(walk.get(path), ADDRESS)
        if path not in (CHANGE, DONE):
            assert at(walk.post(path, version="0", action="continue"), ADDRESS)

    @pytest.mark.parametrize("path", [ADDRESS, PASSWORD, WAITING, REVIEW, DONE, RESUME, CHANGE, NO_ADDRESS])
    def test_s02_without_a_number_there_is_only_the_door(self, walk, path):
        """No ticket, no step."""
        assert at(walk.get(path), DOOR)

    def test_s02_no_session_and_no_code_before_the_end(self, walk):
        """A ticket is no session: the site, another one and `prompt=none` get nothing."""
        response = walk.signs_in(CAMILLE)
        assert SESSION not in response.headers.get("Set-Cookie", "")
        assert not walk.client.get_cookie(SESSION)
        for path in ("/oidc/continue", "/connexion/"):
            answer = walk.get(path)
            while answer.status_code == 303:
                assert answer.location.startswith("/")
                answer = walk.client.get(answer.location)
            assert "code=" not in answer.text
        silent = arrive(walk.client, "avantage", prompt="none")
        assert parse_qs(urlsplit(silent).query)["error"] == ["login_required"]

    def test_s02_signing_in_by_email_is_no_way_round(self, walk, forum_account):
        """Who has used the number in this request finishes the change, whoever else they are."""
        forum_account()
        walk.signs_in(CAMILLE)
        answer = walk.post("/connexion/", email=FRESH, password=NEW_PASSWORD)
        assert not walk.reaches_site(answer.location)
        assert at(walk.get("/oidc/continue"), CHANGE)

    def test_s02_a_session_of_this_browser_shortens_nothing(self, client, forum_account):
        """Somebody else was signed in here; their session ends when the change does."""
        forum_account()
        walk = Walk(client)
        walk.post("/connexion/", email=FRESH, password=NEW_PASSWORD)
        assert walk.is_signed_in()
        former = client.get_cookie(SESSION).value
        walk.reaches_review(DOMINIQUE)
        assert client.get_cookie(SESSION).value == former
        assert at(walk.finishes(), DONE)
        assert client.get_cookie(SESSION).value != former
        client.set_cookie(SESSION, former)
        assert not walk.is_signed_in()

    def test_s02_an_address_in_use_is_not_proposed_and_leads_no_further(self, walk, elsewhere):
        """One address, one Espace; that it is one's is told to who knows its password alone."""
        walk.changes(CAMILLE)
        elsewhere.signs_in(SACHA)
        assert field_of(elsewhere.get(ADDRESS), "email") == ""
        assert at(elsewhere.gives(SACHA.contact.upper()), LINKING)
        assert "Espace personnel de Camille" not in words_of(elsewhere.get(LINKING))
        wrong = elsewhere.post(LINKING, password="pas le bon du tout")
        assert wrong.status_code == 403
        assert "autre Espace" not in words_of(wrong)
        page = elsewhere.post(LINKING, password=NEW_PASSWORD)
        assert page.status_code == 409
        assert "Cette adresse est déjà utilisée pour un autre Espace personnel" in words_of(page)
        assert at(elsewhere.get(REVIEW), LINKING)

    def test_s02_of_two_who_finish_with_one_address_the_second_chooses_another(self, walk, elsewhere, outbox):
        """Nothing of the second is half done: they go on from the first step."""
        elsewhere.reaches_review(SACHA)
        walk.changes(CAMILLE)
        page = elsewhere.finishes()
        assert page.status_code == 409
        assert "déjà utilisée pour un autre Espace personnel" in words_of(page)
        assert not elsewhere.client.get_cookie(SESSION)
        assert at(elsewhere.get(REVIEW), ADDRESS)
        elsewhere.gives("sacha@boite.test")
        elsewhere.chooses()
        [message] = [each for each in outbox() if each["To"] == "sacha@boite.test"]
        elsewhere.post(WAITING, action="code", code=code_of(message))
        assert at(elsewhere.finishes(), DONE)

    def test_s02_five_addresses_a_day(self, walk):
        """The page tells whether an address is known: it answers for five, again and again, and no more."""
        walk.signs_in(CAMILLE)
        for place in range(5):
            assert at(walk.gives(f"essai{place}@boite.test"), PASSWORD)
            assert at(walk.gives(f"essai{place}@boite.test"), PASSWORD)
        for _ in range(2):
            assert walk.gives("essai5@boite.test").status_code == 429
        assert at(walk.gives("essai0@boite.test"), PASSWORD)
        assert at(walk.gives(CAMILLE.contact), PASSWORD)

    def test_s02_a_site_that_does_not_open_the_door_has_none(self, client):
        """Which sites do is a setting of the client."""
        walk = Walk(client, "partner")
        assert at(walk.get(DOOR), "/connexion/")
        assert at(walk.signs_in(CAMILLE), "/connexion/")
        assert not client.get_cookie(TICKET)

    def test_s02_a_parked_change_keeps_its_address_seven_days(self, app, walk):
        """In another browser the address is there again, masked; what is secret must be chosen anew."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.waits(CAMILLE, FRESH)
            travel.shift(6 * 86_400)
            later = Walk(app.test_client())
            assert at(later.signs_in(CAMILLE), ADDRESS)
            assert "c…e@boite.test" in words_of(later.get(PASSWORD))
            page = later.get(ADDRESS)
            assert "c…e@boite.test" in words_of(page)
            assert urlsplit(link_to(page, "Garder cette adresse")).path == PASSWORD
            assert FRESH not in page.text + later.get(PASSWORD).text
            assert at(later.gives(FRESH), PASSWORD)
            assert FRESH in words_of(later.get(PASSWORD))
            travel.shift(7 * 86_400 + 1)
            assert at(Walk(app.test_client()).signs_in(CAMILLE), ADDRESS)

    def test_s02_the_same_browser_goes_on_where_it_was(self, walk):
        """A second sign-in there loses nothing."""
        walk.waits(CAMILLE, FRESH)
        assert at(walk.signs_in(CAMILLE), WAITING)

    def test_s02_another_browser_takes_over_and_the_first_is_told(self, walk, elsewhere):
        """One of them goes on at a time; both have proved the number."""
        walk.signs_in(CAMILLE)
        elsewhere.signs_in(CAMILLE)
        assert at(walk.gives(FRESH), RESUME)
        assert "Un changement est déjà en cours" in words_of(walk.get(RESUME))
        assert at(elsewhere.gives(CAMILLE.contact), PASSWORD)
        assert at(walk.post(RESUME, action="resume"), PASSWORD)
        assert at(elsewhere.get(PASSWORD), RESUME)
        assert at(walk.chooses(), REVIEW)
