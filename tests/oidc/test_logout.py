"""Signing out from a site: who is asked, who is not, where they end, and what ends with them."""

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.oidc.claims import subject
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore

LOGOUT = "/oidc/logout"
BACK = "https://forum.example/au-revoir"
ASKED = "Voulez-vous vous déconnecter"
SIGNED_OUT = "votre connexion est fermée"
REFUSED = "Connexion impossible depuis ce site"
MakeHint = Callable[..., str]


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account."""
    return rp.person(app)


@pytest.fixture
def session(app: Flask, client: FlaskClient, account: bytes) -> bytes:
    """The session of the browser."""
    return rp.sign_in(app, client, account)


@pytest.fixture
def hint(app: Flask, account: bytes, session: bytes) -> MakeHint:
    """Makes the ID token that the forum has of this session, long expired; claims may be given by name."""
    runtime = rp.parts(app)
    client = Clients(runtime).find("forum")
    assert client

    def make(typ: str = "JWT", **claims: Any) -> str:
        content = {
            "iss": rp.ISSUER,
            "aud": "forum",
            "sub": subject(runtime.keyring, client, account),
            "sid": session_reference(runtime.keyring, client, session),
            "exp": 1,
            **claims,
        }
        return KeyStore(runtime).sign("RS256", orjson.dumps(content), typ)

    return make


def is_open(app: Flask, session: bytes) -> bool:
    """Whether the session has not been ended."""
    row = rp.parts(app).sql.one("SELECT ended_at FROM session WHERE id = :id", {"id": session})
    assert row
    return row[0] is None


def shows(response: TestResponse, words: str, status: int = 200) -> bool:
    """Whether this page is shown."""
    return response.status_code == status and words in response.get_data(as_text=True)


def confirm(client: FlaskClient, page: TestResponse, url: str = LOGOUT) -> TestResponse:
    """Press the button of the confirmation."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert token
    return client.post(url, data={"csrf_token": token[1], "confirm": "yes"})


# With the ID token of the session: no question.


def test_s2_with_its_id_token_a_session_ends_at_once_and_the_browser_goes_back_with_the_state(
    app: Flask, client: FlaskClient, session: bytes, hint: MakeHint
) -> None:
    query = {"id_token_hint": hint(), "post_logout_redirect_uri": BACK, "state": "é &"}
    response = client.get(LOGOUT, query_string=query)
    assert response.status_code == 303
    assert response.location == BACK + "?state=%C3%A9%20%26"
    assert not is_open(app, session)


def test_the_end_takes_the_cookie_and_the_caches_but_no_other_cookies(
    client: FlaskClient, session: bytes, hint: MakeHint
) -> None:
    response = client.get(LOGOUT, query_string={"id_token_hint": hint()})
    assert shows(response, SIGNED_OUT)
    assert client.get_cookie(rp.COOKIE) is None
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_the_end_is_written_down_once(app: Flask, client: FlaskClient, account: bytes, hint: MakeHint) -> None:
    for _ in range(2):
        client.get(LOGOUT, query_string={"id_token_hint": hint()})
    lines = rp.parts(app).sql.all("SELECT account_id, client_id FROM audit WHERE event = 'signed out'", {})
    assert lines == [(account, "forum")]


