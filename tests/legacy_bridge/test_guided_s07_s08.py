"""S7, S8, S10: the guided ways by mail. A number and a birth date select, the mailbox proves."""

import pytest
from legacy_bridge.guiding import (
    FORGOTTEN,
    LATER_PASSWORD,
    NEW,
    REGAINED,
    UNLOCK,
    UNLOCKED,
    asks,
    body,
    born,
    chooses,
    guided_link,
    standing,
)
from legacy_bridge.walking import (
    ADDRESS,
    BLOCKED,
    CAMILLE,
    CHANGED,
    DOMINIQUE,
    DONE,
    DOOR,
    NEVER,
    PASSWORD,
    REVIEW,
    SESSION,
    Walk,
    at,
    code_of,
    field_of,
    link_to,
    plain,
    words_of,
)

pytestmark = pytest.mark.usefixtures("members")
MESSAGE = FORGOTTEN + "message/"
SENTENCE = (
    "Si ces informations correspondent à un compte, nous envoyons un message à l’adresse que nous connaissons. Rien"
    " reçu après 10 minutes ? Demandez un code par courrier."
)


class TestS07:
    def test_s07_a_forgotten_password_ends_at_the_site_that_waits(self, walk, outbox, runtime):
        """Number and birth date, the message's link, a new password, the change, the site."""
        assert at(walk.get(link_to(walk.get(DOOR), "Mot de passe oublié ?")) and asks(walk, DOMINIQUE), MESSAGE)
        assert SENTENCE in words_of(walk.get(MESSAGE)).replace("\u00a0", " ")
        [message] = outbox()
        assert message["To"] == DOMINIQUE.contact
        link = guided_link(message)
        assert "Choisissez un nouveau mot de passe" in words_of(walk.client.get(link))
        assert at(walk.post(link), NEW)
        assert at(chooses(walk), REGAINED)
        assert standing(runtime, DOMINIQUE) == ("active", "own")
        assert not walk.client.get_cookie(SESSION)
        assert at(walk.post(REGAINED), ADDRESS)
        assert at(walk.gives(DOMINIQUE.contact), PASSWORD)
        # What was chosen here may be kept: only the imported one is refused.
        assert at(walk.chooses(LATER_PASSWORD), REVIEW)
        assert at(walk.finishes(), DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))

    def test_s07_the_new_password_opens_the_number_and_the_old_one_no_more(self, walk, elsewhere, outbox):
        """At the next sign-in the change is made (the seed)."""
        asks(elsewhere, DOMINIQUE)
        elsewhere.post(guided_link(outbox()[0]), birth_date=born(DOMINIQUE))
        assert at(chooses(elsewhere), REGAINED)
        [notice] = outbox()
        assert (notice["To"], notice["Subject"]) == (DOMINIQUE.contact, "Votre mot de passe a été changé")
        assert walk.signs_in(DOMINIQUE).status_code == 403
        assert at(walk.signs_in(DOMINIQUE, LATER_PASSWORD), ADDRESS)

    def test_s07_the_code_goes_on_where_it_was_asked_for(self, walk, outbox):
        """The same proof, without leaving the page."""
        asks(walk, DOMINIQUE)
        assert at(walk.post(MESSAGE, action="code", code=code_of(outbox()[0])), NEW)
        assert at(chooses(walk), REGAINED)

    def test_s07_a_link_opened_on_a_phone_goes_on_there(self, walk, elsewhere, outbox):
        """The browser that asked has proved nothing, and gets nowhere."""
        asks(walk, DOMINIQUE)
        elsewhere.post(guided_link(outbox()[0]), birth_date=born(DOMINIQUE))
        assert at(walk.get(NEW), FORGOTTEN)
        assert at(chooses(walk), FORGOTTEN)
        assert at(chooses(elsewhere), REGAINED)
        assert at(walk.post(REGAINED), FORGOTTEN)
        assert at(elsewhere.post(REGAINED), ADDRESS)

    def test_s07_reading_the_link_changes_nothing_and_it_serves_once(self, walk, elsewhere, app, outbox):
        """Programs follow links; a second reader gets the page of a link that is over."""
        asks(walk, DOMINIQUE)
        link = guided_link(outbox()[0])
        for _ in range(3):
            assert elsewhere.client.get(link).status_code == 200
            assert elsewhere.client.head(link).status_code == 200
        assert at(walk.post(link), NEW)
        assert at(walk.post(link), NEW)
        assert elsewhere.client.get(link).status_code == 410
        assert Walk(app.test_client()).post(link, birth_date=born(DOMINIQUE)).status_code == 410

    def test_s07_a_weak_an_imported_or_a_personal_password_is_refused(self, walk, outbox, runtime):
        """And the proof stays good."""
        asks(walk, DOMINIQUE)
        walk.post(guided_link(outbox()[0]))
        for password in ("court", DOMINIQUE.password, "dominique@domaine.test", "14011961 14011961"):
            assert chooses(walk, password=password).status_code == 400
        assert standing(runtime, DOMINIQUE) == ("active", "onion")
        assert at(chooses(walk), REGAINED)

    def test_s07_a_change_begun_by_somebody_else_dies(self, walk, elsewhere, outbox):
        """Whoever knew the old password and was at the last step can no longer end it (docs/rules.md §3 row 9)."""
        walk.reaches_review(DOMINIQUE)
        version = field_of(walk.get(REVIEW), "version")
        asks(elsewhere, DOMINIQUE)
        elsewhere.post(guided_link(outbox()[0]), birth_date=born(DOMINIQUE))
        assert at(chooses(elsewhere), REGAINED)
        assert at(walk.post(REVIEW, version=version), DOOR)
        assert at(elsewhere.post(REGAINED), ADDRESS)


