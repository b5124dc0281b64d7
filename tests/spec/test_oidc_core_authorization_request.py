"""The checks of the authorization endpoint, each by its clause."""

from urllib.parse import urlencode

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LONG = "x" * 100_000


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


def refused_on_a_page(response: TestResponse, *words: str) -> bool:
    """Whether a person reads what is wrong, and nobody is sent anywhere."""
    text = response.get_data(as_text=True)
    page = response.status_code == 400 and response.mimetype == "text/html" and response.location is None
    return page and "Connexion impossible depuis ce site" in text and all(word in text for word in words)


def test_a_good_request_of_somebody_signed_in_is_answered_with_a_code(browser: FlaskClient) -> None:
    received = rp.answer(rp.ask(browser))
    assert set(received) == {"code", "state", "iss"}
    assert len(received["code"]) == 43


def test_rfc9207_s2_a_success_carries_iss_and_the_state_unchanged(browser: FlaskClient) -> None:
    state = 'a b&c="d"/é+%20#?'
    received = rp.answer(rp.ask(browser, state=state))
    assert received["iss"] == rp.ISSUER
    assert received["state"] == state


def test_rfc9207_s2_an_error_carries_iss_and_the_state_unchanged(browser: FlaskClient) -> None:
    received = rp.answer(rp.ask(browser, state="é&", prompt="bogus"))
    assert received["iss"] == rp.ISSUER
    assert received["state"] == "é&"
    assert received["error_description"].isascii()


def test_rfc6749_s4_1_2_1_without_a_state_none_is_invented(browser: FlaskClient) -> None:
    assert set(rp.answer(rp.ask(browser, state=None))) == {"code", "iss"}


# Until the client and its redirect_uri are good: a page.


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": "nobody"}, "client_id"),
        ({"client_id": "forum'\"é"}, "client_id"),
        ({"redirect_uri": None}, "redirect_uri"),
        ({"redirect_uri": "https://forum.example/retour/"}, "redirect_uri"),
        ({"redirect_uri": "https://forum.example/retour?x=1"}, "redirect_uri"),
        ({"redirect_uri": "https://forum.example.evil.example/retour"}, "redirect_uri"),
        ({"redirect_uri": "HTTPS://forum.example/retour"}, "redirect_uri"),
        ({"redirect_uri": 'https://forum.example/retour"'}, "redirect_uri"),
        ({"redirect_uri": "https://forum.example/rétour"}, "redirect_uri"),
        ({"redirect_uri": "https://[forum.example/retour"}, "redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
        ({"state": "x" * 4097}, "state"),
    ],
)
def test_rfc6749_s4_1_2_1_an_unknown_client_or_redirect_uri_is_a_page_and_never_a_redirect(
    browser: FlaskClient, changes: dict[str, str | None], parameter: str
) -> None:
    assert refused_on_a_page(rp.ask(browser, **changes), parameter)


def test_the_page_of_a_refused_request_names_the_clause_the_reference_and_the_way_back(browser: FlaskClient) -> None:
    response = rp.ask(browser, redirect_uri="https://evil.example/")
    assert refused_on_a_page(
        response, "RFC 9700", response.headers["X-Request-Id"], 'href="https://forum.example"', "Forum MGEN"
    )
    assert 'href="https://evil' not in response.get_data(as_text=True)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state"])
def test_rfc6749_s3_1_what_builds_the_response_twice_is_a_page(browser: FlaskClient, name: str) -> None:
    query = urlencode([*rp.parameters().items(), (name, rp.GOOD[name])])
    assert refused_on_a_page(browser.get(f"{rp.AUTHORIZE}?{query}"), name)


@pytest.mark.parametrize(
    "query",
    [
        "nonce=%ED%A0%80",
        "nonce=%FF",
        "nonce=a%00b",
        "a%00b=c",
        "nonce=" + LONG,
        "&".join(f"p{n}=1" for n in range(300)),
    ],
)
def test_a_query_that_cannot_be_read_is_a_page(browser: FlaskClient, query: str) -> None:
    assert refused_on_a_page(browser.get(f"{rp.AUTHORIZE}?{urlencode(rp.parameters(nonce=None))}&{query}"))


