"""OpenID Connect Session Management 1.0: a frame says whether the session is still the one of the answer."""

import hashlib
from collections.abc import Callable

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.settings import Settings

STATE = "mgen_connect_state"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Off by default: here it is on."""
    return make_settings(session_management=True)


def test_s2_an_answer_carries_the_state_that_the_frame_makes_again(app: Flask, client: FlaskClient) -> None:
    rp.sign_in(app, client, rp.person(app))
    from idp.sessions import cookie

    handle = client.get_cookie(rp.COOKIE)
    assert handle
    made, _, salt = rp.answer(rp.ask(client))["session_state"].partition(".")
    text = f"forum https://forum.example {cookie.browser_state(handle.value)} {salt}"
    assert made == hashlib.sha256(text.encode()).hexdigest()


def test_s3_2_the_frame_may_be_framed_by_registered_sites_only(client: FlaskClient) -> None:
    page = client.get("/oidc/check-session")
    policy = page.headers["Content-Security-Policy"]
    assert "https://forum.example" in policy.partition("frame-ancestors ")[2].split()
    assert "default-src 'none'" in policy
    assert STATE in page.text


def test_s3_3_discovery_names_the_frame_only_where_it_is_served(
    client: FlaskClient, make_settings: Callable[..., Settings]
) -> None:
    document = client.get("/.well-known/openid-configuration").json
    assert document
    assert document["check_session_iframe"] == rp.ISSUER + "/oidc/check-session"


def test_the_state_of_a_browser_is_another_with_each_session_and_gone_with_it(app: Flask, client: FlaskClient) -> None:
    """docs/rules.md §5: random, readable by script, worth nothing else."""
    page = client.get("/connexion/")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert token
    rp.sign_in(app, client, rp.person(app))
    client.set_cookie(STATE, "before", domain="localhost")
    question = client.get("/oidc/logout")
    token = question.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    gone = client.post("/oidc/logout", data={"csrf_token": token, "confirm": "yes"})
    assert any(one.startswith(f"{STATE}=;") for one in gone.headers.getlist("Set-Cookie"))