class TestS08:
    def test_s08_a_blocked_account_keeps_its_password_and_signs_nobody_in(self, walk, outbox, runtime):
        """The page after the right password leads there; the birth date alone is asked; the next sign-in changes."""
        page = walk.signs_in(BLOCKED)
        way = link_to(page, "Débloquer mon compte")
        form = walk.client.get(way)
        assert BLOCKED.nir not in form.text
        assert 'name="nir"' not in form.text
        assert at(walk.post(way, birth_date=born(BLOCKED)), UNLOCK + "message/")
        [message] = outbox()
        assert message["Subject"] == "Débloquez votre compte"
        assert at(walk.post(guided_link(message)), UNLOCKED)
        assert standing(runtime, BLOCKED) == ("active", "onion")
        assert not walk.client.get_cookie(SESSION)
        [notice] = outbox()
        assert (notice["To"], notice["Subject"]) == (BLOCKED.contact, "Votre compte a été débloqué")
        assert at(walk.get(ADDRESS), DOOR)
        assert link_to(walk.get(UNLOCKED), "Me connecter avec mon numéro") == DOOR + walk.query
        assert at(walk.signs_in(BLOCKED), ADDRESS)

    def test_s08_the_tries_start_again(self, walk, outbox):
        """Whoever failed five times waits no longer."""
        for _ in range(5):
            walk.signs_in(DOMINIQUE, "pas le bon")
        assert walk.signs_in(DOMINIQUE).status_code == 429
        asks(walk, DOMINIQUE, UNLOCK)
        assert at(walk.post(UNLOCK + "message/", action="code", code=code_of(outbox()[0])), UNLOCKED)
        assert at(walk.signs_in(DOMINIQUE), ADDRESS)

    def test_s08_a_second_time_in_a_day_a_new_password_is_asked(self, walk, outbox):
        """Unlocking again and again is no way to guess."""
        asks(walk, BLOCKED, UNLOCK)
        walk.post(guided_link(outbox()[0]))
        outbox()
        asks(walk, BLOCKED, UNLOCK)
        [message] = outbox()
        assert message["Subject"] == "Choisissez un nouveau mot de passe"
        assert at(walk.post(guided_link(message)), NEW)


