"""Levels of sign-in: asked for, needed, reached, told (OpenID Connect Core §3.1.2.1 and §5.5.1.1, its extension Unmet
Authentication Requirements 1.0, RFC 8176).
"""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from software_passkey import SoftwarePasskey
from statements import watch
from visits import Site
from werkzeug.test import TestResponse

from idp.core.runtime import Runtime
from idp.sessions import service
from idp.sessions.levels import MFA, PASSWORD
from tests.email_door.browsing import at_once, token_of, words_of
from tests.email_door.factors import Application, bring, options, second, session_of
from tests.legacy_bridge.walking import link_to

API = "https://api.example/"
UNMET = "unmet_authentication_requirements"
SECOND = "/connexion/second-facteur/"
ESSENTIAL = json.dumps({"id_token": {"acr": {"essential": True, "values": [MFA]}}})


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def account(app: Flask, runtime: Runtime) -> bytes:
    """Somebody's account."""
    return rp.person(app)


@pytest.fixture
def browser(app: Flask, client: FlaskClient, account: bytes) -> FlaskClient:
    """Their browser, signed in by password alone: where it is remembered, or before they had a second factor."""
    rp.sign_in(app, client, account)
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that has asked for nothing in its registration."""
    return visits.register(app, resources=[API], scope="openid email reports")


@pytest.fixture
def strict(app: Flask) -> Site:
    """A site whose registration asks for two factors."""
    return visits.register(app, name="strict", default_acr_values=[MFA])


def with_two_factors(app: Flask, browser: FlaskClient, account: bytes) -> None:
    """Give `browser` a session of two factors."""
    with app.app_context():
        handle = service.open_session(account, 0, acr=MFA, amr=("hwk", "user", "mfa"), source=None, user_agent=None)
    browser.set_cookie(rp.COOKIE, handle, domain="localhost")


def told(site: Site, response: TestResponse) -> dict[str, Any]:
    """The ID token of an answer."""
    return site.read_jwt(site.redeem(visits.received(response)[1]["code"]).json["id_token"])


def go_on(browser: FlaskClient, response: TestResponse) -> TestResponse:
    """Follow the provider's own redirects."""
    while response.status_code == 303 and response.location.startswith("/"):
        response = browser.get(response.location)
    return response


# What is only wished for.


@pytest.mark.parametrize(
    "wish",
    [
        {"acr_values": MFA},
        {"acr_values": f"urn:other {MFA} {PASSWORD}"},
        {"claims": json.dumps({"id_token": {"acr": {"values": [MFA]}}})},
    ],
)
def test_a_wish_that_the_account_cannot_meet_is_answered_with_the_true_level(
    site: Site, browser: FlaskClient, wish: dict[str, str]
) -> None:
    """Core §3.1.2.1: a voluntary claim."""
    assert told(site, site.ask(browser, **wish))["acr"] == PASSWORD


def test_a_wish_stops_no_answer_that_nobody_may_be_asked_for(site: Site, browser: FlaskClient, account: bytes) -> None:
    Application(account)
    claims = told(site, site.ask(browser, acr_values=MFA, prompt="none"))
    assert (claims["acr"], claims["amr"]) == (PASSWORD, ["pwd"])


def test_a_wish_that_can_be_met_is_asked_of_the_person(
    site: Site, browser: FlaskClient, account: bytes, runtime: Runtime, moment: Any
) -> None:
    """The session goes on under a new id (ASVS 7.2.4); a code makes the password typed before no younger."""
    application, before = Application(account), browser.get_cookie(rp.COOKIE)
    assert before
    signed_in_at = session_of(runtime)[2]
    moment.shift(600)
    asked = site.ask(browser, acr_values=f"{MFA} {PASSWORD}")
    assert rp.goes_to(asked, SECOND)
    assert "Ce site demande une vérification de plus" in words_of(browser.get(asked.location))
    claims = told(site, go_on(browser, second(browser, asked.location, otp=application.code())))
    assert (claims["acr"], claims["amr"]) == (MFA, ["pwd", "otp", "mfa"])
    assert claims["auth_time"] == signed_in_at
    after = browser.get_cookie(rp.COOKIE)
    assert after
    assert after.value != before.value
    with site.app.app_context():
        assert service.find(before.value) is None
    assert "code" in visits.received(site.ask(browser, acr_values=MFA))[1]


