"""A person with a session, and a site that asks for them: what the tests of the authorization endpoint share."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.core import clock
from idp.core.db import Statements
from idp.core.ids import new_id
from idp.core.runtime import Runtime, current
from idp.sessions import service
from idp.sessions.levels import PASSWORD

AUTHORIZE = "/oidc/authorize"
CONTINUE = "/oidc/continue"
SIGN_IN = "/connexion/"
ISSUER = "http://localhost:8000"
COOKIE = "mgen_connect_session"
VERIFIER = "a-verifier-of-the-tests-" + "0" * 30
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

# A good request of the confidential client `forum`.
GOOD = {
    "client_id": "forum",
    "redirect_uri": "https://forum.example/retour",
    "response_type": "code",
    "scope": "openid email",
    "state": "the state",
    "nonce": "a-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def parts(app: Flask) -> Runtime:
    """The parts of the application."""
    runtime: Runtime = app.extensions["mgen_connect"]
    return runtime


def person(app: Flask, address: str = "camille.durand@exemple.test") -> bytes:
    """An account with a proved address; returns its id."""
    account_id, now = new_id(), clock.now()
    sql = parts(app).sql
    sql.run(
        "INSERT INTO account (id, state, epoch, locale, origin, created_at)"
        " VALUES (:id, 'active', 0, 'fr', 'test', :now)",
        {"id": account_id, "now": now},
    )
    sql.run(
        "INSERT INTO identifier (id, account_id, address, canonical, status, verified_at, verified_by, created_at)"
        " VALUES (:id, :account_id, :address, :address, 'active', :now, 'link', :now)",
        {"id": new_id(), "account_id": account_id, "address": address, "now": now},
    )
    return account_id


def sign_in(app: Flask, browser: FlaskClient, account_id: bytes, *, epoch: int = 0) -> bytes:
    """Give `browser` a session of the account, as the end of a sign-in does; returns the session's id."""
    with app.app_context():
        handle = service.open_session(account_id, epoch, acr=PASSWORD, amr=("pwd",), source=None, user_agent=None)
        identifier = current().keyring.read_handle(service.HANDLE, handle)
    browser.set_cookie(COOKIE, handle, domain="localhost")
    assert identifier
    return identifier


def visit(app: Flask, session: bytes, client_id: str) -> None:
    """The session has signed in to this site."""
    parts(app).sql.run(
        "INSERT INTO participation VALUES (:session, :client_id, :now)",
        {"session": session, "client_id": client_id, "now": clock.now()},
    )


def change_metadata(sql: Statements, client_id: str, **metadata: Any) -> None:
    """Change what is stored of a client, past every rule; seen at once."""
    row = sql.one("SELECT metadata_json FROM client WHERE id = :id", {"id": client_id})
    assert row
    changed = json.dumps({**json.loads(row[0]), **metadata})
    sql.run("UPDATE client SET metadata_json = :changed WHERE id = :id", {"changed": changed, "id": client_id})
    sql.run("UPDATE version SET value = value + 1", {})


def register(app: Flask, client_id: str, **metadata: Any) -> None:
    """Change what is registered of a client; seen at once."""
    sql = parts(app).sql
    change_metadata(sql, client_id, **metadata)


def ask(browser: FlaskClient, **changes: str | None) -> TestResponse:
    """Send the good request with these parameters instead; None leaves one out."""
    return browser.get(AUTHORIZE, query_string=query(**changes))


def query(**changes: str | None) -> str:
    """The good request, changed, as a query."""
    return urlencode(parameters(**changes))


def parameters(**changes: str | None) -> dict[str, str]:
    """The parameters of the good request, changed."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def answer(response: TestResponse) -> dict[str, str]:
    """The parameters that the site receives; fails where the browser is not sent to the site."""
    assert response.status_code == 303, response.status
    target = urlsplit(response.location)
    assert f"{target.scheme}://{target.netloc}{target.path}" == GOOD["redirect_uri"], response.location
    received = parse_qs(target.query, keep_blank_values=True, strict_parsing=True, errors="strict")
    assert all(len(values) == 1 for values in received.values())
    return {name: values[0] for name, values in received.items()}


def interaction_id(response: TestResponse) -> str:
    """The interaction that a redirect leads into."""
    assert response.status_code == 303, response.status
    return parse_qs(urlsplit(response.location).query)["i"][0]


def interaction(app: Flask, response: TestResponse) -> dict[str, Any]:
    """What is kept of the interaction that a redirect leads into."""
    value = parts(app).ephemeral.get(f"interaction:{interaction_id(response)}")
    assert value
    return value


def goes_to(response: TestResponse, path: str) -> bool:
    """Whether the browser is sent to this page of the provider."""
    return response.status_code == 303 and urlsplit(response.location).path == path