class TestS09AndS10:
    def test_s10_no_password_was_ever_created(self, walk, outbox, runtime):
        """The refusal names it and leads to the guided way, the number kept; the mail says it in full."""
        refused = walk.signs_in(NEVER, "peu importe")
        way = link_to(refused, "Me laisser guider")
        assert at(walk.post(way, birth_date=born(NEVER)), MESSAGE)
        [message] = outbox()
        assert "Vous n’avez pas créé de mot de passe" in plain(message)
        assert at(walk.post(guided_link(message)), NEW)
        assert "Vous n’avez pas créé de mot de passe" in words_of(walk.get(NEW))
        assert at(chooses(walk), REGAINED)
        assert standing(runtime, NEVER) == ("active", "own")
        assert at(walk.post(REGAINED), ADDRESS)

    def test_s10_unlocking_what_has_no_password_leads_to_one(self, walk, outbox):
        """There is nothing to keep."""
        asks(walk, NEVER, UNLOCK)
        assert at(walk.post(guided_link(outbox()[0])), NEW)

    def test_s09_a_member_who_has_changed_gets_a_reminder(self, walk, elsewhere, outbox):
        """At the address that signs in, with the way to its own forgotten password; no link of the old way."""
        walk.changes(DOMINIQUE)
        outbox()
        assert at(asks(elsewhere, DOMINIQUE), MESSAGE)
        [message] = outbox()
        assert (message["To"], message["Subject"]) == (DOMINIQUE.contact, "L’adresse email de votre connexion")
        assert "/connexion/mot-de-passe-oublie/" in plain(message)
        assert "/lien/" not in plain(message)

    def test_s09_the_page_after_the_old_password_leads_to_the_forgotten_one(self, walk, elsewhere):
        """The account's, not the number's."""
        walk.changes(DOMINIQUE)
        assert at(elsewhere.signs_in(DOMINIQUE), CHANGED)
        assert link_to(elsewhere.get(CHANGED), "Mot de passe oublié ?") == "/connexion/mot-de-passe-oublie/"


def test_a_mistake_in_the_birth_date_does_not_show_the_number_again(walk, outbox):
    """It is kept on the server, as digests."""
    page = asks(walk, DOMINIQUE, birth_date="31/02/1961")
    assert page.status_code == 400
    assert DOMINIQUE.nir not in page.text
    assert "Vérifiez votre date de naissance" in words_of(page)
    assert at(walk.post(FORGOTTEN + walk.query + "&numero=garde", birth_date=born(DOMINIQUE)), MESSAGE)
    assert len(outbox()) == 1


def test_a_kept_number_is_not_offered_to_who_did_not_come_from_the_refusal(walk):
    """Nor in another browser, nor after a quarter of an hour."""
    walk.signs_in(DOMINIQUE, "pas le bon")
    assert 'name="nir"' in walk.get(FORGOTTEN).text
    assert 'name="nir"' not in walk.get(FORGOTTEN + walk.query + "&numero=garde").text


def test_both_forms_lead_to_one_page(walk, elsewhere):
    """But for where they come from, its bytes are the same."""
    asks(walk, DOMINIQUE)
    asks(elsewhere, CAMILLE)
    assert body(walk.client.get(MESSAGE)) == body(elsewhere.client.get(MESSAGE))


def test_the_pages_speak_english(walk, elsewhere, outbox):
    """A missing text would fail here; and so do the messages."""
    for browser in (walk, elsewhere):
        browser.client.get(DOOR + "?hl=en")
    refused = walk.signs_in(DOMINIQUE, "not this one")
    assert "Only your date of birth is missing" in words_of(walk.get(link_to(refused, "Guide me")))
    asks(walk, DOMINIQUE)
    assert "If this information matches an account" in words_of(walk.get(MESSAGE))
    assert "Your request for a letter is recorded" in words_of(walk.get(MESSAGE + "courrier/"))
    [message] = outbox()
    assert message["Subject"] == "Choose a new password"
    link = guided_link(message)
    assert "Go on with this device" in words_of(elsewhere.client.get(link))
    elsewhere.post(link, birth_date=born(DOMINIQUE))
    assert "It replaces the one" in words_of(elsewhere.get(NEW))
    chooses(elsewhere)
    assert "Your password is saved" in words_of(elsewhere.get(REGAINED))
    assert "no longer valid" in words_of(walk.client.get(link))
