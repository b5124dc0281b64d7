"""Whatever comes as an authorization request is read without falling over, and sends nobody to where it should not."""

import base64
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import rp
import visits
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visits import Site

NAMES = st.sampled_from(
    [
        *(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "prompt",
            "max_age",
        ),
        *(
            "max_age",
            "claims",
            "acr_values",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri",
            "resource",
        ),
        *("dpop_jkt", "id_token_hint", "login_hint", "ui_locales", "display", "iss", "aud", "exp", "nbf", "iat", "sub"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KNOWN = st.sampled_from(
    ["openid", "code", "code id_token", "query", "form_post.jwt", "none", "login", visits.RETURN, "{}"]
)
VALUES = st.text(max_size=40) | KNOWN | JSON.map(json.dumps)
WEIRD = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of somebody who has signed in."""
    rp.sign_in(app, client, rp.person(app))
    return client


@pytest.fixture
def site(app: Flask) -> Site:
    """A site whose request objects may be unsigned, so that what they hold is read."""
    return visits.register(app, request_object_signing_alg="none")


def leads_astray(location: str | None) -> bool:
    """Whether a browser is sent anywhere but to us and to the site."""
    return urlsplit(location or "/").netloc not in ("", "site.example")


def part(value: Any) -> str:
    """One part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@WEIRD
@given(changes=st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_parameters(site: Site, browser: FlaskClient, changes: dict[str, str]) -> None:
    """RFC 6749 §4.1.2.1."""
    whole = {**site.parameters(), **changes}
    query = urlencode(whole, errors="surrogatepass")
    response = browser.get(f"{rp.AUTHORIZE}?{query}")
    assert response.status_code in (200, 303, 400)
    assert not leads_astray(response.location)


@WEIRD
@given(claims=st.dictionaries(NAMES, JSON, max_size=5), header=st.dictionaries(st.just("typ"), JSON, max_size=1))
def test_any_request_object(site: Site, browser: FlaskClient, claims: dict[str, Any], header: dict[str, Any]) -> None:
    """RFC 9101 §6: read once it is believed, and its values are as hostile as any."""
    text = f"{part({**header, 'alg': 'none'})}.{part({**site.parameters(), **claims})}."
    response = site.send(browser, {"client_id": site.id, "request": text})
    assert response.status_code in (200, 303, 400)
    assert not leads_astray(response.location)
    pushed = site.post(visits.PAR, request=text)
    assert pushed.status_code in (201, 400)
