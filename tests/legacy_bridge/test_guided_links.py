"""The link of a guided message in another browser than the one that asked: the mailbox may be somebody else's."""

import pytest
from legacy_bridge.guiding import FORGOTTEN, NEW, REGAINED, UNLOCK, UNLOCKED, asks, born, chooses, guided_link, standing
from legacy_bridge.walking import BLOCKED, CAMILLE, DOMINIQUE, TICKET, Walk, at, words_of

pytestmark = pytest.mark.usefixtures("members")


@pytest.fixture
def link(walk, outbox):
    """What the reader of Dominique's mailbox holds, once Dominique has asked."""
    asks(walk, DOMINIQUE)
    [message] = outbox()
    return guided_link(message)


def test_elsewhere_the_birth_date_is_asked_again_and_the_press_alone_proves_nothing(walk, elsewhere, link):
    """The page says why; nothing of the member is on it."""
    page = elsewhere.client.get(link)
    assert "Vous n’êtes pas dans le navigateur de la demande" in words_of(page)
    assert "Date de naissance (JJ/MM/AAAA)" in words_of(page)
    assert born(DOMINIQUE) not in page.text
    refused = elsewhere.post(link)
    assert refused.status_code == 400
    assert "Saisissez votre date de naissance." in words_of(refused)
    assert "Vérifiez votre date de naissance" in words_of(elsewhere.post(link, birth_date="31/02/1961"))
    assert at(elsewhere.get(NEW), FORGOTTEN)
    assert at(elsewhere.post(link, birth_date=born(DOMINIQUE)), NEW)
    assert at(chooses(elsewhere), REGAINED)


def test_the_browser_that_asked_goes_on_with_one_press(walk, link):
    """It has told the birth date already."""
    assert 'name="birth_date"' not in walk.client.get(link).text
    assert at(walk.post(link), NEW)


def test_a_wrong_date_is_told_kindly_and_after_five_the_link_serves_in_its_own_browser_alone(
    app, walk, elsewhere, link, outbox
):
    """From wherever they are tried; the fifth wrong one closes it, and the right one comes too late."""
    for place in range(4):
        browser = elsewhere if place % 2 else Walk(app.test_client())
        refused = browser.post(link, birth_date=f"1{place}/02/1961")
        assert refused.status_code == 403
        assert "continuez là où vous avez fait la demande" in words_of(refused)
    closed = elsewhere.post(link, birth_date="20/02/1961")
    assert closed.status_code == 429
    assert "Saisir le code d’un courrier" in words_of(closed)
    assert elsewhere.post(link, birth_date=born(DOMINIQUE)).status_code == 429
    assert elsewhere.client.get(link).status_code == 429
    assert at(elsewhere.get(NEW), FORGOTTEN)
    assert at(walk.post(link), NEW)


def test_what_is_no_date_costs_no_try(elsewhere, link):
    """Nothing was compared."""
    for _ in range(6):
        assert elsewhere.post(link, birth_date="hier").status_code == 400
    assert at(elsewhere.post(link, birth_date=born(DOMINIQUE)), NEW)


def test_five_wrong_dates_of_one_request_leave_the_next_one_alone(walk, elsewhere, link, outbox):
    """A member who asks again is not locked out by the reader of the mailbox."""
    for _ in range(5):
        elsewhere.post(link, birth_date="20/02/1961")
    asks(walk, DOMINIQUE)
    assert at(elsewhere.post(guided_link(outbox()[0]), birth_date=born(DOMINIQUE)), NEW)


def test_an_account_is_not_unlocked_elsewhere_without_it(walk, elsewhere, outbox, runtime):
    """Nor is its owner kept from it."""
    asks(walk, BLOCKED, UNLOCK)
    link = guided_link(outbox()[0])
    assert elsewhere.post(link).status_code == 400
    assert elsewhere.post(link, birth_date="01/01/1950").status_code == 403
    assert standing(runtime, BLOCKED) == ("blocked", "onion")
    assert at(elsewhere.post(link, birth_date=born(BLOCKED)), UNLOCKED)
    assert standing(runtime, BLOCKED) == ("active", "onion")


def test_the_button_may_end_at_the_site_that_waits(walk, link):
    """Signed in meanwhile, in another tab: the browser checks where the form ends (docs/rules.md §5)."""
    walk.signs_in(CAMILLE)
    assert walk.client.get_cookie(TICKET)
    assert "form-action 'self' https:" in walk.client.get(link).headers["Content-Security-Policy"]