def test_a_wish_for_either_level_lowest_first_is_met_by_a_password(
    site: Site, browser: FlaskClient, account: bytes
) -> None:
    """In order of preference."""
    Application(account)
    assert told(site, site.ask(browser, acr_values=f"{PASSWORD} {MFA}"))["acr"] == PASSWORD


def test_a_step_up_by_passkey_is_a_sign_in_of_this_moment(
    site: Site, browser: FlaskClient, account: bytes, runtime: Runtime, moment: Any
) -> None:
    passkey = SoftwarePasskey(account).keep(runtime.sql)
    moment.shift(600)
    page = site.ask(browser, acr_values=MFA).location
    asked = options(browser, page, page.replace(SECOND, SECOND + "options"))
    claims = told(site, go_on(browser, bring(browser, page, page, passkey.answer(asked))))
    assert (claims["acr"], claims["amr"]) == (MFA, ["pwd", "hwk", "user", "mfa"])
    assert claims["auth_time"] == claims["iat"]


def test_of_two_tabs_that_step_up_at_once_one_session_is_left(
    app: Flask, site: Site, browser: FlaskClient, account: bytes, runtime: Runtime
) -> None:
    application = Application(account)
    with app.app_context():
        later = application.code(1)
    page = site.ask(browser, acr_values=MFA).location
    token = token_of(browser.get(page))
    cookies = {name: cookie.value for (_, _, name), cookie in browser._cookies.items()}

    def step_up(code: str) -> int:
        tab = app.test_client()
        for name, value in cookies.items():
            tab.set_cookie(name, value)
        return tab.post(page, data={"csrf_token": token, "otp": code}).status_code

    now = application.code()
    answers = at_once(app, [lambda: step_up(now), lambda: step_up(later)])
    assert set(answers) <= {303, 403}
    open_ones = runtime.sql.all("SELECT acr FROM session WHERE ended_at IS NULL", {})
    assert open_ones == [(MFA,)]


# What is needed.


@pytest.mark.parametrize("changes", [{"claims": ESSENTIAL}, {"acr_values": MFA, "resource": API}])
@pytest.mark.parametrize("has_factor", [True, False])
def test_a_need_that_is_not_met_is_the_error_where_nobody_may_be_asked(
    site: Site, browser: FlaskClient, account: bytes, changes: dict[str, str], has_factor: bool
) -> None:
    """Unmet Authentication Requirements 1.0 §2; RFC 9470 §5 for an API."""
    if has_factor:
        Application(account)
    assert visits.error_of(site.ask(browser, prompt="none", **changes)) == UNMET


def test_who_can_meet_it_is_asked_to(site: Site, browser: FlaskClient, account: bytes) -> None:
    application = Application(account)
    asked = site.ask(browser, claims=ESSENTIAL)
    assert rp.goes_to(asked, SECOND)
    # No way round it.
    assert rp.goes_to(browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(asked)}), SECOND)
    assert told(site, go_on(browser, second(browser, asked.location, otp=application.code())))["acr"] == MFA


def test_who_cannot_meet_it_reads_why_and_the_site_gets_the_error(site: Site, browser: FlaskClient) -> None:
    asked = site.ask(browser, claims=ESSENTIAL)
    page = browser.get(asked.location)
    assert "Votre compte n’a pas encore de deuxième vérification" in words_of(page)
    decline = f"/oidc/decline?{urlsplit(asked.location).query}"
    assert decline in page.text
    assert visits.error_of(browser.post(decline, data={"csrf_token": token_of(page)})) == UNMET


