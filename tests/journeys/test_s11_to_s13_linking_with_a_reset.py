"""S11, S12, S13: the account to be linked was never validated, its password is forgotten, or it is blocked."""

import pytest

SHOP_PASSWORD = "trois chatons sur un tapis"
RESET = "le phare de la pointe rouge"


def stands_before_the_account(person, demo, **standing):
    """A member whose contact address is an account of Avantage, on the page that asks for its password."""
    member = demo.new_member()
    demo.new_account(member.contact, SHOP_PASSWORD, **standing)
    person.opens_site("member-area").signs_in_by_nir(member).gives_address()
    person.sees("Vous avez déjà un compte MGEN Connect")
    return member


def finishes_the_linking(person):
    person.sees("Votre mot de passe").tab.locator("select[name=secret_question]").select_option(index=2)
    person.types(secret_answer="le vieux moulin").presses("Continuer").sees("Les deux comptes n’en feront qu’un")
    return person.presses("Confirmer").sees("C’est fait").continues_to("member-area")


def resets(browser, mail, password=RESET):
    """Follow the link of the message and choose another password."""
    assert mail.subject == "Choisissez un nouveau mot de passe"
    browser.goes_to(mail.link).sees("Choisissez un nouveau mot de passe")
    return browser.chooses_new_password(password).presses("Enregistrer ce mot de passe")


@pytest.mark.pictured
def test_s11_an_unvalidated_account_is_told_and_the_reset_goes_on_where_this_browser_stood(person, demo):
    member = stands_before_the_account(person, demo, validated=False)
    person.types(password=SHOP_PASSWORD).presses("Associer mon compte")
    person.sees("Ce compte n’a pas encore été validé").reads(member.contact)
    mail = person.reads_mail(member.contact)
    person.opens_another_tab()
    # No second password, and no number again: this browser has just proved both.
    resets(person, mail).sees("Vous avez déjà un compte MGEN Connect").presses("Associer mon compte")
    finishes_the_linking(person)
    assert person.knows()["member_reference"] == member.ref


@pytest.mark.pictured
def test_s12_a_forgotten_password_is_reset_on_a_phone_and_the_first_tab_goes_on(someone, demo):
    person = someone()
    member = stands_before_the_account(person, demo)
    person.presses("Mot de passe oublié ?").sees("Consultez votre messagerie")
    resets(someone(), person.reads_mail(member.contact))
    # Nobody touches the first tab; but it asks for the password that was chosen elsewhere.
    person.sees("Vous avez déjà un compte MGEN Connect").reads("Votre nouveau mot de passe est enregistré")
    person.types(password=RESET).presses("Associer mon compte")
    finishes_the_linking(person)


@pytest.mark.pictured
def test_s13_a_blocked_account_is_told_and_opens_again_by_the_reset(someone, demo):
    person = someone()
    member = stands_before_the_account(person, demo, blocked=True)
    person.types(password=SHOP_PASSWORD).presses("Associer mon compte").sees("Ce compte est bloqué")
    resets(someone(), person.reads_mail(member.contact))
    person.sees("Vous avez déjà un compte MGEN Connect").types(password=RESET).presses("Associer mon compte")
    finishes_the_linking(person)


def test_s11_where_the_first_browser_is_gone_the_number_and_the_new_password_do_it(someone, demo):
    """The seed, word for word: reset, sign in by number again, finish with the new password."""
    first = someone()
    member = stands_before_the_account(first, demo, validated=False)
    first.types(password="peu importe").presses("Associer mon compte").sees("Ce compte n’a pas encore été validé")
    mail = first.reads_mail(member.contact)
    first.context.close()
    resets(someone(), mail)
    again = someone().opens_site("member-area").signs_in_by_nir(member).sees("Vous avez déjà un compte MGEN Connect")
    again.types(password=RESET).presses("Associer mon compte")
    finishes_the_linking(again)
