"""The account's own pages: the sites that use it, and the name that they show."""

from html import unescape

import pytest
import rp
from agreeing import ACCOUNT, SITES, agree, other_site, withdraw
from email_door.browsing import send, token_of
from flask import Flask
from flask.testing import FlaskClient
from protocol import bearer
from visits import Site, register


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account."""
    return rp.person(app)


@pytest.fixture
def browser(app: Flask, client: FlaskClient, account: bytes) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, account)
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that is not MGEN's."""
    return other_site(app)


def words(browser: FlaskClient, page: str = SITES) -> str:
    """What a page says."""
    read = browser.get(page)
    assert read.status_code == 200
    return unescape(read.text)


def kept_name(app: Flask, account: bytes) -> str | None:
    """The name that the database has."""
    row = rp.parts(app).sql.one("SELECT public_name FROM account WHERE id = :id", {"id": account})
    assert row
    name: str | None = row[0]
    return name


# The sites.


def test_a_site_is_shown_with_what_it_may_do_and_since_when(site: Site, browser: FlaskClient, time_machine) -> None:
    time_machine.move_to("2026-03-09T08:00:00Z")
    rp.sign_in(site.app, browser, rp.person(site.app, "autre@exemple.test"))
    agree(browser, site.ask(browser, scope="openid email offline_access recettes:lire"))
    time_machine.shift(3 * 86_400)
    rp.sign_in(site.app, browser, _account(site.app, "autre@exemple.test"))
    agree(browser, site.ask(browser, prompt="consent", scope="openid name"))
    page = words(browser)
    for text in (
        "Chez Paul", "Autorisé depuis le 9 mars 2026", "savoir que c’est vous", "lire votre adresse email",
        "lire le nom public", "recettes:lire", "Il peut rester connecté quand vous n’êtes pas là",
        "Retirer l’accès de Chez Paul", "autre@exemple.test",
    ):  # fmt: skip
        assert text in page


def test_a_site_that_may_not_stay_is_told_apart(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser, scope="openid"))
    allowed = words(browser).partition("Les sites MGEN")[0]
    assert "Son accès s’arrête quand vous vous déconnectez" in allowed
    assert "Il peut rester connecté" not in allowed


def test_mgen_s_own_sites_are_there_without_anything_to_withdraw(browser: FlaskClient) -> None:
    page = words(browser)
    assert "Vous n’avez autorisé aucun autre site" in page
    assert "il n’y a pas d’accord à retirer" in page
    assert "Espace personnel MGEN" in page
    assert "Retirer" not in page


