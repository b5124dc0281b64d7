"""S5: the chosen address has an MGEN Connect account, which is linked to the Espace personnel."""

import json
import time
from urllib.parse import urlsplit

import pytest
import time_machine
from legacy_bridge.walking import (
    ADDRESS,
    ANSWER,
    CAMILLE,
    CHANGED,
    DOMINIQUE,
    DONE,
    FRESH,
    LINKING,
    NEW_PASSWORD,
    PASSWORD,
    REVIEW,
    SACHA,
    SESSION,
    WAITING,
    Walk,
    account_of,
    at,
    field_of,
    link_of,
    link_to,
    plain,
    words_of,
)

from idp.core import db

pytestmark = pytest.mark.usefixtures("members")

QUESTION = {"secret_question": "object", "secret_answer": "hash"}


@pytest.fixture
def linkable(forum_account):
    """An account that has all that is needed, its secret question too."""
    return forum_account(**QUESTION)


def reaches_link(walk, member=CAMILLE, address=FRESH):
    assert at(walk.signs_in(member), ADDRESS)
    assert at(walk.gives(address), LINKING)


def links(walk, member=CAMILLE, address=FRESH, password=NEW_PASSWORD):
    reaches_link(walk, member, address)
    assert at(walk.post(LINKING, password=password), REVIEW)
    assert at(walk.finishes(), DONE)


