"""S6: who has no email address learns why one is needed and where to make one, and goes on where they were."""

import pytest
from playwright.sync_api import expect


@pytest.mark.pictured
def test_s06_three_providers_and_the_way_back_to_the_same_step(person, demo):
    member = demo.new_member(contact=False)
    person.opens_site("member-area").signs_in_by_nir(member).sees("Votre adresse email")
    expect(person.tab.locator("[name=email]")).to_have_value("")
    person.presses("Je n’ai pas d’adresse email").sees("Il vous faut une adresse email personnelle")
    links = person.tab.locator("main a[target=_blank]")
    for link, name in zip(links.all(), ("Gmail", "Outlook", "Yahoo"), strict=True):
        assert name in link.inner_text()
        assert set((link.get_attribute("rel") or "").split()) >= {"noopener", "noreferrer"}
        address = link.get_attribute("href") or ""
        assert address.startswith("https://")
        assert member.nir not in address
    person.presses("J’ai maintenant une adresse").gives_address(member.fresh_address).chooses_password()
    code = person.reads_mail(member.fresh_address).code
    person.types(code=code).presses("Valider le code").finishes().continues_to("member-area")
    assert person.knows()["email"] == member.fresh_address


def test_s06_the_change_waits_while_the_address_is_made(person, someone, demo):
    member = demo.new_member(contact=False)
    person.opens_site("avantage").signs_in_by_nir(member).sees("Votre adresse email")
    person.presses("Je n’ai pas d’adresse email").sees("Il vous faut une adresse email personnelle")
    person.context.close()
    later = someone().opens_site("avantage").signs_in_by_nir(member)
    later.gives_address(member.fresh_address).chooses_password().sees("Consultez votre messagerie")