def test_who_withdraws_reads_that_it_is_done_once(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    answer = withdraw(browser, site)
    assert rp.goes_to(answer, SITES)
    page = words(browser)
    assert "C’est fait\u00a0: Chez Paul n’a plus accès à votre compte" in page
    assert "Retirer l’accès" not in page
    assert "C’est fait" not in words(browser)


def test_what_another_tab_has_withdrawn_is_said_kindly(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    for _ in range(2):
        assert rp.goes_to(withdraw(browser, site), SITES)
    assert "L’accès de Chez Paul était déjà retiré" in words(browser)


@pytest.mark.parametrize("form", [{"client_id": "nobody"}, {"client_id": "x" * 5000}, {"client_id": "<b>"}, {}])
def test_what_names_no_site_changes_nothing(site: Site, browser: FlaskClient, form: dict[str, str]) -> None:
    agree(browser, site.ask(browser))
    assert rp.goes_to(send(browser, SITES, **form), SITES)
    page = words(browser)
    assert "Cet accès était déjà retiré" in page
    assert "Retirer l’accès de Chez Paul" in page


def test_nobody_withdraws_for_somebody_else(app: Flask, site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    other = app.test_client()
    rp.sign_in(app, other, rp.person(app, "autre@exemple.test"))
    withdraw(other, site)
    assert "Chez Paul" in words(browser)


def test_a_post_without_the_forgery_token_withdraws_nothing(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    assert browser.post(SITES, data={"client_id": site.id}).status_code == 400
    assert "Retirer l’accès de Chez Paul" in words(browser)


def test_a_site_that_became_mgen_s_own_has_nothing_to_withdraw(app: Flask, site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    register(app, first_party=True, client_name="Chez Paul")
    page = words(browser)
    assert "Chez Paul" in page
    assert "Retirer l’accès" not in page


# Who may see the pages.


@pytest.mark.parametrize("page", [ACCOUNT, SITES])
def test_the_pages_are_for_who_has_signed_in_and_come_back_to_them(
    app: Flask, client: FlaskClient, account: bytes, page: str
) -> None:
    away = client.get(page)
    assert rp.goes_to(away, rp.SIGN_IN)
    assert client.get(away.location).status_code == 200
    rp.sign_in(app, client, account)
    assert rp.goes_to(client.get(away.location), page)


def test_a_form_sent_after_the_end_of_the_session_changes_nothing(site: Site, browser: FlaskClient) -> None:
    agree(browser, site.ask(browser))
    rp.parts(site.app).sql.run("UPDATE session SET ended_at = 1", {})
    for page, form in ((SITES, {"client_id": site.id}), (ACCOUNT, {"public_name": "Jeanne"})):
        token = token_of(browser.get(rp.SIGN_IN))
        assert rp.goes_to(browser.post(page, data={"csrf_token": token, **form}), rp.SIGN_IN)
    assert rp.parts(site.app).sql.all("SELECT client_id FROM consent", {}) == [(site.id,)]
    assert rp.parts(site.app).sql.all("SELECT 1 FROM account WHERE public_name IS NOT NULL", {}) == []


@pytest.mark.parametrize("suite", ["https://evil.example/", "//evil.example", "", "compte/", "../compte/"])
def test_the_sign_in_leads_to_no_other_address(browser: FlaskClient, suite: str) -> None:
    assert browser.get(rp.SIGN_IN, query_string={"suite": suite}).status_code == 200


def test_no_other_window_keeps_a_hold_on_them(browser: FlaskClient) -> None:
    """docs/rules.md §5."""
    for page in (ACCOUNT, SITES):
        assert browser.get(page).headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_page_of_who_has_signed_in_leads_to_them(browser: FlaskClient) -> None:
    assert f'href="{ACCOUNT}"' in words(browser, rp.SIGN_IN)
    assert f'href="{SITES}"' in words(browser, ACCOUNT)
    assert "camille.durand@exemple.test" in words(browser, ACCOUNT)


# The name.


def test_a_name_is_kept_and_told_to_the_sites_that_ask(site: Site, browser: FlaskClient) -> None:
    token = site.redeem(agree(browser, site.ask(browser, scope="openid name"))["code"]).json["access_token"]
    assert "Les sites qui le montrent\u00a0: Chez Paul." in words(browser, ACCOUNT)
    assert rp.goes_to(send(browser, ACCOUNT, public_name="  Jeanne   M. "), ACCOUNT)
    page = words(browser, ACCOUNT)
    assert "votre nom sur les sites est «\u00a0Jeanne M.\u00a0»" in page
    assert 'value="Jeanne M."' in page
    assert browser.get("/oidc/userinfo", headers=bearer(token)).json["name"] == "Jeanne M."


def test_an_empty_name_takes_it_back(site: Site, browser: FlaskClient, account: bytes) -> None:
    send(browser, ACCOUNT, public_name="Jeanne")
    assert kept_name(site.app, account) == "Jeanne"
    send(browser, ACCOUNT, public_name="")
    assert kept_name(site.app, account) is None
    assert "vous n’avez plus de nom sur les sites" in words(browser, ACCOUNT)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 51, "plus court"),
        ("=cmd()", "par une lettre ou un chiffre"),
        ("jeanne@exemple.test", "ni adresse email"),
        ("2 84 05 88 001 001", "ni numéro de sécurité sociale"),
        ("Jean\u202ene", "caractère invisible"),
    ],
)
def test_a_name_that_is_refused_stays_in_the_field_with_the_reason(
    site: Site, browser: FlaskClient, account: bytes, typed: str, said: str
) -> None:
    answer = send(browser, ACCOUNT, public_name=typed)
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert f'value="{typed}"' in unescape(answer.text)
    assert kept_name(site.app, account) is None


def test_nothing_is_asked_for_that_no_site_would_show(browser: FlaskClient) -> None:
    assert "Nom affiché" not in words(browser, ACCOUNT)


def test_the_audit_tells_of_both_and_holds_no_name(site: Site, browser: FlaskClient, account: bytes) -> None:
    agree(browser, site.ask(browser))
    withdraw(browser, site)
    send(browser, ACCOUNT, public_name="Jeanne")
    lines = rp.parts(site.app).sql.all("SELECT event, detail FROM audit WHERE account_id = :id", {"id": account})
    assert {"consent given", "consent withdrawn", "public name changed"} <= {event for event, _ in lines}
    assert "Jeanne" not in str(lines)


def _account(app: Flask, address: str) -> bytes:
    row = rp.parts(app).sql.one("SELECT account_id FROM identifier WHERE address = :address", {"address": address})
    assert row
    found: bytes = row[0]
    return found
