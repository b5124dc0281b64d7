"""docs/rules.md §7.9: an account without an Espace personnel, at a site that serves members only."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    CAMILLE,
    CHANGED,
    DOMINIQUE,
    DONE,
    DOOR,
    FRESH,
    LINKING,
    NEW_PASSWORD,
    PASSWORD,
    REVIEW,
    Walk,
    account_of,
    arrive,
    at,
    link_to,
    words_of,
)
from rp import change_metadata

pytestmark = pytest.mark.usefixtures("members")

ATTACHING = "/login-adherent/rattachement/"
QUESTION = {"secret_question": "object", "secret_answer": "hash"}


@pytest.fixture(autouse=True)
def _members_only(runtime):
    """The member area serves members only."""
    change_metadata(runtime.sql, "member-area", requires_member=True)


@pytest.fixture
def arrived(client, forum_account):
    """Somebody who has signed in with an account of the forum, and comes to the member area."""

    def arrive_at(travel=None, **overrides):
        forum_account(**(QUESTION | overrides))
        Walk(client).post("/connexion/", email=FRESH, password=NEW_PASSWORD)
        if travel:
            travel.shift(301)
        page = arrive(client, "member-area")
        assert urlsplit(page).path == ATTACHING
        walk = Walk(client)
        walk.site, walk.query = "member-area", "?" + urlsplit(page).query
        return walk

    return arrive_at


class TestAttaching:
    def test_the_account_is_linked_without_its_password_again(self, arrived, runtime):
        """The number and the old password, the page that says what it means, and the site has its answer."""
        walk = arrived()
        words = words_of(walk.get(ATTACHING))
        assert "Ce compte n’est pas encore relié à un Espace personnel" in words
        assert FRESH in words
        assert at(walk.signs_in(CAMILLE), REVIEW)
        assert "Les deux comptes n’en feront qu’un" in words_of(walk.get(REVIEW))
        assert at(walk.finishes(), DONE)
        assert account_of(runtime, FRESH)[1] == CAMILLE.ref
        assert runtime.sql.one("SELECT count(*) FROM account", {}) == (1,)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))

    def test_the_form_of_the_page_goes_to_the_number_door(self, arrived):
        """With the request that waits; a refusal there leads back to the same end."""
        walk = arrived()
        page = walk.get(ATTACHING)
        assert f'action="{DOOR}{walk.query}"' in page.text
        assert walk.signs_in(CAMILLE, "pas le bon").status_code == 403
        assert at(walk.signs_in(CAMILLE), REVIEW)

    def test_after_five_minutes_the_password_is_asked(self, arrived):
        """Whoever sits down at an open session does not give the account away."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk = arrived(travel)
            assert at(walk.signs_in(CAMILLE), LINKING)
            assert FRESH in words_of(walk.get(LINKING))
            assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)

    def test_a_question_is_still_asked_where_the_account_has_none(self, arrived):
        """What is due is due here too."""
        walk = arrived(secret_question=None, secret_answer=None)
        assert at(walk.signs_in(CAMILLE), PASSWORD)

    def test_a_password_of_an_old_site_is_asked_so_that_it_can_be_judged(self, arrived):
        """docs/rules.md §7.5: it may have to be replaced, and what was typed at the sign-in is not kept."""
        walk = arrived(source_ref="I1")
        assert at(walk.signs_in(CAMILLE), LINKING)

    def test_who_will_not_goes_back_to_the_site_with_its_error(self, arrived):
        """`access_denied`, OpenID Connect Core §3.1.2.6."""
        walk = arrived()
        page = walk.get(ATTACHING)
        assert "Revenir au site sans continuer" in words_of(page)
        answer = walk.post("/oidc/decline")
        target = urlsplit(answer.location)
        assert f"{target.scheme}://{target.netloc}{target.path}" == "https://espace.example/retour"
        assert parse_qs(target.query)["error"] == ["access_denied"]

    def test_a_member_who_has_changed_signs_in_with_the_other_address(self, app, arrived):
        """S9, said here too; the way there is to leave this session."""
        Walk(app.test_client()).changes(CAMILLE)
        walk = arrived()
        assert at(walk.signs_in(CAMILLE), CHANGED)
        assert "/connexion/deconnexion/" in walk.get(ATTACHING).text
        assert walk.post("/connexion/deconnexion/").location.endswith("/connexion/" + walk.query)
        answer = walk.post("/connexion/", email=CAMILLE.contact, password=NEW_PASSWORD)
        assert walk.reaches_site(answer.location)

    def test_another_member_may_not_take_it_after(self, app, arrived, runtime):
        """One account, one Espace: the page is not there any more, and the account's address leads nowhere."""
        walk = arrived()
        walk.signs_in(CAMILLE)
        walk.finishes()
        other = Walk(app.test_client(), "member-area")
        other.signs_in(DOMINIQUE)
        assert at(other.gives(FRESH), LINKING)
        assert other.post(LINKING, password=NEW_PASSWORD).status_code == 409
        assert runtime.sql.all("SELECT member_ref FROM membership", {}) == [(CAMILLE.ref,)]

    def test_it_is_for_who_is_signed_in(self, client):
        """Nobody else sees an address there."""
        assert at(Walk(client, "member-area").get(ATTACHING), "/connexion/")
        assert at(Walk(client).get(ATTACHING), "/connexion/")

    def test_the_last_day_has_passed(self, arrived, runtime):
        """No form, and who helps."""
        walk = arrived()
        runtime.sql.run(
            "INSERT INTO bridge_sunset (id, day) VALUES (1, '2001-01-01')"
            " ON CONFLICT (id) DO UPDATE SET day = excluded.day",
            {},
        )
        page = walk.get(ATTACHING)
        assert 'name="nir"' not in page.text
        assert "Un conseiller MGEN peut relier votre compte" in words_of(page)

    def test_a_site_that_takes_everybody_asks_nothing(self, client, forum_account):
        """The step is the member area's alone."""
        forum_account(**QUESTION)
        walk = Walk(client)
        walk.post("/connexion/", email=FRESH, password=NEW_PASSWORD)
        assert arrive(client, "avantage").startswith("https://avantage.example/retour?code=")