class TestS05:
    def test_s05_the_accounts_password_links_it_to_the_espace(self, walk, runtime, linkable):
        """The account stays the same, so that every `sub` does; the site that asked gets its answer."""
        assert at(walk.signs_in(CAMILLE), ADDRESS)
        assert at(walk.gives(FRESH.upper()), LINKING)
        page = walk.get(LINKING)
        assert "Vous avez déjà un compte MGEN Connect" in words_of(page)
        assert f"existe déjà avec {FRESH.upper()}" in words_of(page)
        assert urlsplit(link_to(page, "Choisir une autre adresse")).path == ADDRESS
        assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)
        assert not walk.client.get_cookie(SESSION)
        assert at(walk.finishes(), DONE)
        assert walk.reaches_site(link_to(walk.get(DONE), "Continuer vers Espace personnel MGEN"))
        assert runtime.sql.all("SELECT id FROM account", {}) == [(linkable.id,)]
        assert runtime.sql.all("SELECT account_id, member_ref FROM membership", {}) == [(linkable.id, CAMILLE.ref)]
        assert account_of(runtime, FRESH)[1] == CAMILLE.ref
        assert walk.is_signed_in()

    def test_s05_a_page_says_first_what_each_site_will_see(self, walk, linkable):
        """Every site of the house by name, and what does not change; nothing is done before its button."""
        reaches_link(walk)
        walk.post(LINKING, password=NEW_PASSWORD)
        words = words_of(walk.get(REVIEW))
        assert "Les deux comptes n’en feront qu’un" in words
        assert "Espace personnel MGEN verra votre adresse email et saura quel Espace personnel est le vôtre" in words
        for site in ("MGEN Avantage", "Forum MGEN"):
            assert f"{site} continuera de voir la même chose qu’aujourd’hui" in words
        assert "Ce qui ne change pas" in words
        assert "Confirmer" in words

    def test_s05_the_number_opens_nothing_any_more(self, walk, elsewhere, linkable):
        """As after any change; and the account signs in with what it had."""
        links(walk)
        assert at(elsewhere.signs_in(CAMILLE), CHANGED)
        assert elsewhere.post("/connexion/", email=FRESH, password=NEW_PASSWORD).status_code == 303
        assert elsewhere.is_signed_in()

    def test_s05_every_session_of_the_account_ends(self, app, walk, linkable):
        """docs/rules.md §3 row 7: whoever was in before is out; the member's new session is good."""
        forum = Walk(app.test_client())
        forum.post("/connexion/", email=FRESH, password=NEW_PASSWORD)
        assert forum.is_signed_in()
        links(walk)
        assert not forum.is_signed_in()
        assert walk.is_signed_in()

    def test_s05_both_addresses_are_told_and_the_contact_may_contest(self, walk, outbox, runtime, linkable):
        """Never the new address to the old one; the contact is told of later changes too."""
        links(walk)
        told = {message["To"]: message for message in outbox()}
        assert set(told) == {FRESH, CAMILLE.contact}
        assert told[FRESH]["Subject"] == "Votre compte est relié à un Espace personnel"
        assert "/connexion/contester/" not in plain(told[FRESH])
        former = plain(told[CAMILLE.contact])
        assert "/connexion/contester/" in former
        assert "dans les 3\u00a0jours" in former
        assert FRESH not in former
        known = runtime.sql.all("SELECT account_id, address FROM known_address", {})
        assert known == [(linkable.id, CAMILLE.contact)]

    def test_s05_it_is_contested_with_that_link(self, app, walk, outbox, runtime, linkable):
        """docs/rules.md §3 row 5: the account freezes, and its sessions end."""
        links(walk)
        [message] = [each for each in outbox() if each["To"] == CAMILLE.contact]
        link = next(word for word in plain(message).split() if "/connexion/contester/" in word)
        assert Walk(app.test_client()).post(urlsplit(link).path).status_code in (200, 303)
        assert runtime.sql.one("SELECT state FROM account", {}) == ("frozen",)
        assert not walk.is_signed_in()

    def test_s05_a_question_is_asked_where_the_account_has_none(self, walk, runtime, forum_account):
        """Only what is due: the password stays."""
        account = forum_account()
        reaches_link(walk)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), PASSWORD)
        page = walk.get(PASSWORD)
        assert "Ma question secrète" in words_of(page)
        assert 'name="new_password"' not in page.text
        assert walk.post(PASSWORD, secret_question="object", secret_answer="").status_code == 400
        assert at(walk.post(PASSWORD, secret_question="object", secret_answer=ANSWER), REVIEW)
        assert "Votre mot de passe reste" in words_of(walk.get(REVIEW))
        assert at(walk.finishes(), DONE)
        question, answer, password = runtime.sql.one(
            "SELECT secret_question, secret_answer, password FROM account WHERE id = :id", {"id": account.id}
        )
        assert question == "object"
        assert answer
        assert password == account.password

    def test_s05_a_password_below_todays_rule_is_replaced(self, walk, elsewhere, forum_account):
        """docs/rules.md §7.5: it opens the account once more, and the new one does from the end on."""
        forum_account(password="soleil12", **QUESTION)
        reaches_link(walk)
        assert at(walk.post(LINKING, password="soleil12"), PASSWORD)
        page = walk.get(PASSWORD)
        assert "trop facile à deviner" in words_of(page)
        assert 'name="secret_answer"' not in page.text
        assert at(walk.get(REVIEW), PASSWORD)
        form = {"new_password": "soleil12", "confirm_password": "soleil12"}
        assert walk.post(PASSWORD, **form).status_code == 400
        assert at(walk.post(PASSWORD, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD), REVIEW)
        assert at(walk.finishes(), DONE)
        assert elsewhere.post("/connexion/", email=FRESH, password="soleil12").status_code == 403
        assert elsewhere.post("/connexion/", email=FRESH, password=NEW_PASSWORD).status_code == 303

    def test_s05_the_old_sites_password_is_replaced_too(self, walk, tmp_path, forum_account):
        """docs/rules.md §7.6: what came with the old file may be used for the account no more than for a new one."""
        from legacy_bridge.walking import import_members, many

        [member] = [each.__class__(**{**each.__dict__, "password": NEW_PASSWORD}) for each in many(1)]
        import_members(tmp_path, [member])
        forum_account(**QUESTION)
        reaches_link(walk, member)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), PASSWORD)

    def test_s05_another_address_may_be_chosen_at_any_moment(self, walk, runtime, linkable):
        """Nothing of the account stays with the change, and nothing of the change with the account."""
        reaches_link(walk)
        assert at(walk.gives(CAMILLE.contact), PASSWORD)
        assert at(walk.gives(FRESH), LINKING)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)
        assert at(walk.gives(FRESH), REVIEW)
        assert at(walk.gives(CAMILLE.contact), PASSWORD)
        assert at(walk.get(REVIEW), PASSWORD)
        assert at(walk.chooses(), REVIEW)
        assert at(walk.finishes(), DONE)
        assert account_of(runtime, CAMILLE.contact)[1] == CAMILLE.ref
        assert account_of(runtime, FRESH)[1] is None

    def test_s05_the_contact_address_that_has_an_account_is_proposed_and_linked(self, walk, outbox, forum_account):
        """No second message about a change of address: there is none."""
        forum_account(CAMILLE.contact, **QUESTION)
        assert at(walk.signs_in(CAMILLE), ADDRESS)
        assert field_of(walk.get(ADDRESS), "email") == CAMILLE.contact
        assert at(walk.gives(CAMILLE.contact), LINKING)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)
        assert at(walk.finishes(), DONE)
        assert "ouvrez le message" not in words_of(walk.get(DONE))
        assert [message["To"] for message in outbox()] == [CAMILLE.contact]

    def test_s05_no_page_of_it_opens_out_of_turn(self, walk, linkable):
        """State is on the server (docs/rules.md §3 row 15)."""
        reaches_link(walk)
        for path in (REVIEW, PASSWORD, WAITING):
            assert at(walk.get(path), LINKING)
        assert at(walk.chooses(), LINKING)
        assert at(walk.post(LINKING, action="fresh"), LINKING)
        assert at(walk.post(REVIEW, version="3"), LINKING)


