"""FAPI 2.0 Security Profile and Message Signing, as rows of the profile table: what each holds a client to."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from parties import key, public, sign
from visits import Site

from idp.oidc import profiles
from idp.oidc.client_metadata import InvalidMetadata, read
from idp.oidc.profiles import PROFILES

FAPI: dict[str, Any] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "dpop_bound_access_tokens": True,
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid email offline_access",
}


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


def register(app: Flask, profile: str, algorithm: str = "PS256", **metadata: Any) -> Site:
    """A client of this profile."""
    return visits.register(app, with_keys=True, algorithm=algorithm, profile=profile, **{**FAPI, **metadata})


def proof(path: str, **claims: Any) -> dict[str, str]:
    """A DPoP proof."""
    pair = key("ES256", "dpop")
    told = {"jti": uuid4().hex, "htm": "POST", "htu": rp.ISSUER + path, "iat": int(time.time()), **claims}
    return {"DPoP": sign(told, pair, {"typ": "dpop+jwt", "alg": "ES256", "jwk": public(pair)})}


def walk(site: Site, browser: FlaskClient, **pushed: str) -> tuple[str, dict[str, str]]:
    """Push, send the browser, and give what the site receives."""
    answer = site.post(visits.PAR, **(pushed or site.parameters()))
    assert answer.status_code == 201, answer.text
    return visits.received(site.send(browser, {"client_id": site.id, "request_uri": answer.json["request_uri"]}))


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
def test_sp_a_whole_flow_with_private_key_jwt_and_dpop(app: Flask, browser: FlaskClient, algorithm: str) -> None:
    site = register(app, "fapi2", algorithm)
    _, answer = walk(site, browser)
    assert answer["iss"] == rp.ISSUER
    tokens = site.redeem(answer["code"], headers=proof("/oidc/token"))
    assert tokens.status_code == 200, tokens.text
    assert tokens.json["token_type"] == "DPoP"
    # Core's default, RS256, is not one of the profile's.
    assert site.read_jwt(tokens.json["id_token"])["aud"] == site.id


def test_sp_5_3_2_2_a_request_must_be_pushed(app: Flask, browser: FlaskClient) -> None:
    site = register(app, "fapi2")
    assert visits.error_of(site.ask(browser)) == "invalid_request"
    # Neither is a reference to elsewhere fetched.
    other = register(app, "fapi2", name="other", request_uris=["https://site.example/r"])
    assert visits.error_of(other.ask(browser, request_uri="https://site.example/r")) == "request_uri_not_supported"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://site.example/cb?x"}, "invalid_request"),
    ],
)
def test_sp_5_3_2_2_what_is_pushed_must_be_strong(app: Flask, changes: dict[str, str | None], error: str) -> None:
    assert register(app, "fapi2").push(**changes).json["error"] == error


def test_sp_5_3_2_1_tokens_are_always_bound(app: Flask, browser: FlaskClient) -> None:
    site = register(app, "fapi2")
    _, answer = walk(site, browser)
    assert site.redeem(answer["code"]).json["error"] == "invalid_dpop_proof"


def test_sp_5_3_2_1_refresh_tokens_stay(app: Flask, browser: FlaskClient) -> None:
    site = register(app, "fapi2")
    _, answer = walk(site, browser, **site.parameters(scope="openid offline_access"))
    first = site.redeem(answer["code"], headers=proof("/oidc/token")).json
    for _ in range(2):
        again = site.post(
            "/oidc/token", proof("/oidc/token"), grant_type="refresh_token", refresh_token=first["refresh_token"]
        )
        assert again.status_code == 200, again.text
        assert again.json.get("refresh_token", first["refresh_token"]) == first["refresh_token"]


def test_sp_5_3_2_1_a_code_lives_sixty_seconds_at_most() -> None:
    assert PROFILES["fapi2"].code_life == PROFILES["fapi2_message_signing"].code_life == 60


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"dpop_bound_access_tokens": False}, "dpop_bound_access_tokens"),
        ({"response_types": ["code id_token"], "grant_types": [*FAPI["grant_types"], "implicit"]}, "response"),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
        ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
        ({"request_object_signing_alg": "none"}, "request_object_signing_alg"),
        ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
    ],
)
@pytest.mark.parametrize("profile", ["fapi2", "fapi2_message_signing"])
def test_sp_5_4_a_registration_below_the_profile_is_refused(values: dict[str, Any], word: str, profile: str) -> None:
    good = {
        "client_id": "site",
        "client_name": "Un site",
        "redirect_uris": [visits.RETURN],
        "profile": profile,
        "jwks": {"keys": [public(key("PS256", "site"))]},
        **FAPI,
    }
    assert read(good).require_pkce
    whole = {**good, **values}
    if whole["token_endpoint_auth_method"] == "client_secret_basic":
        whole["secret_digest"] = bytes(32)
    with pytest.raises(InvalidMetadata, match=word):
        read(whole)


# Message Signing.


def test_ms_a_whole_flow_with_a_signed_request_and_a_signed_answer(app: Flask, browser: FlaskClient) -> None:
    site = register(app, "fapi2_message_signing")
    channel, answer = walk(site, browser, request=site.request_object(response_mode="jwt"), client_id=site.id)
    assert (channel, set(answer)) == ("query", {"response"})
    claims = site.read_jwt(answer["response"])
    assert (claims["iss"], claims["aud"]) == (rp.ISSUER, site.id)
    assert site.redeem(claims["code"], headers=proof("/oidc/token")).status_code == 200


def test_ms_5_3_1_what_is_not_signed_is_refused(app: Flask) -> None:
    site = register(app, "fapi2_message_signing")
    assert site.push(response_mode="jwt").json["error"] == "invalid_request"


def test_ms_5_3_1_parameters_beside_the_request_object_were_never_said(app: Flask) -> None:
    site = register(app, "fapi2_message_signing")
    text = site.request_object(response_mode="jwt", code_challenge=None, code_challenge_method=None)
    assert site.push(request=text).json["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": None},
        {"aud": rp.ISSUER + "/oidc/par"},
        {"nbf": None},
        {"nbf": int(time.time()) - 3700},
        {"exp": None},
        {"exp": int(time.time()) + 2 * 86_400},
        {"client_id": None},
    ],
)
def test_ms_5_3_1_a_request_object_is_for_us_and_of_this_hour(app: Flask, changes: dict[str, Any]) -> None:
    site = register(app, "fapi2_message_signing")
    text = site.request_object(response_mode="jwt", **changes)
    assert site.post(visits.PAR, request=text, client_id=site.id).json["error"] == "invalid_request_object"


def test_ms_5_4_an_answer_that_is_not_signed_is_refused(app: Flask) -> None:
    site = register(app, "fapi2_message_signing")
    answer = site.post(visits.PAR, request=site.request_object(), client_id=site.id)
    assert answer.json["error"] == "invalid_request"
    assert "profile" in answer.json["error_description"]


def test_no_rule_asks_for_a_profile_by_its_name() -> None:
    """A row of a table: what differs is in the row."""
    folder = Path(profiles.__file__).parent
    naming = {path.name for path in folder.rglob("*.py") if "fapi2" in path.read_text("utf-8")}
    assert naming <= {"profiles.py", "client_metadata.py"}
