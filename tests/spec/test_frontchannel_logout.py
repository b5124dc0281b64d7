"""OpenID Connect Front-Channel Logout 1.0: the sites of a browser are told in it."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.core import clock
from idp.core.crypto import Keyring
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore

LOGOUT = "/oidc/logout"
BACK = "https://forum.example/au-revoir"
TOLD = "https://avantage.example/dehors?a=b"


@pytest.fixture
def session(app: Flask, client: FlaskClient) -> bytes:
    """A session that has visited the forum, and Avantage, which wants to be told."""
    session = rp.sign_in(app, client, rp.person(app))
    sql = rp.parts(app).sql
    rp.change_metadata(sql, "avantage", frontchannel_logout_uri=TOLD)
    for client_id in ("forum", "avantage"):
        values = {"session": session, "client_id": client_id, "now": clock.now()}
        sql.run("INSERT INTO participation VALUES (:session, :client_id, :now)", values)
    return session


@pytest.fixture
def hint(app: Flask, keyring: Keyring, session: bytes) -> str:
    """The forum's ID token of that session."""
    runtime = rp.parts(app)
    forum = Clients(runtime).find("forum")
    assert forum
    content = {
        "iss": rp.ISSUER,
        "aud": "forum",
        "sub": "s",
        "sid": session_reference(keyring, forum, session),
        "exp": 1,
    }
    return KeyStore(runtime).sign("RS256", orjson.dumps(content), "JWT")


def frames(page: str) -> list[str]:
    """What the frames of a page load."""
    return [html.unescape(url) for url in re.findall(r'<iframe src="([^"]+)"', page)]


def test_s2_each_site_that_asked_is_told_with_iss_and_sid(
    app: Flask, client: FlaskClient, keyring: Keyring, session: bytes, hint: str
) -> None:
    page = client.get(LOGOUT, query_string={"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s"})
    (url,) = frames(page.text)
    assert url.startswith(TOLD + "&")
    avantage = Clients(rp.parts(app)).find("avantage")
    assert avantage
    told = parse_qs(urlsplit(url).query)
    assert told == {"a": ["b"], "iss": [rp.ISSUER], "sid": [session_reference(keyring, avantage, session)]}


def test_s2_then_the_browser_goes_back_with_the_state(client: FlaskClient, hint: str) -> None:
    page = client.get(LOGOUT, query_string={"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s"})
    assert f'data-continue="{BACK}?state=s"' in page.text
    # For who has no script.
    assert f'href="{BACK}?state=s"' in page.text


def test_the_page_frames_those_sites_and_no_other(client: FlaskClient, hint: str) -> None:
    """docs/rules.md §5."""
    page = client.get(LOGOUT, query_string={"id_token_hint": hint})
    assert "frame-src https://avantage.example;" in page.headers["Content-Security-Policy"]
    assert frames(page.text)
    again = client.get(LOGOUT, query_string={"id_token_hint": hint})
    assert "frame-src" not in again.headers["Content-Security-Policy"]
    assert not frames(again.text)


def test_who_confirms_by_the_form_sees_the_frames_too(client: FlaskClient, session: bytes) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(LOGOUT).text)
    assert token
    page = client.post(LOGOUT, data={"csrf_token": token[1], "confirm": "yes"})
    assert page.status_code == 200
    assert len(frames(page.text)) == 1


def test_rp_initiated_logout_s2_speaks_the_language_that_the_site_asks_for(client: FlaskClient, session: bytes) -> None:
    query = {"client_id": "forum", "ui_locales": "en", "logout_hint": "camille.durand@exemple.test"}
    assert '<html lang="en">' in client.get(LOGOUT, query_string=query).text
