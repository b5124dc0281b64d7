"""Traps that other providers fell into where requests are read and answered, each with the way it was seen."""

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import rp
import time_machine
import visits
from flask import Flask
from flask.testing import FlaskClient
from visits import Site

from idp.oidc.keys import KeyStore
from idp.settings import Settings

# Every parameter that is read, by whom it may be sent.
NAMES = (
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "display", "prompt",
    "max_age", "ui_locales", "id_token_hint", "login_hint", "acr_values", "claims", "code_challenge",
    "code_challenge_method", "request", "request_uri", "registration", "resource", "dpop_jkt",
)  # fmt: skip
HOSTILE = (
    "'", '"', "é", "\u2028", "😀", "<script>", "%00", "%", "..", "[]", "{}", "null", "-1", "1e999", " ", "\r\nX: y",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 9000, "urn:ietf:params:oauth:request_uri:é",
    "https://[", "https://a@b:99999/#", "code code", ".jwt",
)  # fmt: skip


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Everything is on."""
    return make_settings(implicit_flows=True, session_management=True)


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site that is registered for all there is."""
    return visits.register(
        app, with_keys=True, response_types=visits.ALL_TYPES, grant_types=["authorization_code", "implicit"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_any_parameter_breaks_anything(site: Site, browser: FlaskClient, name: str) -> None:
    """Trap P6: a quote or a character beyond ASCII in an unregistered redirect_uri or in response_type was a 500."""
    for value in HOSTILE:
        for parameters in (site.parameters(**{name: value}), {"client_id": site.id, name: value}):
            for method in (browser.get, browser.post):
                kind = "query_string" if method == browser.get else "data"
                response = method(rp.AUTHORIZE, **{kind: urlencode(parameters)})
                assert response.status_code < 500, (name, value)
                assert urlsplit(response.location or "/").netloc in ("", "site.example"), (name, value)
        pushed = site.post(visits.PAR, **site.parameters(**{name: value}))
        assert pushed.status_code < 500, (name, value)


def test_a_mode_that_is_none_is_refused_after_the_sign_in_too(site: Site, browser: FlaskClient) -> None:
    """Trap P6: response_mode=bogus on a hybrid request was a 500."""
    channel, answer = visits.received(site.ask(browser, response_type="code id_token", response_mode="bogus"))
    assert (channel, answer["error"]) == ("fragment", "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [{"prompt": "none"}, {"scope": "nope"}, {"code_challenge_method": "plain"}, {"prompt": "bogus"}, {"claims": "["}],
)
@pytest.mark.parametrize("kind", ["code", "code id_token"])
def test_every_error_names_the_issuer_where_the_other_parameters_are(
    site: Site, client: FlaskClient, kind: str, changes: dict[str, str]
) -> None:
    """Trap P3: some errors left without `iss`, and that of a fragment landed in the query."""
    _, answer = visits.received(site.ask(client, response_type=kind, **changes))
    assert (answer["iss"], answer["state"]) == (rp.ISSUER, "the state")


def test_prompt_login_is_answered_once_the_person_has_signed_in(app: Flask, site: Site, browser: FlaskClient) -> None:
    """Trap P10: it always answered "login", even after it."""
    begun = site.ask(browser, prompt="login")
    assert rp.goes_to(begun, rp.SIGN_IN)
    with time_machine.travel(time.time() + 2):
        rp.sign_in(app, browser, rp.person(app, "autre@exemple.test"))
        answer = visits.received(browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}))[1]
    assert "code" in answer


def test_who_refuses_a_hybrid_request_sends_its_state_back(app: Flask, browser: FlaskClient) -> None:
    """Trap P10: the denial of a hybrid request dropped `state`."""
    other = visits.register(
        app, name="other", first_party=False,
        response_types=visits.ALL_TYPES, grant_types=["authorization_code", "implicit"],
    )  # fmt: skip
    begun = other.ask(browser, response_type="code id_token")
    token = browser.get(begun.location).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    channel, answer = visits.received(browser.post(begun.location, data={"csrf_token": token, "refuse": "yes"}))
    assert (channel, answer["error"], answer["state"]) == ("fragment", "access_denied", "the state")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_read_twice_or_from_elsewhere(site: Site, browser: FlaskClient, name: str) -> None:
    """Trap P9: query and body were one, and two `nonce` passed."""
    twice = [*site.parameters(**{name: "x"}).items(), (name, "y")]
    response = browser.get(f"{rp.AUTHORIZE}?{urlencode(twice)}")
    if response.status_code == 303:
        assert visits.error_of(response) == "invalid_request"
    else:
        assert response.status_code == 400
    mixed = browser.post(f"{rp.AUTHORIZE}?{urlencode({'client_id': site.id})}", data={name: "x"})
    assert mixed.status_code == 400


def test_the_same_faults_give_the_same_error_every_time(site: Site, browser: FlaskClient) -> None:
    """Trap P11: checks ran in no fixed order."""
    faults = {"prompt": "bogus", "claims": "[", "max_age": "x", "dpop_jkt": "x", "resource": "https://x.example"}
    assert {visits.error_of(site.ask(browser, **faults)) for _ in range(5)} == {"invalid_target"}


def test_a_challenge_without_its_method_is_not_plain(site: Site, browser: FlaskClient) -> None:
    """Trap P2: it was verified as plain."""
    for kind in ("code", "code id_token"):
        response = site.ask(browser, response_type=kind, code_challenge_method=None)
        assert visits.error_of(response) == "invalid_request"


def test_unknown_scopes_go_and_nothing_is_no_scope(site: Site, browser: FlaskClient) -> None:
    """Trap P16: `nope` gave a code with an empty scope."""
    assert visits.error_of(site.ask(browser, scope="nope")) == "invalid_scope"
    code = visits.received(site.ask(browser, scope="openid nope"))[1]["code"]
    assert site.redeem(code).json["scope"] == "openid"


def test_an_id_token_alone_leads_back_from_signing_out(app: Flask, browser: FlaskClient) -> None:
    """Trap P7: a list in `aud` was not read, so that nobody came back; and the `iss` of a hint was not checked."""
    back = "https://site.example/bye"
    site = visits.register(app, post_logout_redirect_uris=[back])
    token = site.redeem(visits.received(site.ask(browser))[1]["code"]).json["id_token"]
    assert site.read_jwt(token)["aud"] == site.id
    with app.app_context():
        signed = KeyStore(rp.parts(app)).sign
        strange = signed("RS256", json.dumps({**site.read_jwt(token), "iss": "https://other.example"}).encode(), "JWT")
    for hint, status in ((strange, 400), (token, 303)):
        query = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "the state"}
        answer = browser.get("/oidc/logout", query_string=query)
        assert answer.status_code == status
    assert answer.location == f"{back}?state=the%20state"


def test_no_redirect_leads_to_an_address_that_was_not_registered(site: Site, browser: FlaskClient) -> None:
    """CVE-2026-41479, CVE-2026-44681: an unvalidated redirect_uri of a request with another fault."""
    for faults in ({"response_type": "bogus"}, {"scope": "nope"}, {"request": "x"}, {"request_uri": "https://x/"}):
        response = site.ask(browser, redirect_uri="https://evil.example/cb", **faults)
        assert response.status_code == 400
        assert response.location is None


def test_the_reason_is_told_in_plain_ascii_with_its_clause_and_nothing_of_the_request(
    site: Site, browser: FlaskClient
) -> None:
    """RFC 6749 §4.1.2.1: an integrator reads what is wrong, and where it is written; nothing that came is echoed."""
    for changes in ({"prompt": "mark"}, {"claims": "mark"}, {"response_mode": "mark"}, {"resource": "https://mark"}):
        query = urlsplit(site.ask(browser, **changes).location).query
        text = dict(parse_qsl(query))["error_description"]
        assert text.isascii()
        assert "section" in text
        assert "mark" not in text