class TestWrongPasswords:
    def test_they_count_against_this_member_and_account_alone(self, walk, elsewhere, outbox, linkable):
        """The sixth is not compared; the account's own sign-in, and another member's linking, stay open."""
        reaches_link(walk)
        for _ in range(5):
            page = walk.post(LINKING, password="pas le bon du tout")
            assert page.status_code == 403
            assert "n’est pas celui de ce compte" in words_of(page)
        assert walk.post(LINKING, password=NEW_PASSWORD).status_code == 429
        assert elsewhere.post("/connexion/", email=FRESH, password=NEW_PASSWORD).status_code == 303
        links(elsewhere, DOMINIQUE)

    def test_the_owner_is_told_once_a_day(self, walk, elsewhere, outbox, linkable):
        """After the fifth, whichever member tried."""
        with time_machine.travel(time.time(), tick=False) as travel:
            reaches_link(walk)
            for _ in range(4):
                walk.post(LINKING, password="pas le bon du tout")
            assert outbox() == []
            reaches_link(elsewhere, DOMINIQUE)
            elsewhere.post(LINKING, password="pas le bon du tout")
            [message] = outbox()
            assert message["To"] == FRESH
            assert "essaie d’associer" in message["Subject"]
            elsewhere.post(LINKING, password="pas le bon du tout")
            travel.shift(61)
            elsewhere.post(LINKING, password="pas le bon du tout")
            assert outbox() == []

    def test_an_account_with_an_espace_is_told_to_its_password_alone(self, walk, elsewhere, runtime, linkable):
        """And is not linked a second time."""
        links(walk)
        reaches_link(elsewhere, DOMINIQUE)
        assert "existe déjà" in words_of(elsewhere.get(LINKING))
        assert elsewhere.post(LINKING, password="pas le bon du tout").status_code == 403
        page = elsewhere.post(LINKING, password=NEW_PASSWORD)
        assert page.status_code == 409
        assert "Cette adresse est déjà utilisée pour un autre Espace personnel" in words_of(page)
        assert runtime.sql.all("SELECT member_ref FROM membership", {}) == [(CAMILLE.ref,)]

    @pytest.mark.embedded
    def test_the_audit_keeps_them_without_what_was_typed(self, walk, runtime, linkable):
        """Member and account, opaque (docs/rules.md §3 row 16)."""
        reaches_link(walk)
        walk.post(LINKING, password="pas le bon du tout")
        walk.post(LINKING, password=NEW_PASSWORD)
        lines = runtime.sql.all(
            "SELECT event, account_id, member_ref, detail FROM audit WHERE event LIKE 'account_%' ORDER BY rowid", {}
        )
        assert [line[:3] for line in lines] == [
            ("account_refused", linkable.id, CAMILLE.ref),
            ("account_proved", linkable.id, CAMILLE.ref),
        ]
        assert json.loads(lines[1][3]) == {"by": "password"}


