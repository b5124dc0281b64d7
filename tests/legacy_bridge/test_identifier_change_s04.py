"""S4: another address is proved by its mailbox, on whichever device."""

import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    CAMILLE,
    CHANGE,
    DOMINIQUE,
    DONE,
    FRESH,
    LINKING,
    NEW_PASSWORD,
    PASSWORD,
    RESUME,
    REVIEW,
    SESSION,
    STATE,
    TICKET,
    WAITING,
    account_of,
    at,
    code_of,
    field_of,
    link_of,
    link_to,
    plain,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")


class TestS04:
    def test_s04_the_link_opened_elsewhere_lets_the_first_tab_go_on(self, walk, elsewhere, outbox, runtime):
        """The other device gets no session; the first tab asks, and is led to the last look."""
        walk.waits(CAMILLE, FRESH)
        assert walk.get(STATE).json == {"next": None}
        [message] = outbox()
        assert message["To"] == FRESH
        assert message["Subject"] == "Validez votre adresse email"
        for private in (CAMILLE.nir, CAMILLE.first_name, CAMILLE.last_name, CAMILLE.contact):
            assert private not in plain(message)
        link = link_of(message)
        assert FRESH in words_of(elsewhere.get(link))
        assert at(elsewhere.post(link), link)
        page = elsewhere.get(link)
        assert "Adresse validée" in words_of(page)
        assert "Camille F." not in page.text
        assert not elsewhere.client.get_cookie(SESSION)
        assert not elsewhere.client.get_cookie(TICKET)
        assert walk.get(STATE).json["next"].startswith(REVIEW)
        assert at(walk.post(WAITING, action="continue"), REVIEW)
        assert at(walk.finishes(), DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))
        verified_at, member_ref = account_of(runtime, FRESH)
        assert verified_at
        assert member_ref == CAMILLE.ref
        [told] = outbox()
        assert told["To"] == CAMILLE.contact
        assert told["Subject"] == "Votre identifiant a changé"
        assert FRESH not in plain(told)

    def test_s04_the_link_opened_in_the_same_browser_completes(self, walk, outbox):
        """Its own POST does; the tab that waited is led to the end."""
        walk.waits(CAMILLE, FRESH)
        link = link_of(outbox()[0])
        token = walk.forgery_token()
        assert at(walk.post(link, token=token), DONE)
        assert at(walk.post(link, token=token), DONE)
        assert walk.get(STATE).json["next"].startswith(DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))

    def test_s04_reading_a_link_spends_nothing(self, walk, elsewhere, outbox):
        """Scanners follow links, with GET and HEAD, again and again."""
        walk.waits(CAMILLE, FRESH)
        message = outbox()[0]
        for link in (link_of(message), link_of(message, "arreter/")):
            for _ in range(3):
                assert elsewhere.client.get(link).status_code == 200
                assert elsewhere.client.head(link).status_code == 200
        assert walk.get(STATE).json == {"next": None}
        assert at(walk.post(WAITING, action="code", code=code_of(message)), REVIEW)

    def test_s04_the_code_is_typed_as_people_type(self, walk, outbox):
        """Small letters, spaces and dashes; five wrong ones kill it, and another message comes."""
        walk.waits(CAMILLE, FRESH)
        code = code_of(outbox()[0])
        for place in range(5):
            page = walk.post(WAITING, action="code", code=f"2222222{place + 3}")
            assert page.status_code == 400
            assert "Ce code n’est pas le bon" in words_of(page)
        assert walk.post(WAITING, action="code", code=code).status_code == 400
        assert at(walk.post(WAITING, action="resend"), WAITING)
        fresh = code_of(outbox()[0])
        assert at(walk.post(WAITING, action="code", code=f" {fresh[:4].lower()}-{fresh[4:]} "), REVIEW)

    def test_s04_a_newer_message_kills_the_older(self, walk, elsewhere, outbox):
        """The page says so."""
        walk.waits(CAMILLE, FRESH)
        link = link_of(outbox()[0])
        walk.post(WAITING, action="resend")
        assert "Les précédents ne servent plus" in words_of(walk.get(WAITING + walk.query + "&renvoye=1"))
        assert elsewhere.get(link).status_code == 410
        newer = link_of(outbox()[0])
        assert at(elsewhere.post(newer), newer)

    def test_s04_the_address_can_be_mended_while_one_waits(self, walk, elsewhere, outbox):
        """Links to the first one die; the password need not be chosen again."""
        walk.waits(CAMILLE, "camille@boit.test")
        first = outbox()[0]
        page = walk.get(WAITING)
        assert urlsplit(link_to(page, "Corriger l’adresse")).path == ADDRESS
        assert at(walk.gives(FRESH), WAITING)
        assert FRESH in words_of(walk.get(WAITING))
        assert elsewhere.get(link_of(first)).status_code == 410
        assert elsewhere.post(link_of(first)).status_code == 410
        assert walk.post(WAITING, action="code", code=code_of(first)).status_code == 400
        [second] = outbox()
        assert at(walk.post(WAITING, action="code", code=code_of(second)), REVIEW)
        # And the proposed one needs no proof.
        assert at(walk.gives(CAMILLE.contact), REVIEW)
        assert at(walk.finishes(), DONE)

    def test_s04_another_device_goes_on_with_the_new_password(self, walk, elsewhere, outbox, runtime):
        """The first tab is closed: mailbox and new password are proof enough; it ends at the site's own sign-in."""
        walk.waits(CAMILLE, FRESH)
        link = link_of(outbox()[0])
        assert at(elsewhere.get(link + "continuer/"), link)
        elsewhere.post(link)
        way = link_to(elsewhere.get(link), "Continuer ici")
        assert "Saisissez" in words_of(elsewhere.post(way, password=""))
        page = elsewhere.post(way, password=CAMILLE.password)
        assert page.status_code == 403
        assert not elsewhere.client.get_cookie(TICKET)
        assert at(elsewhere.post(way, password=NEW_PASSWORD), REVIEW)
        assert at(walk.get(REVIEW), RESUME)
        assert at(elsewhere.finishes(), DONE)
        onward = link_to(elsewhere.get(DONE), "Continuer vers Espace personnel MGEN")
        assert onward.startswith("https://espace.example/connexion")
        assert elsewhere.is_signed_in()

    @pytest.mark.parametrize("holder", ["member", "account"])
    def test_s04_the_first_to_prove_a_mailbox_has_it(self, walk, elsewhere, outbox, forum_account, holder):
        """Waiting reserves nothing: who comes later with the link is told, and chooses again."""
        walk.waits(CAMILLE, FRESH)
        link = link_of(outbox()[0])
        if holder == "member":
            elsewhere.waits(DOMINIQUE, FRESH)
            assert at(elsewhere.post(link_of(outbox()[0])), DONE)
        else:
            forum_account()
        page = walk.post(link)
        assert page.status_code == 409
        taken = "déjà utilisée pour un autre Espace personnel" in words_of(page)
        assert taken == (holder == "member")
        assert not walk.client.get_cookie(SESSION)
        assert at(walk.get(WAITING), ADDRESS if holder == "member" else LINKING)
        assert at(walk.gives(CAMILLE.contact), PASSWORD)

    def test_s04_wrong_new_passwords_are_counted(self, walk, elsewhere, outbox):
        """After the fifth, one waits."""
        walk.waits(CAMILLE, FRESH)
        link = link_of(outbox()[0])
        elsewhere.post(link)
        for _ in range(5):
            assert elsewhere.post(link + "continuer/", password="pas le bon du tout").status_code == 403
        assert elsewhere.post(link + "continuer/", password=NEW_PASSWORD).status_code == 429

    def test_s04_who_owns_the_mailbox_by_mistake_gains_nothing_and_can_stop_it(self, walk, elsewhere, outbox):
        """A stranger who validates has no session; who stops frees the address, and the member chooses again."""
        walk.waits(CAMILLE, FRESH)
        message = outbox()[0]
        stop = link_of(message, "arreter/")
        assert "Arrêter cette demande" in words_of(elsewhere.get(stop))
        assert at(elsewhere.post(stop), stop)
        assert "La demande est arrêtée" in words_of(elsewhere.get(stop))
        assert elsewhere.get(link_of(message)).status_code == 410
        assert at(walk.post(WAITING, action="continue"), ADDRESS)
        assert field_of(walk.get(ADDRESS), "email") == CAMILLE.contact

    def test_s04_an_expired_link_is_renewed_with_one_button(self, walk, elsewhere, outbox):
        """A day later; the page says how long links live."""
        with time_machine.travel(time.time(), tick=False) as travel:
            walk.waits(CAMILLE, FRESH)
            link = link_of(outbox()[0])
            travel.shift(86_401)
            page = elsewhere.get(link)
            assert page.status_code == 410
            assert "Les liens durent 24 heures" in words_of(page)
            assert "Nous avons écrit" in words_of(elsewhere.post(link))
            [renewed] = outbox()
            assert renewed["To"] == FRESH
            renewed_link = link_of(renewed)
            assert at(elsewhere.post(renewed_link), renewed_link)

    def test_s04_an_unknown_link_is_an_expired_one(self, elsewhere):
        """Nobody learns which links there are."""
        for token in ("x", "A" * 43, "%00", "%ED%A0%80"):
            for path in (f"{CHANGE}lien/{token}/", f"{CHANGE}lien/{token}/arreter/"):
                assert elsewhere.get(path).status_code == 410
                assert elsewhere.post(path).status_code in (410, 303)

    def test_s04_messages_have_a_limit(self, walk, outbox):
        """Nobody fills a mailbox through us."""
        walk.waits(CAMILLE, FRESH)
        answers = [walk.post(WAITING, action="resend").status_code for _ in range(9)]
        assert answers[:7] == [303] * 7
        assert answers[7:] == [429] * 2
        assert len(outbox()) == 8
