"""The pages of the change in several tabs and browsers."""

import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    DOMINIQUE,
    DONE,
    DOOR,
    FRESH,
    PASSWORD,
    RESUME,
    REVIEW,
    SESSION,
    TICKET,
    WAITING,
    Walk,
    at,
    code_of,
    field_of,
    link_to,
    token_of,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")


class TestTabs:
    def test_another_tab_finished_and_this_one_is_told(self, walk, outbox):
        """ "C'est déjà fait" on every step, with the way on; one message and one account."""
        walk.reaches_review(CAMILLE)
        review = walk.get(REVIEW)
        walk.finishes()
        assert at(walk.post(REVIEW, version=field_of(review, "version")), DONE)
        for path in (ADDRESS, PASSWORD, WAITING, REVIEW, RESUME):
            page = walk.get(path)
            assert page.status_code == 200
            assert "C’est déjà fait" in words_of(page)
            assert urlsplit(link_to(page, "Continuer vers Espace personnel MGEN")).path == "/oidc/continue"
        for answer in (walk.gives(FRESH), walk.chooses()):
            assert answer.status_code == 200
            assert "C’est déjà fait" in words_of(answer)
        assert len(outbox()) == 1

    def test_another_browser_finished_and_this_one_is_told(self, app, walk):
        """It gets no session of it."""
        other = Walk(app.test_client())
        other.signs_in(CAMILLE)
        walk.changes(CAMILLE)
        page = other.get(ADDRESS)
        assert "C’est déjà fait" in words_of(page)
        assert CAMILLE.contact not in other.get(DONE).text
        assert not other.is_signed_in()

    def test_what_is_confirmed_is_what_was_seen(self, walk):
        """The other tab chose another address meanwhile: this one looks again."""
        walk.reaches_review(CAMILLE)
        seen = field_of(walk.get(REVIEW), "version")
        walk.gives(FRESH)
        assert at(walk.gives(CAMILLE.contact), REVIEW)
        page = walk.post(REVIEW, version=seen)
        assert page.status_code == 409
        assert "a changé dans un autre onglet" in words_of(page)
        assert at(walk.post(REVIEW, version=field_of(page, "version")), DONE)

    @pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 40, "0"])
    def test_a_review_without_its_version_is_looked_at_again(self, walk, version):
        """A hidden field is nobody's to choose."""
        walk.reaches_review(CAMILLE)
        assert walk.post(REVIEW, version=version).status_code == 409

    def test_the_last_of_two_addresses_wins(self, walk, outbox):
        """The tab of the first learns it at its next action, and its message serves no more."""
        walk.waits(CAMILLE, "premiere@boite.test")
        walk.gives("seconde@boite.test")
        first, second = outbox()
        assert walk.post(WAITING, action="code", code=code_of(first)).status_code == 400
        assert "seconde@boite.test" in words_of(walk.get(WAITING))
        assert at(walk.post(WAITING, action="code", code=code_of(second)), REVIEW)

    def test_a_form_of_another_member_of_the_computer_is_refused(self, client):
        """Whoever signs in next in this browser is not served what the one before had begun."""
        walk = Walk(client)
        walk.signs_in(CAMILLE)
        stale = walk.forgery_token()
        walk.signs_in(DOMINIQUE)
        page = walk.post(ADDRESS, token=stale, email=FRESH)
        assert page.status_code == 400
        assert "Rien n’est perdu" in words_of(page)
        assert field_of(walk.get(ADDRESS), "email") == DOMINIQUE.contact

    def test_two_tabs_of_two_sites_each_end_at_their_own(self, client):
        """One change answers both requests."""
        first, second = Walk(client, "member-area"), Walk(client, "avantage")
        first.signs_in(CAMILLE)
        assert at(second.signs_in(CAMILLE), ADDRESS)
        second.gives(CAMILLE.contact)
        second.chooses()
        second.finishes()
        assert second.reaches_site(link_to(second.get(DONE), "Continuer vers MGEN Avantage"))
        assert first.reaches_site(link_to(first.get(ADDRESS), "Continuer vers Espace personnel MGEN"))

    def test_back_after_the_end_is_no_dead_page(self, walk):
        """Once the site has its answer, too."""
        walk.changes(CAMILLE)
        page = walk.get(DONE)
        assert walk.reaches_site(link_to(page, "Continuer vers Espace personnel MGEN"))
        for path in (DONE, REVIEW, ADDRESS):
            page = walk.get(path)
            assert page.status_code == 200
            assert link_to(page, "Continuer vers Espace personnel MGEN").startswith("https://espace.example/connexion")

    def test_a_session_is_given_again_for_a_moment_only(self, walk):
        """The answer to the first of two clicks may be lost; an hour later the ticket is worth nothing."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.reaches_review(CAMILLE)
            version = field_of(walk.get(REVIEW), "version")
            walk.post(REVIEW, version=version)
            walk.client.delete_cookie(SESSION)
            walk.post(REVIEW, version=version)
            assert walk.is_signed_in()
            walk.client.delete_cookie(SESSION)
            travel.shift(600)
            walk.post(REVIEW, version=version)
            assert not walk.is_signed_in()


class TestBrowsers:
    def test_a_ticket_belongs_to_its_browser(self, app, walk):
        """Its cookie alone opens nothing elsewhere."""
        walk.signs_in(CAMILLE)
        thief = Walk(app.test_client())
        thief.get(DOOR)
        thief.client.set_cookie(TICKET, walk.client.get_cookie(TICKET).value)
        assert at(thief.get(ADDRESS), DOOR)
        assert at(thief.gives(FRESH), DOOR)

    @pytest.mark.parametrize("value", ["", "x", "A" * 43, "é" * 30, "a" * 4000])
    def test_a_made_up_ticket_is_none(self, walk, value):
        """Forged handles are refused without a look-up."""
        walk.client.set_cookie(TICKET, value)
        assert at(walk.get(ADDRESS), DOOR)

    def test_a_ticket_has_a_new_id_at_each_sign_in(self, walk):
        """And the older one is not this browser's any more."""
        walk.signs_in(CAMILLE)
        first = walk.client.get_cookie(TICKET)
        assert first.http_only
        assert first.same_site == "Lax"
        walk.signs_in(CAMILLE)
        assert walk.client.get_cookie(TICKET).value != first.value


class TestSecure:
    @pytest.fixture
    def settings(self, make_settings):
        return make_settings(issuer="https://connect.example")

    def test_the_ticket_is_a_host_cookie(self, client):
        """`__Host-` where people reach us over https: secure, of this host alone, out of reach of scripts."""
        fields = {"nir": CAMILLE.nir, "password": CAMILLE.password, "csrf_token": token_of(client.get(DOOR))}
        answer = client.post(DOOR, data=fields, headers={"Referer": "https://connect.example" + DOOR})
        [cookie] = [value for value in answer.headers.getlist("Set-Cookie") if "ticket" in value]
        assert cookie.startswith("__Host-mgen_connect_ticket=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} == set(cookie.split("; ")[1:])
