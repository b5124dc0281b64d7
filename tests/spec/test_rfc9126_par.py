"""Pushed authorization requests (RFC 9126)."""

import time
from uuid import uuid4

import pytest
import rp
import time_machine
import visits
from flask import Flask
from flask.testing import FlaskClient
from parties import Key, key, public, sign
from protocol import CHALLENGE
from visits import Site

NOW = "2026-10-01T08:00:00Z"


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site."""
    return visits.register(app, post_logout_redirect_uris=[])


def pushed(site: Site, **changes: str | None) -> dict[str, str]:
    """What the browser then brings."""
    answer = site.push(**changes)
    assert answer.status_code == 201, answer.text
    return {"client_id": site.id, "request_uri": answer.json["request_uri"]}


def test_s2_2_a_good_request_becomes_a_reference(site: Site) -> None:
    answer = site.push()
    assert answer.status_code == 201
    assert answer.json["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert answer.json["expires_in"] == 90
    assert answer.headers["Cache-Control"] == "no-store"


def test_s4_the_browser_brings_the_reference_and_gets_the_answer(site: Site, browser: FlaskClient) -> None:
    answer = visits.received(site.send(browser, pushed(site)))[1]
    assert answer["state"] == "the state"
    assert site.redeem(answer["code"]).status_code == 200


def test_s4_what_stands_beside_the_reference_changes_nothing(site: Site, browser: FlaskClient) -> None:
    beside = {"scope": "openid", "state": "another", "response_mode": "fragment", "nonce": "x", "prompt": "none"}
    channel, answer = visits.received(site.send(browser, {**pushed(site, prompt=None), **beside}))
    assert (channel, answer["state"]) == ("query", "the state")
    assert site.redeem(answer["code"]).json["scope"] == "openid email"


def test_s4_a_reference_is_good_once(site: Site, browser: FlaskClient) -> None:
    request = pushed(site)
    assert "code" in visits.received(site.send(browser, request))[1]
    again = site.send(browser, request)
    assert again.status_code == 400
    assert "request_uri" in again.get_data(as_text=True)


def test_fapi2_a_page_that_is_loaded_again_is_no_second_use(app: Flask, site: Site, client: FlaskClient) -> None:
    """FAPI 2.0 Security Profile §5.3.2.2: but only one answer comes of it."""
    request = pushed(site)
    first, second = site.send(client, request), site.send(client, request)
    rp.sign_in(app, client, rp.person(app))
    answers = [
        visits.received(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}))[1]
        for begun in (first, second)
    ]
    assert "code" in answers[0]
    assert answers[1]["error"] == "invalid_request_uri"


def test_s4_a_used_reference_is_an_error_for_the_site_where_it_says_beside_it_where_to(
    site: Site, browser: FlaskClient
) -> None:
    request = pushed(site)
    site.send(browser, request)
    assert visits.error_of(site.send(browser, {**request, "redirect_uri": visits.RETURN})) == "invalid_request_uri"


def test_s2_2_a_reference_expires(site: Site, browser: FlaskClient) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        request = pushed(site)
        traveller.shift(90)
        assert site.send(browser, request).status_code == 400


def test_s4_a_reference_is_bound_to_its_client(app: Flask, site: Site, browser: FlaskClient) -> None:
    other = visits.register(app, name="other")
    request = {**pushed(site), "client_id": other.id, "redirect_uri": visits.RETURN}
    assert visits.error_of(other.send(browser, request)) == "invalid_request_uri"


@pytest.mark.parametrize("handle", ["", "x", "A" * 43, "é" * 43, "../../x", "A" * 5000])
def test_a_forged_reference_is_refused(site: Site, browser: FlaskClient, handle: str) -> None:
    uri = "urn:ietf:params:oauth:request_uri:" + handle
    request = {"client_id": site.id, "request_uri": uri, "redirect_uri": visits.RETURN}
    assert visits.error_of(site.send(browser, request)) == "invalid_request_uri"


def test_a_reference_by_post_without_the_cookie_is_not_used_up_on_the_way(
    app: Flask, site: Site, browser: FlaskClient
) -> None:
    stranger = app.test_client()
    again = stranger.post(rp.AUTHORIZE, data=pushed(site))
    assert again.status_code == 303
    assert "code" in visits.received(browser.get(again.location))[1]


def test_a_reference_waits_for_the_sign_in(app: Flask, site: Site, client: FlaskClient) -> None:
    begun = site.send(client, pushed(site))
    rp.sign_in(app, client, rp.person(app))
    assert "code" in visits.received(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}))[1]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "bogus"}, "invalid_request"),
        ({"scope": "nope"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "["}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"state": "x" * 5000}, "invalid_request"),
        ({"nonce": "x" * 5000}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"resource": "https://elsewhere.example/"}, "invalid_target"),
        ({"request": "e30."}, "invalid_request_object"),
        ({"client_id": "avantage"}, "invalid_request"),
    ],
)
def test_s2_3_what_the_authorization_endpoint_would_refuse_is_refused_at_once(
    site: Site, changes: dict[str, str | None], error: str
) -> None:
    answer = site.push(**changes)
    assert (answer.status_code, answer.json["error"]) == (400, error)
    assert answer.json["error_description"].isascii()


def test_s2_the_client_must_authenticate(app: Flask, site: Site) -> None:
    answer = app.test_client().post(visits.PAR, data=site.parameters())
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_s2_client_id_need_not_be_said_twice(site: Site) -> None:
    assert site.push(client_id=None).status_code == 201


def test_s2_it_is_a_post_of_a_form(app: Flask, site: Site) -> None:
    browser = app.test_client()
    assert browser.get(visits.PAR).status_code == 405
    _, headers = site.credentials()
    assert browser.post(visits.PAR, json={"a": []}, headers=headers).json["error"] == "invalid_request"
    twice = "scope=openid&scope=email"
    answer = browser.post(visits.PAR, data=twice, headers=headers, content_type="application/x-www-form-urlencoded")
    assert answer.json["error"] == "invalid_request"


def test_s5_a_client_that_must_push_is_refused_anything_else(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, require_pushed_authorization_requests=True)
    answer = visits.received(site.ask(browser))[1]
    assert answer["error"] == "invalid_request"
    assert "RFC 9126" in answer["error_description"]
    assert "code" in visits.received(site.send(browser, pushed(site)))[1]


def test_s3_a_signed_request_object_can_be_pushed(app: Flask, browser: FlaskClient) -> None:
    site = visits.register(app, with_keys=True, require_signed_request_object=True)
    refused = site.push()
    assert refused.json["error"] == "invalid_request"
    answer = site.post(visits.PAR, request=site.request_object(), client_id=site.id)
    assert answer.status_code == 201, answer.text
    request = {"client_id": site.id, "request_uri": answer.json["request_uri"]}
    assert "code" in visits.received(site.send(browser, request))[1]


def test_rfc9449_s10_1_a_proof_binds_the_code_to_its_key(app: Flask, site: Site, browser: FlaskClient) -> None:
    pair, other = key("ES256", "mine"), key("ES256", "theirs")
    headers = proof_for(pair, visits.PAR)
    answer = site.push(headers=headers)
    assert answer.status_code == 201, answer.text
    request = {"client_id": site.id, "request_uri": answer.json["request_uri"]}
    code = visits.received(site.send(browser, request))[1]["code"]
    assert site.redeem(code, headers=proof_for(other, "/oidc/token")).json["error"] == "invalid_grant"
    again = site.push(headers=proof_for(pair, visits.PAR))
    code = visits.received(site.send(browser, {**request, "request_uri": again.json["request_uri"]}))[1]["code"]
    assert site.redeem(code, headers=proof_for(pair, "/oidc/token")).json["token_type"] == "DPoP"


def test_rfc9449_s10_1_a_proof_by_another_key_than_dpop_jkt_is_refused(site: Site) -> None:
    answer = site.push(headers=proof_for(key("ES256", "mine"), visits.PAR), dpop_jkt=CHALLENGE)
    assert answer.json["error"] == "invalid_dpop_proof"


def proof_for(pair: Key, path: str) -> dict[str, str]:
    """A good DPoP proof."""
    claims = {"jti": uuid4().hex, "htm": "POST", "htu": rp.ISSUER + path, "iat": int(time.time())}
    return {"DPoP": sign(claims, pair, {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(pair)})}