def test_raw_bytes_in_the_query_are_a_page(browser: FlaskClient) -> None:
    response = browser.get(rp.AUTHORIZE, environ_overrides={"QUERY_STRING": "client_id=forum&nonce=\xe9"})
    assert refused_on_a_page(response)


def test_an_empty_request_is_a_page(client: FlaskClient) -> None:
    assert refused_on_a_page(client.get(rp.AUTHORIZE), "client_id")


@pytest.mark.parametrize("port", ["", ":51004", ":1"])
def test_rfc8252_s7_3_the_port_of_a_loopback_redirect_uri_is_free(browser: FlaskClient, port: str) -> None:
    uri = f"http://127.0.0.1{port}/retour"
    response = rp.ask(browser, client_id="mobile", redirect_uri=uri)
    assert response.location.startswith(f"{uri}?code=")


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:1/retour2", "http://localhost:1/retour", "http://127.0.0.1:1@evil.example/retour"]
)
def test_rfc8252_s7_3_only_the_port_is_free(browser: FlaskClient, uri: str) -> None:
    assert refused_on_a_page(rp.ask(browser, client_id="mobile", redirect_uri=uri), "redirect_uri")


# Afterwards: a response to the site.


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"response_type": None}, "invalid_request", id="rfc6749-s4.1.2.1-response_type-missing"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="rfc6749-s3.1.1-implicit"),
        pytest.param({"response_type": 'co"de'}, "unsupported_response_type", id="response_type-with-a-quote"),
        pytest.param({"response_type": "cödé"}, "unsupported_response_type", id="response_type-not-ascii"),
        pytest.param({"response_mode": "bogus"}, "invalid_request", id="multiple-types-s2.1-response_mode"),
        pytest.param({"request": "e30."}, "invalid_request_object", id="rfc9101-s6-request"),
        pytest.param({"request_uri": "https://x.example/"}, "request_uri_not_supported", id="core-s3.1.2.6-uri"),
        pytest.param({"registration": "{}"}, "registration_not_supported", id="core-s3.1.2.6-registration"),
        pytest.param({"scope": None}, "invalid_scope", id="rfc6749-s3.3-no-scope"),
        pytest.param({"scope": "nope 'é\""}, "invalid_scope", id="rfc6749-s3.3-no-scope-remains"),
        pytest.param({"code_challenge_method": None}, "invalid_request", id="rfc7636-s4.3-method-missing"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="rfc7636-s4.4.1-plain"),
        pytest.param({"code_challenge": None}, "invalid_request", id="rfc7636-s4.3-method-alone"),
        pytest.param({"code_challenge": "short"}, "invalid_request", id="rfc7636-s4.2-challenge-shape"),
        pytest.param({"code_challenge": "é" * 43}, "invalid_request", id="rfc7636-s4.2-challenge-not-ascii"),
        pytest.param({"prompt": "none login"}, "invalid_request", id="core-s3.1.2.1-none-stands-alone"),
        pytest.param({"prompt": "bogus"}, "invalid_request", id="core-s3.1.2.1-prompt-unknown"),
        pytest.param({"max_age": "-1"}, "invalid_request", id="core-s3.1.2.1-max_age-negative"),
        pytest.param({"max_age": "ten"}, "invalid_request", id="core-s3.1.2.1-max_age-text"),
        pytest.param({"max_age": "٣"}, "invalid_request", id="core-s3.1.2.1-max_age-other-digits"),
        pytest.param({"claims": "{"}, "invalid_request", id="core-s5.5-claims-not-json"),
        pytest.param({"claims": "[]"}, "invalid_request", id="core-s5.5-claims-not-an-object"),
        pytest.param({"claims": '{"id_token": []}'}, "invalid_request", id="core-s5.5-id_token-not-an-object"),
        pytest.param({"claims": '{"userinfo": {"email": 1}}'}, "invalid_request", id="core-s5.5.1-claim-request"),
        pytest.param(
            {"claims": '{"id_token": {"acr": {"essential": "yes"}}}'}, "invalid_request", id="core-s5.5.1-essential"
        ),
        pytest.param({"claims": '{"x": ' + "[" * 900 + "]" * 900 + "}"}, "invalid_request", id="claims-deep"),
        pytest.param(
            {"claims": '{"id_token": {"sub": {"value": "\\ud800"}}}'}, "invalid_request", id="claims-surrogate"
        ),
        pytest.param(
            {"claims": '{"id_token": {"acr": {"essential": true, "values": ["urn:other"]}}}'},
            "unmet_authentication_requirements",
            id="core-s5.5.1.1-essential-acr-that-nobody-reaches",
        ),
        pytest.param({"id_token_hint": "e30.e30.e30"}, "invalid_request", id="core-s3.1.2.1-hint-not-ours"),
        pytest.param({"id_token_hint": "é"}, "invalid_request", id="core-s3.1.2.1-hint-not-a-token"),
        pytest.param({"nonce": "x" * 5000}, "invalid_request", id="a-field-too-long"),
        pytest.param({"unknown": "x" * 50_000}, "invalid_request", id="an-unknown-field-too-long"),
    ],
)
def test_a_bad_parameter_is_an_error_for_the_site(
    browser: FlaskClient, changes: dict[str, str | None], error: str
) -> None:
    received = rp.answer(rp.ask(browser, **changes))
    assert received["error"] == error
    assert received["state"] == rp.GOOD["state"]
    assert received["iss"] == rp.ISSUER
    assert "code" not in received