def test_asvs_7_4_1_the_old_cookie_is_worth_nothing_afterwards(app: Flask, client: FlaskClient, hint: MakeHint) -> None:
    cookie = client.get_cookie(rp.COOKIE)
    assert cookie
    client.get(LOGOUT, query_string={"id_token_hint": hint()})
    client.set_cookie(rp.COOKIE, cookie.value, domain="localhost")
    assert rp.answer(rp.ask(client, prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize("audience", ["forum", ["forum"], ["elsewhere", "forum"]])
def test_s4_an_expired_hint_names_the_client_whether_aud_is_a_text_or_a_list(
    client: FlaskClient, hint: MakeHint, audience: Any
) -> None:
    query = {"id_token_hint": hint(aud=audience), "post_logout_redirect_uri": BACK}
    assert client.get(LOGOUT, query_string=query).location == BACK


# Otherwise the person is asked.


@pytest.mark.parametrize(
    "query", [{}, {"client_id": "forum"}, {"client_id": "forum", "post_logout_redirect_uri": BACK}]
)
def test_asvs_10_6_2_without_a_hint_the_person_is_asked(
    app: Flask, client: FlaskClient, session: bytes, query: dict[str, str]
) -> None:
    assert shows(client.get(LOGOUT, query_string=query), ASKED)
    assert is_open(app, session)


def test_a_hint_of_another_session_is_asked_about(
    app: Flask, client: FlaskClient, session: bytes, hint: MakeHint
) -> None:
    assert shows(client.get(LOGOUT, query_string={"id_token_hint": hint(sid="another")}), ASKED)
    assert is_open(app, session)


def test_who_confirms_is_signed_out_and_goes_back_to_the_site(app: Flask, client: FlaskClient, session: bytes) -> None:
    url = f"{LOGOUT}?client_id=forum&state=s&post_logout_redirect_uri=https%3A%2F%2Fforum.example%2Fau-revoir"
    response = confirm(client, client.get(url), url)
    assert response.location == BACK + "?state=s"
    assert not is_open(app, session)


def test_who_confirms_without_a_way_back_reads_that_it_is_done(app: Flask, client: FlaskClient, session: bytes) -> None:
    url = f"{LOGOUT}?client_id=forum"
    response = confirm(client, client.get(url), url)
    page = client.get(response.location)
    assert shows(page, SIGNED_OUT)
    assert shows(page, 'href="https://forum.example"')
    assert not is_open(app, session)


def test_the_question_lists_the_sites_visited_and_lets_one_stay(
    app: Flask, client: FlaskClient, session: bytes
) -> None:
    rp.visit(app, session, "avantage")
    page = client.get(LOGOUT, query_string={"client_id": "forum"})
    assert shows(page, "MGEN Avantage")
    assert shows(page, 'href="https://forum.example"')


def test_the_form_of_the_question_may_end_at_the_site(client: FlaskClient, session: bytes) -> None:
    """Chromium blocks the redirect after a form that its policy does not allow (w3c/webappsec-csp #8)."""
    policy = client.get(LOGOUT, query_string={"client_id": "forum"}).headers["Content-Security-Policy"]
    assert "form-action 'self' https:" in policy


def test_a_forged_confirmation_ends_nothing(app: Flask, client: FlaskClient, session: bytes) -> None:
    assert client.post(LOGOUT, data={"confirm": "yes"}).status_code == 400
    assert is_open(app, session)


# By POST of the site.


def test_s2_a_post_of_another_site_needs_no_token_of_ours(
    app: Flask, client: FlaskClient, session: bytes, hint: MakeHint
) -> None:
    data = {"id_token_hint": hint(), "post_logout_redirect_uri": BACK, "state": "é"}
    response = client.post(LOGOUT, data=data)
    assert rp.goes_to(response, LOGOUT)
    assert client.get(response.location).location == BACK + "?state=%C3%A9"
    assert not is_open(app, session)


# Without a session.


def test_without_a_session_nobody_is_asked(client: FlaskClient) -> None:
    assert shows(client.get(LOGOUT), SIGNED_OUT)
    query = {"client_id": "forum", "post_logout_redirect_uri": BACK, "state": "s"}
    assert client.get(LOGOUT, query_string=query).location == BACK + "?state=s"


# What cannot be followed.


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "forum", "post_logout_redirect_uri": BACK + "/"},
        {"client_id": "forum", "post_logout_redirect_uri": "https://evil.example/"},
        {"client_id": "forum", "post_logout_redirect_uri": 'https://forum.example/"é'},
        {"client_id": "avantage", "post_logout_redirect_uri": BACK},
        {"post_logout_redirect_uri": BACK},
        {"client_id": "nobody"},
        {"id_token_hint": "e30.e30.e30"},
        {"id_token_hint": "é"},
        {"client_id": "forum", "state": "x" * 5000},
        {"client_id": ["forum", "forum"]},
    ],
)
def test_s3_what_is_not_registered_or_not_ours_is_a_page_that_sends_nobody_anywhere(
    app: Flask, client: FlaskClient, session: bytes, query: dict[str, Any]
) -> None:
    response = client.get(LOGOUT, query_string=query)
    assert shows(response, REFUSED, 400)
    assert response.location is None
    assert is_open(app, session)


@pytest.mark.parametrize("query", ["state=%ED%A0%80", "state=%00", "state=%FF", "state=" + "x" * 100_000])
def test_a_logout_that_cannot_be_read_is_a_page(client: FlaskClient, query: str) -> None:
    assert shows(client.get(f"{LOGOUT}?{query}"), REFUSED, 400)


def test_the_page_of_a_refused_logout_still_lets_one_sign_out(client: FlaskClient, session: bytes) -> None:
    assert shows(client.get(LOGOUT, query_string={"client_id": "nobody"}), f'href="{LOGOUT}"', 400)


def test_s4_a_hint_must_be_of_this_issuer_and_an_id_token(client: FlaskClient, hint: MakeHint) -> None:
    for token in (hint(iss="https://other.example"), hint(typ="logout+jwt")):
        assert shows(client.get(LOGOUT, query_string={"id_token_hint": token}), REFUSED, 400)


def test_s2_a_client_id_that_is_not_the_hints_is_refused(client: FlaskClient, hint: MakeHint) -> None:
    query = {"id_token_hint": hint(), "client_id": "avantage"}
    assert shows(client.get(LOGOUT, query_string=query), REFUSED, 400)
