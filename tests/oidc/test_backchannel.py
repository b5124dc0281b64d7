"""A site that listens is told of every session of its own that ends, and of no other."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
import rp
from email_door.browsing import ADDRESS, PASSWORD, send, sign_in, token_of
from email_door.conftest import make_account
from email_door.factors import Application, second
from flask import Flask
from flask.testing import FlaskClient
from servers import free_port

from idp.accounts import access, creation, credentials
from idp.accounts.directory import AccountRow
from idp.core import db as database
from idp.core import outbox
from idp.jobs import HANDLERS
from idp.oidc import backchannel, outgoing
from idp.oidc.claims import subject
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.oidc.keys import KeyStore
from idp.settings import Settings

__all__ = ["make_account"]
LOGOUT = "/oidc/logout"
BY_PASSWORD = {"email": ADDRESS, "password": PASSWORD}


class Ear:
    """A site that listens for logout tokens."""

    def __init__(self, port: int) -> None:
        self.heard: list[str] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                ear.heard += parse_qs(body)["logout_token"]
                self.send_response(ear.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", port), Handler)
        self.uri = f"http://127.0.0.1:{port}/fin"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def claims(self, app: Flask) -> list[dict[str, Any]]:
        """What the logout tokens say, each checked."""
        read = [KeyStore(rp.parts(app)).read(token, "logout+jwt") for token in self.heard]
        assert all(read)
        return [claims for claims in read if claims]


@pytest.fixture
def port() -> int:
    """A port of this machine that a site may listen on."""
    return free_port()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], port: int) -> Settings:
    """Settings that let the provider call that port, and no other."""
    return make_settings(allowed_loopback_hosts=[f"127.0.0.1:{port}"])


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account."""
    return rp.person(app)


@pytest.fixture
def session(app: Flask, client: FlaskClient, account: bytes) -> bytes:
    """The session of the browser."""
    return rp.sign_in(app, client, account)


@pytest.fixture
def ear(app: Flask, session: bytes, port: int) -> Iterator[Ear]:
    """The forum listens, and was visited; Avantage was visited, and does not listen."""
    ear = Ear(port)
    rp.register(app, "forum", backchannel_logout_uri=ear.uri)
    rp.visit(app, session, "forum")
    rp.visit(app, session, "avantage")
    yield ear
    ear.close()


def sign_out(app: Flask, client: FlaskClient, account: bytes, session: bytes) -> None:
    """Leave from the forum, with its ID token."""
    parts = rp.parts(app)
    forum = Clients(parts).find("forum")
    assert forum
    told = {
        "iss": rp.ISSUER,
        "aud": "forum",
        "sub": subject(parts.keyring, forum, account),
        "sid": session_reference(parts.keyring, forum, session),
        "exp": 1,
    }
    hint = KeyStore(parts).sign("RS256", orjson.dumps(told), "JWT")
    assert client.get(LOGOUT, query_string={"id_token_hint": hint}).status_code == 200


def cut(app: Flask, account: bytes) -> None:
    """Everything that the account opened dies, as after a new password."""
    with app.app_context(), database.transaction():
        access.cut(account)


def drain(app: Flask) -> int:
    """Do the jobs that are due, and those that they cause; how many."""
    done = 0
    with app.app_context():
        while tried := outbox.drain(HANDLERS):
            done += tried
    return done


def references(app: Flask, account: bytes, *sessions: bytes) -> set[tuple[str, str]]:
    """The `sub` and the `sid` of sessions, as the forum knows them."""
    parts = rp.parts(app)
    forum = Clients(parts).find("forum")
    assert forum
    sub = subject(parts.keyring, forum, account)
    return {(sub, session_reference(parts.keyring, forum, each)) for each in sessions}


def test_s2_4_a_site_that_listens_gets_a_logout_token_of_this_session(
    app: Flask, client: FlaskClient, account: bytes, session: bytes, ear: Ear
) -> None:
    sign_out(app, client, account, session)
    assert drain(app) == 1
    [claims] = ear.claims(app)
    assert {(claims["sub"], claims["sid"])} == references(app, account, session)
    assert (claims["iss"], claims["aud"]) == (rp.ISSUER, "forum")
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert claims["jti"]
    assert claims["exp"] - claims["iat"] <= 120
    assert "nonce" not in claims
    assert drain(app) == 0


@pytest.mark.parametrize("status", [400, 500, 302])
def test_s2_8_a_site_that_did_not_take_it_is_told_again(
    app: Flask, client: FlaskClient, account: bytes, session: bytes, ear: Ear, status: int
) -> None:
    ear.status = status
    sign_out(app, client, account, session)
    drain(app)
    assert len(ear.heard) == 1
    assert rp.parts(app).sql.all("SELECT kind, attempts FROM outbox", {}) == [("backchannel_logout", 1)]


