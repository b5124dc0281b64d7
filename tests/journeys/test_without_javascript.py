"""JavaScript is a comfort, never a need."""


def test_the_whole_change_works_without_javascript(someone, demo):
    member = demo.new_member()
    person = someone(scripts=False)
    person.opens_site("member-area").signs_in_by_nir(member).gives_address(member.fresh_address).chooses_password()
    person.sees("Consultez votre messagerie").presses("J’ai validé : continuer").reads("n’est pas encore validée")
    phone = someone(scripts=False).goes_to(person.reads_mail(member.fresh_address).link)
    phone.sees("Confirmez votre adresse").presses("Valider mon adresse").sees("Adresse validée")
    person.presses("J’ai validé : continuer").finishes().continues_to("member-area")
    assert person.knows()["email"] == member.fresh_address
    person.signs_out().sees("Vous êtes déconnecté")


def test_an_account_is_made_without_javascript(someone):
    address = "sans.script@boite.example"
    person = someone(scripts=False)
    person.opens_site("forum").presses("Créer un compte")
    password = "une phrase facile à retenir"
    person.types(email=address, new_password=password, confirm_password=password).presses("Créer mon compte")
    code = person.sees("Consultez votre messagerie").reads_mail(address).code
    person.types(code=code).presses("Valider le code").is_signed_in_at("forum")