def test_of_several_faults_the_first_of_the_table_is_told_every_time(browser: FlaskClient) -> None:
    faults = {"scope": "nope", "prompt": "bogus", "max_age": "x", "code_challenge": "short"}
    assert {rp.answer(rp.ask(browser, **faults))["error"] for _ in range(5)} == {"invalid_scope"}


@pytest.mark.parametrize("name", ["nonce", "scope", "response_type", "prompt", "anything"])
def test_rfc6749_s3_1_a_parameter_twice_is_an_error_for_the_site(browser: FlaskClient, name: str) -> None:
    query = urlencode([*rp.parameters().items(), (name, "openid"), (name, "openid")])
    assert rp.answer(browser.get(f"{rp.AUTHORIZE}?{query}"))["error"] == "invalid_request"


def test_rfc6749_s4_1_2_1_a_client_registered_for_no_code_has_no_way_in(browser: FlaskClient) -> None:
    assert refused_on_a_page(rp.ask(browser, client_id="service"), "redirect_uri")


def test_rfc7636_s4_4_1_a_public_client_must_send_a_challenge(browser: FlaskClient) -> None:
    response = rp.ask(
        browser, client_id="mobile", redirect_uri="http://127.0.0.1:9/retour",
        code_challenge=None, code_challenge_method=None,
    )  # fmt: skip
    assert "error=invalid_request" in response.location


def test_a_confidential_client_may_do_without_pkce_where_its_registration_does(browser: FlaskClient) -> None:
    assert "code" in rp.answer(rp.ask(browser, code_challenge=None, code_challenge_method=None))


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "openid unknown"},
        {"response_mode": "query"},
        {"prompt": "consent"},
        {"acr_values": "urn:other"},
        {"claims": '{"id_token": {"acr": {"values": ["urn:other"]}}, "other": 1, "userinfo": {"email": null}}'},
        {"claims": '{"id_token": {"acr": {"essential": true, "values": ["urn:mgen:acr:password"]}}}'},
        {"display": "popup"},
        {"ui_locales": "tlh fr"},
        {"login_hint": "anybody@exemple.test"},
        {"max_age": "600"},
        {"nonce": None},
        {"state": ""},
        {"anything": "else"},
    ],
)
def test_core_s3_1_2_1_what_is_optional_or_unknown_does_not_fail(browser: FlaskClient, changes: dict[str, str]) -> None:
    assert "code" in rp.answer(rp.ask(browser, **changes))


def test_rfc9700_s2_1_no_cors_on_the_authorization_endpoint(browser: FlaskClient) -> None:
    for response in (rp.ask(browser), browser.options(rp.AUTHORIZE)):
        assert "Access-Control-Allow-Origin" not in response.headers


def test_a_response_is_never_cached(browser: FlaskClient) -> None:
    assert rp.ask(browser).headers["Cache-Control"] == "no-store"


def test_other_methods_are_refused(browser: FlaskClient) -> None:
    assert browser.put(rp.AUTHORIZE).status_code == 405
