"""What a person does at the provider: arrive from a site, read a page, send its form."""

import html
import re
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.core.runtime import Runtime

ADDRESS = "jeanne.factice@domaine.test"
PASSWORD = "les 7 nains chantent faux"

NEW = "nouvelle.factice@domaine.test"
OTHER = "autre.factice@domaine.test"
Outbox = Callable[[], list[EmailMessage]]

SIGN_IN = "/connexion/"
REGISTER = "/connexion/inscription/"
WAIT = "/connexion/inscription/verification/"
FINISH = "/connexion/inscription/terminer/"
FORGOTTEN = "/connexion/mot-de-passe-oublie/"
MESSAGE = "/connexion/mot-de-passe-oublie/message/"
CONFIRM = "/connexion/confirmer/"
SESSION = "mgen_connect_session"
ANSWER = "Le Rouge et le Noir"
FRESH = "une girafe mange des cravates"

_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
_RETURN = {
    "avantage": "https://avantage.example/retour",
    "member-area": "https://espace.example/retour",
}


def arrive(client: FlaskClient, site: str = "avantage", **parameters: str) -> str:
    """Come from a site; the page where one ends up."""
    query = {
        "client_id": site,
        "redirect_uri": _RETURN[site],
        "response_type": "code",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": _CHALLENGE,
        "code_challenge_method": "S256",
        **parameters,
    }
    return client.get(f"/oidc/authorize?{urlencode(query)}").location


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def send(client: FlaskClient, path: str, to: str | None = None, /, **fields: str) -> TestResponse:
    """Open the page at `path` and send its form."""
    page = client.get(path, follow_redirects=True)
    return client.post(to or path, data={"csrf_token": token_of(page), **fields})


def sign_in(client: FlaskClient, email: str, password: str, path: str = SIGN_IN) -> TestResponse:
    return send(client, path, email=email, password=password)


def register(client: FlaskClient, email: str, password: str, path: str = REGISTER) -> TestResponse:
    return send(client, path, email=email, new_password=password, confirm_password=password)


def is_signed_in(client: FlaskClient) -> bool:
    return "Votre connexion est ouverte" in client.get(SIGN_IN).text


def reaches_site(client: FlaskClient, response: TestResponse, site: str = "avantage") -> bool:
    """Whether an answer leads, through the provider's own pages, back to the site with a code."""
    while response.status_code == 303 and response.location.startswith("/"):
        response = client.get(response.location)
    return response.status_code == 303 and response.location.startswith(_RETURN[site] + "?code=")


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def link_of(message: EmailMessage) -> str:
    """The path of the link of a message."""
    found = re.search(r"https?://\S+/connexion/inscription/lien/\S+", plain(message))
    assert found, plain(message)
    return urlsplit(found[0]).path


def path_in(message: EmailMessage, start: str) -> str:
    """The path of the link of a message that starts so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(start)}\S*)", plain(message))
    assert found, plain(message)
    return found[1]


def forget(client: FlaskClient, email: str, path: str = FORGOTTEN) -> TestResponse:
    """Ask for a new password."""
    return send(client, path, email=email)


def reset_link(message: EmailMessage) -> str:
    """The path of the link that leads to a new password."""
    return path_in(message, FORGOTTEN + "lien/")


def choose(client: FlaskClient, path: str, password: str = FRESH) -> TestResponse:
    """Choose the new password at the end of `path`."""
    return send(client, path, new_password=password, confirm_password=password)


def code_of(message: EmailMessage) -> str:
    found = re.search(r"^[2-9A-Z]{8}$", plain(message), re.MULTILINE)
    assert found, plain(message)
    return found[0]


def without_randomness(response: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without its nonces, forgery tokens, references and cookies' values."""
    text = re.sub(r'(nonce|value)="[A-Za-z0-9_.-]{20,}"', r"\1", response.text)
    headers = [
        (name, re.sub(r"nonce-[\w-]+|=[\w.=-]{20,};|[?]i=[\w-]+|Expires=[^;]+", "", value))
        for name, value in response.headers
        if name != "X-Request-Id"
    ]
    return response.status_code, text, headers


def words_of(response: TestResponse) -> str:
    """The text of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def from_avantage(client: FlaskClient) -> str:
    """Come from Avantage; the page where an account is created."""
    return arrive(client).replace(SIGN_IN, REGISTER)


def accounts(runtime: Runtime) -> int:
    """How many accounts there are."""
    row = runtime.sql.one("SELECT count(*) FROM account", {})
    assert row
    return int(row[0])


def at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread of its own, all from the same instant."""
    start, results = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        start.wait()
        results.append(work())
        app.extensions["mgen_connect"].sql.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