def test_who_adds_the_factor_that_is_missing_comes_back_to_the_same_request(
    site: Site, browser: FlaskClient, account: bytes
) -> None:
    """The pages of the account say which site waits and lead back to it; once it has its answer they say nothing."""
    asked = site.ask(browser, claims=ESSENTIAL)
    account_page = link_to(browser.get(asked.location), "Protéger mon compte")
    application = Application(account)
    page = browser.get(account_page)
    assert "Un site vous attend" in words_of(page)
    back = link_to(page, "Continuer vers Un site")
    assert told(site, go_on(browser, second(browser, back, otp=application.code())))["acr"] == MFA
    assert "vous attend" not in words_of(browser.get(account_page))


def test_the_registration_of_a_site_is_a_need_that_no_request_lowers(strict: Site, browser: FlaskClient) -> None:
    """A browser can rewrite the parameters of a request."""
    for changes in ({}, {"acr_values": PASSWORD}, {"acr_values": ""}, {"acr_values": "urn:other"}):
        assert visits.error_of(strict.ask(browser, prompt="none", **changes)) == UNMET


def test_a_registration_that_also_takes_the_lower_level_is_a_wish(
    app: Flask, browser: FlaskClient, account: bytes
) -> None:
    either = visits.register(app, name="either", default_acr_values=[MFA, PASSWORD])
    assert told(either, either.ask(browser))["acr"] == PASSWORD
    Application(account)
    assert rp.goes_to(either.ask(browser), SECOND)


def test_an_older_sign_in_is_made_anew_before_it_is_raised(
    strict: Site, browser: FlaskClient, account: bytes, moment: Any
) -> None:
    """`max_age`: what is too old is not mended by a second factor alone."""
    Application(account)
    moment.shift(61)
    assert rp.goes_to(strict.ask(browser, max_age="60"), rp.SIGN_IN)
    assert visits.error_of(strict.ask(browser, max_age="60", prompt="none")) == "login_required"


def test_one_of_the_levels_named_essential_comes_back(
    app: Flask, site: Site, client: FlaskClient, account: bytes
) -> None:
    """Core §5.5.1.1: `acr` must match one of them; a sign-in of two factors is one of the lower level too."""
    with_two_factors(app, client, account)
    lower = json.dumps({"id_token": {"acr": {"essential": True, "value": PASSWORD}}})
    assert told(site, site.ask(client, claims=lower))["acr"] == PASSWORD
    assert told(site, site.ask(client, acr_values=PASSWORD))["acr"] == MFA


def test_a_device_too_is_only_let_in_by_the_level_that_its_client_needs(
    app: Flask, browser: FlaskClient, account: bytes, runtime: Runtime
) -> None:
    """RFC 8628: the person who types the code steps up like anybody."""
    Application(account)
    television = visits.register(
        app,
        name="television",
        grant_types=["urn:ietf:params:oauth:grant-type:device_code"],
        redirect_uris=[],
        response_types=[],
        site="https://site.example",
        default_acr_values=[MFA],
    )
    shown = television.post("/oidc/device", scope="openid").json
    assert shown
    page = browser.get("/oidc/appareil/")
    asked = browser.post("/oidc/appareil/", data={"csrf_token": token_of(page), "user_code": shown["user_code"]})
    assert rp.goes_to(asked, SECOND)


# What it costs.


@pytest.mark.parametrize("named", [{}, {"acr_values": MFA}, {"claims": ESSENTIAL}])
def test_a_silent_answer_reads_nothing_for_it(
    app: Flask, site: Site, client: FlaskClient, account: bytes, named: dict[str, str]
) -> None:
    """The session says its level: one read and one write, as without factors and levels."""
    Application(account)
    with_two_factors(app, client, account)
    visits.received(site.ask(client))
    seen: list[str] = []
    end = watch(rp.parts(app).sql, seen)
    visits.received(site.ask(client, **named))
    end()
    assert seen == ["SELECT", "INSERT"]


def test_discovery_names_every_level(client: FlaskClient) -> None:
    found = client.get("/.well-known/openid-configuration").json
    assert found
    assert found["acr_values_supported"] == [PASSWORD, MFA]