class TestMeanwhile:
    """Between the password and the last button, the account is not what it was."""

    @pytest.fixture
    def reviewed(self, walk, linkable):
        """Everything but the last button."""
        reaches_link(walk)
        assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)
        return linkable

    @pytest.mark.parametrize(
        ("event", "step"),
        [
            ("UPDATE account SET epoch = epoch + 1 WHERE id = :id", LINKING),
            ("UPDATE account SET state = 'blocked' WHERE id = :id", LINKING),
            ("UPDATE account SET state = 'frozen' WHERE id = :id", LINKING),
            ("UPDATE identifier SET verified_at = NULL WHERE account_id = :id", LINKING),
            ("UPDATE identifier SET status = 'retired' WHERE account_id = :id", ADDRESS),
            ("DELETE FROM account WHERE id = :id", ADDRESS),
            ("INSERT INTO membership VALUES (:id, 'M99999', 0)", ADDRESS),
        ],
    )
    def test_the_link_is_not_made(self, walk, runtime, reviewed, event, step):
        """The member is told, nothing is half done, and an earlier step waits."""
        version = field_of(walk.get(REVIEW), "version")
        runtime.sql.run(event, {"id": reviewed.id})
        page = walk.post(REVIEW, version=version)
        assert page.status_code == 409
        taken = "déjà utilisée pour un autre Espace personnel" in words_of(page)
        assert taken == event.startswith("INSERT")
        assert runtime.sql.one("SELECT count(*) FROM membership WHERE member_ref = :ref", {"ref": CAMILLE.ref}) == (0,)
        assert not walk.client.get_cookie(SESSION)
        assert at(walk.get(REVIEW), step)

    def test_another_browser_must_prove_it_again(self, elsewhere, reviewed):
        """What one browser proved is not another's, whoever signs in by the number; the address is masked there."""
        assert at(elsewhere.signs_in(CAMILLE), LINKING)
        page = elsewhere.get(LINKING)
        assert "c…e@boite.test" in words_of(page)
        assert FRESH not in page.text
        assert at(elsewhere.post(LINKING, password=NEW_PASSWORD), REVIEW)

    def test_the_same_browser_must_after_two_hours(self, elsewhere, linkable):
        """A parked change keeps the address and asks the password again."""
        with time_machine.travel(time.time(), tick=False) as travel:
            reaches_link(elsewhere)
            elsewhere.post(LINKING, password=NEW_PASSWORD)
            travel.shift(3600)
            assert at(elsewhere.signs_in(CAMILLE), REVIEW)
            travel.shift(3601)
            assert at(elsewhere.signs_in(CAMILLE), LINKING)

    def test_pressed_twice_it_is_made_once(self, walk, runtime, reviewed):
        """The second answer is the first one's."""
        version = field_of(walk.get(REVIEW), "version")
        assert at(walk.post(REVIEW, version=version), DONE)
        assert at(walk.post(REVIEW, version=version), DONE)
        assert runtime.sql.one("SELECT count(*) FROM membership", {}) == (1,)
        assert runtime.sql.one("SELECT epoch FROM account", {}) == (reviewed.epoch + 1,)

    def test_an_address_that_waited_for_its_message_and_got_an_account(self, walk, outbox, forum_account):
        """Chosen again it leads to the account, and its message serves no more."""
        walk.waits(CAMILLE, FRESH)
        [message] = outbox()
        forum_account(**QUESTION)
        assert at(walk.gives(FRESH), LINKING)
        assert walk.get(link_of(message)).status_code == 410
        assert at(walk.post(LINKING, password=NEW_PASSWORD), REVIEW)


class TestS03:
    """Carried over: what a password may be, once more."""

    def test_a_password_that_is_the_address_chosen_after_it_is_asked_again(self, walk):
        """docs/rules.md §7.6: the address came later, and the password was that address."""
        walk.signs_in(CAMILLE)
        walk.gives("premiere@boite.test")
        assert at(walk.chooses("camille.nouvelle"), WAITING)
        assert at(walk.gives(FRESH), PASSWORD)
        assert walk.chooses("camille.nouvelle").status_code == 400
        assert at(walk.chooses(), WAITING)

    def test_a_password_set_here_may_be_kept(self, walk, runtime):
        """Only one that came with the old file is refused."""
        from idp.accounts import credentials

        stored = credentials.hash_password(NEW_PASSWORD)
        with db.transaction():
            runtime.sql.run("UPDATE legacy_member SET password = :stored", {"stored": stored})
        assert at(walk.signs_in(CAMILLE, NEW_PASSWORD), ADDRESS)
        walk.gives(CAMILLE.contact)
        assert at(walk.chooses(NEW_PASSWORD), REVIEW)


class TestTrust:
    @pytest.fixture
    def settings(self, make_settings):
        return make_settings(trust_checked_contact=True)

    @pytest.mark.parametrize(("months", "trusted"), [(23, True), (25, False)])
    def test_a_contact_checked_lately_may_count_as_proved(self, app, runtime, outbox, months, trusted):
        """docs/rules.md §7.4: where the installation says so, within 24 months, and no message asks for more."""
        year, month = divmod(2025 * 12 + months, 12)
        with time_machine.travel(f"{year}-{month + 1:02}-10T12:00:00+00:00", tick=False):
            walk = Walk(app.test_client())
            walk.changes(CAMILLE)
            assert ("ouvrez le message" in words_of(walk.get(DONE))) is not trusted
            assert len(outbox()) == (0 if trusted else 1)
        by = runtime.sql.one("SELECT verified_by FROM identifier", {})
        assert by == ("checked_contact" if trusted else None,)


def test_every_page_of_the_change_has_a_way_out(walk, elsewhere, linkable):
    """Back to the site, or to the entry page where no site waits; nothing is lost."""
    walk.signs_in(CAMILLE)
    assert link_to(walk.get(ADDRESS), "Quitter et reprendre plus tard").startswith("https://espace.example")
    elsewhere.signs_in(SACHA)
    elsewhere.gives(FRESH)
    assert link_to(elsewhere.get(LINKING), "Quitter et reprendre plus tard") == "/connexion/"
