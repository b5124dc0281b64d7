"""S3: a new password, typed twice, and a secret question."""

import pytest
from legacy_bridge.walking import CAMILLE, NEW_PASSWORD, PASSWORD, REVIEW, at, field_of, words_of

from idp.accounts import credentials

pytestmark = pytest.mark.usefixtures("members")


class TestS03:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"confirm_password": NEW_PASSWORD + "!"}, "Les deux mots de passe sont différents"),
            ({"secret_question": ""}, "Choisissez une question secrète"),
            ({"secret_question": "mother"}, "Choisissez une réponse dans la liste"),
            ({"secret_answer": ""}, "Saisissez la réponse"),
            ({"secret_answer": "a-b"}, "au moins 4 lettres"),
            ({"secret_answer": NEW_PASSWORD.upper()}, "trop facile à deviner"),
            ({"secret_answer": "Quel objet inutile n'avez vous jamais jeté"}, "trop facile à deviner"),
            ({"secret_answer": CAMILLE.contact}, "trop facile à deviner"),
            ({"new_password": "", "confirm_password": ""}, "Saisissez un nouveau mot de passe"),
        ],
    )
    def test_s03_both_are_needed_and_each_has_its_rule(self, walk, fields, words):
        """A refusal says which, keeps the question and shows nothing secret again."""
        walk.signs_in(CAMILLE)
        walk.gives(CAMILLE.contact)
        page = walk.chooses(**fields)
        assert page.status_code == 400
        assert words in words_of(page)
        assert words_of(page).startswith("Erreur")
        assert field_of(page, "secret_answer") == ""
        assert NEW_PASSWORD not in page.text
        assert at(walk.get(REVIEW), PASSWORD)

    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("trop court", "au moins 12 caractères"),
            (CAMILLE.password, "à votre ancien mot de passe"),
            (f"{CAMILLE.nir}!ab", "à votre numéro"),
            (f"a {' '.join(CAMILLE.nir)} b", "à votre numéro"),
            ("14/09/1956abc", "à votre date de naissance"),
            (CAMILLE.contact, "à votre adresse email"),
            ("MgenConnect2026", "trop facile à deviner ici"),
            ("Factice-20261", "trop facile à deviner ici"),
        ],
    )
    def test_s03_the_password_is_nothing_that_others_know(self, walk, password, words):
        """Nor the one that the old portal had."""
        walk.signs_in(CAMILLE)
        walk.gives(CAMILLE.contact)
        page = walk.chooses(password)
        assert page.status_code == 400
        assert words in words_of(page)

    def test_s03_the_password_signs_in_by_email_and_the_answer_is_kept_hashed(self, walk, elsewhere, runtime):
        """Neither lies anywhere in clear."""
        walk.changes(CAMILLE)
        elsewhere.post("/connexion/", email=CAMILLE.contact, password=NEW_PASSWORD)
        assert elsewhere.is_signed_in()
        row = runtime.sql.one("SELECT password, secret_question, secret_answer FROM account", {})
        assert row[0].startswith("own:")
        assert row[1] == "object"
        assert credentials.verify_answer(row[2], "La bicyclette, VERTE")
        parked = runtime.sql.one("SELECT password, secret_question, secret_answer FROM identifier_change", {})
        assert parked == (None, None, None)


class TestS03WithoutTheQuestion:
    @pytest.fixture(params=["optional", "off"])
    def settings(self, make_settings, request):
        return make_settings(secret_question=request.param)

    def test_s03_the_question_may_be_a_choice_or_absent(self, walk, settings):
        """A setting of the deployment."""
        walk.signs_in(CAMILLE)
        walk.gives(CAMILLE.contact)
        optional = settings.secret_question == "optional"
        assert ("Ma question secrète" in words_of(walk.get(PASSWORD))) == optional
        assert walk.chooses(secret_answer="").status_code == (400 if optional else 303)
        assert at(walk.chooses(secret_question="", secret_answer=""), REVIEW)
        assert "Votre question secrète" not in words_of(walk.get(REVIEW))
