"""Two tabs, Back, a form sent twice, and what another browser has."""

from urllib.parse import urlsplit

from browser.person import ANSWER, NEW_PASSWORD


def test_tabs_a_second_tab_that_finishes_later_is_told_that_it_is_done(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).gives_address().chooses_password()
    person.sees("Votre identifiant sera")
    address = person.tab.url
    first = person.opens_another_tab()
    person.goes_to(address).finishes()
    last, person.tab = person.tab, first
    person.presses("Terminer").sees("C’est fait")
    person.tab = last
    person.continues_to("member-area")


def test_tabs_an_older_tab_at_an_earlier_step_sees_where_the_change_stands(person, demo):
    member = demo.new_member()
    person.opens_site("member-area").signs_in_by_nir(member).gives_address().sees("Votre mot de passe")
    address = person.tab.url
    first = person.opens_another_tab()
    person.goes_to(address).presses("Précédent").gives_address(member.fresh_address).sees("Votre mot de passe")
    # The first tab chose its password for the other address: it is shown the one that counts now.
    person.tab = first
    person.tab.locator("select[name=secret_question]").select_option(index=1)
    person.types(new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD, secret_answer=ANSWER).presses("Continuer")
    person.reads(member.fresh_address)


def test_tabs_back_after_the_end_reaches_the_site_and_no_dead_page(person, demo):
    person.opens_site("avantage").changes_identifier(demo.new_member()).continues_to("avantage")
    person.tab.go_back()
    person.sees("C’est fait").continues_to("avantage")
    for _ in range(6):
        person.tab.go_back()
    person.sees("C’est déjà fait").continues_to("avantage")


def test_tabs_the_cookies_of_another_browser_open_nothing(person, someone, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).sees("Votre adresse email")
    query = urlsplit(person.tab.url).query
    thief = someone()
    thief.opens_site("member-area").is_asked_to_sign_in_to("member-area")
    own = thief.context.cookies()
    stolen = [each for each in person.context.cookies() if each["name"] not in {mine["name"] for mine in own}]
    thief.context.add_cookies(stolen)
    thief.goes_to(f"{demo.issuer}/login-adherent/changement-identifiant/adresse/?{query}")
    assert "changement-identifiant" not in thief.tab.title()
    assert thief.tab.get_by_role("heading", name="Votre adresse email").count() == 0


def test_tabs_a_double_click_at_the_end_makes_one_change(person, demo):
    person.opens_site("member-area").signs_in_by_nir(demo.new_member()).gives_address().chooses_password()
    person.sees("Votre identifiant sera")
    person.tab.get_by_role("button", name="Terminer").dblclick()
    person.sees("C’est fait").continues_to("member-area")