def test_nothing_is_told_of_a_session_that_goes_on(app: Flask, client: FlaskClient, ear: Ear) -> None:
    client.get(LOGOUT)
    assert drain(app) == 0
    assert ear.heard == []


def test_when_an_account_is_cut_the_sites_are_told_of_each_of_its_sessions(
    app: Flask, account: bytes, session: bytes, ear: Ear
) -> None:
    """docs/rules.md §3 row 7: what a thief opened elsewhere ends at the sites too."""
    elsewhere = rp.sign_in(app, app.test_client(), account)
    rp.visit(app, elsewhere, "forum")
    stranger = rp.sign_in(app, app.test_client(), rp.person(app, "autre@exemple.test"))
    rp.visit(app, stranger, "forum")
    cut(app, account)
    drain(app)
    told = {(claims["sub"], claims["sid"]) for claims in ear.claims(app)}
    assert told == references(app, account, session, elsewhere)
    assert len(ear.heard) == 2
    ended = {row[0] for row in rp.parts(app).sql.all("SELECT id FROM session WHERE ended_at IS NOT NULL", {})}
    assert ended == {session, elsewhere}


def test_a_session_opened_after_the_cut_goes_on(app: Flask, account: bytes, session: bytes, ear: Ear) -> None:
    cut(app, account)
    browser = app.test_client()
    fresh = rp.sign_in(app, browser, account, epoch=1)
    rp.visit(app, fresh, "forum")
    drain(app)
    assert {claims["sid"] for claims in ear.claims(app)} == {sid for _, sid in references(app, account, session)}
    assert "code" in rp.answer(rp.ask(browser, prompt="none"))


def test_an_account_cut_twice_is_told_of_once(app: Flask, account: bytes, session: bytes, ear: Ear) -> None:
    cut(app, account)
    cut(app, account)
    drain(app)
    assert len(ear.heard) == 1


def test_a_session_signed_out_before_the_cut_is_told_of_once(
    app: Flask, client: FlaskClient, account: bytes, session: bytes, ear: Ear
) -> None:
    sign_out(app, client, account, session)
    cut(app, account)
    drain(app)
    assert len(ear.heard) == 1


def test_who_signs_out_at_the_provider_signs_out_of_the_sites(
    app: Flask, client: FlaskClient, account: bytes, session: bytes, ear: Ear
) -> None:
    assert send(client, "/connexion/", "/connexion/deconnexion/").status_code == 303
    drain(app)
    [claims] = ear.claims(app)
    assert {(claims["sub"], claims["sid"])} == references(app, account, session)


@pytest.mark.parametrize("uri", ["http://127.0.0.1/fin", "https://localhost/fin", "https://10.0.0.1/fin"])
def test_nothing_inside_the_network_is_called(app: Flask, uri: str) -> None:
    with app.app_context(), pytest.raises(outgoing.CallFailed, match=r"public|https"):
        backchannel.deliver({"client_id": "forum", "uri": uri, "sub": "s", "sid": "s"})


def test_when_somebody_else_signs_in_here_the_sites_of_who_was_here_are_told(
    app: Flask, client: FlaskClient, account: bytes, session: bytes, ear: Ear
) -> None:
    """Two who share a computer: at the sites, the first of them is not left signed in for the other."""
    with app.app_context(), database.transaction():
        creation.create_account(
            ADDRESS, credentials.hash_password(PASSWORD), origin="registration", locale="fr", verified_by="registration"
        )
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
    drain(app)
    [claims] = ear.claims(app)
    assert {(claims["sub"], claims["sid"])} == references(app, account, session)


def test_who_signed_in_again_meanwhile_signs_out_of_the_sites_of_before_too(
    app: Flask, client: FlaskClient, ear: Ear, make_account: Callable[..., AccountRow]
) -> None:
    """Another sign-in, and a step-up, take the place of a session; each site is told of the one that it knows."""
    account = make_account()
    sign_in(client, ADDRESS, PASSWORD)
    drain(app)
    ear.heard.clear()
    first = opened(app, account.id)
    rp.visit(app, first, "forum")
    application = Application(account.id)
    client.post("/connexion/", data={"csrf_token": token_of(client.get("/connexion/")), **BY_PASSWORD})
    second(client, otp=application.code())
    again = opened(app, account.id)
    assert again != first
    drain(app)
    assert ear.heard == []
    rp.visit(app, again, "forum")
    assert send(client, "/connexion/", "/connexion/deconnexion/").status_code == 303
    drain(app)
    told = {(claims["sub"], claims["sid"]) for claims in ear.claims(app)}
    assert told == references(app, account.id, first, again)


def opened(app: Flask, account: bytes) -> bytes:
    """The session of the account."""
    ((session,),) = rp.parts(app).sql.all(
        "SELECT id FROM session WHERE account_id = :id AND ended_at IS NULL", {"id": account}
    )
    return session
