"""S3: a new password, typed twice, and a secret question with its answer."""

import pytest
from browser.person import ANSWER, NEW_PASSWORD
from playwright.sync_api import expect


def test_s03_password_and_question_are_chosen_and_the_password_signs_in(person, someone, demo):
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    questions = person.tab.locator("select[name=secret_question] option:not([value=''])")
    assert questions.count() >= 8
    person.chooses_password().reads("Votre question secrète sera enregistrée").finishes()
    elsewhere = someone().opens_site("forum")
    elsewhere.signs_in_by_email(member.contact, NEW_PASSWORD).is_signed_in_at("forum")


MISTAKES = [
    ({"confirm_password": "une phrase facile à oublier"}, "confirm_password", "différents"),
    ({"new_password": "trop court", "confirm_password": "trop court"}, "new_password", "12 caractères"),
    ({"new_password": "azertyuiop12", "confirm_password": "azertyuiop12"}, "new_password", "clavier"),
    ({"secret_answer": ""}, "secret_answer", "réponse"),
]


@pytest.mark.pictured
def test_s03_what_cannot_be_kept_is_told_beside_its_field(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).gives_address().sees("Votre mot de passe")
    good = {"new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD, "secret_answer": ANSWER}
    for mistake, field, reason in MISTAKES:
        person.tab.locator("select[name=secret_question]").select_option(index=1)
        person.types(**good | mistake).presses("Continuer").sees("Votre mot de passe")
        wrong = person.tab.locator(f"[name={field}]")
        expect(wrong).to_have_attribute("aria-invalid", "true")
        expect(person.tab.locator(f"#{wrong.get_attribute('id')}-error")).to_contain_text(reason)
        assert person.tab.title().startswith("Erreur")
    person.chooses_password().sees("Votre identifiant sera")


def test_s03_neither_the_number_nor_the_old_password_may_be_the_new_one(person, demo):
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    person.chooses_password(member.nir).sees("Votre mot de passe")
    expect(person.tab.locator("[name=new_password]")).to_have_attribute("aria-invalid", "true")
