"""`/compte/donnees/`: all that is held of a person, as a page and as a file; no secret, and nobody else's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.core import clock, db
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from tests.account_pages.conftest import Device, later
from tests.email_door.browsing import ADDRESS, ANSWER, PASSWORD, SESSION, send, sign_in, token_of, words_of

PAGE = "/compte/donnees/"


@pytest.fixture
def person(app: Flask, client: FlaskClient, make_account: Callable[..., AccountRow], runtime: Runtime) -> FlaskClient:
    """The browser of somebody of whom there is everything."""
    account = make_account(answer=ANSWER, member_ref="M-000123")
    sign_in(client, ADDRESS, PASSWORD)
    now = {"id": new_id(), "account": account.id, "now": clock.now(), "until": clock.now() + 3600}
    for statement in (
        "INSERT INTO passkey (id, account_id, credential_id, public_key, sign_count, backup_eligible, backed_up,"
        " transports, name, created_at) VALUES (:id, :account, :id, :id, 0, :no, :no, '', 'Mon téléphone', :now)",
        "INSERT INTO totp (account_id, secret, last_step, created_at) VALUES (:account, :id, 0, :now)",
        "INSERT INTO recovery_code (id, account_id, selector, hash, created_at)"
        " VALUES (:id, :account, 'ABCD', 'hash-of-a-code', :now)",
        "INSERT INTO remembered_device (id, account_id, epoch, user_agent, created_at, expires_at)"
        " VALUES (:id, :account, 0, 'Firefox/140.0', :now, :until)",
        "INSERT INTO known_address (id, account_id, address, canonical, known_since)"
        " VALUES (:id, :account, 'ancienne@domaine.test', 'ancienne@domaine.test', :now)",
        "INSERT INTO consent (account_id, client_id, scope, granted_at) VALUES (:account, 'forum', 'email openid', 1)",
    ):
        runtime.sql.run(statement, {**now, "no": False})
    session = rp.parts(app).keyring.read_handle("session", client.get_cookie(SESSION, domain="localhost").value)
    rp.visit(app, session, "avantage")
    return client


def download(browser: FlaskClient) -> dict[str, Any]:
    answer = send(browser, PAGE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mgen-connect.json"'
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_the_file_has_everything(person: FlaskClient) -> None:
    """GDPR art. 15 and 20."""
    data = download(person)
    assert data["account"]["address"] == ADDRESS
    assert data["account"]["member_reference"] == "M-000123"
    assert data["account"]["has_secret_question"] is True
    assert [each["address"] for each in data["other_addresses"]] == ["ancienne@domaine.test"]
    assert len(data["sessions"]) == 1
    assert {each["site"] for each in data["sites"]} == {"MGEN Avantage", "Forum MGEN"}
    assert data["agreements"][0]["may"] == ["email", "openid"]
    assert data["factors"]["passkeys"][0]["name"] == "Mon téléphone"
    assert data["factors"]["recovery_codes_left"] == 1
    assert "Connexion à votre compte." in [line["what"] for line in data["record"]]
    assert data["account"]["created_at"].endswith("+00:00")


def test_the_page_says_it_in_words(person: FlaskClient) -> None:
    said = words_of(person.get(PAGE))
    for text in (
        ADDRESS, "M-000123", "ancienne@domaine.test", "MGEN Avantage", "Forum MGEN", "Mon téléphone",
        "Application de codes", "Un code de secours", "Un appareil de confiance", "Voir mon historique",
    ):  # fmt: skip
        assert text in said


def test_neither_holds_a_secret(person: FlaskClient, runtime: Runtime) -> None:
    """docs/rules.md §1: no hash, no answer."""
    rows = runtime.sql.all("SELECT password, secret_answer, secret_question FROM account", {})
    texts = [person.get(PAGE).text, json.dumps(download(person))]
    for text in texts:
        for secret in (*rows[0], "hash-of-a-code", "argon2", "ABCD"):
            assert secret not in text


def test_nothing_of_anybody_else_is_in_it(person: FlaskClient, make_account: Callable[..., AccountRow]) -> None:
    make_account("autre.factice@domaine.test", member_ref="M-000999")
    sign_in(person.application.test_client(), "autre.factice@domaine.test", PASSWORD)
    text = json.dumps(download(person))
    assert "autre.factice" not in text
    assert "M-000999" not in text


def test_an_account_with_nothing_has_a_page_too(member: FlaskClient) -> None:
    said = words_of(member.get(PAGE))
    assert "Pseudonyme rien" in said
    assert "Rien." in said
    assert download(member)["factors"]["passkeys"] == []


def test_the_file_is_for_who_signed_in_just_now_and_is_put_down(
    member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    """docs/rules.md §1: a fresh sign-in of five minutes."""
    token = token_of(member.get(PAGE))
    with later(301):
        assert member.get(PAGE).location == "/connexion/?suite=donnees"
        assert member.post(PAGE, data={"csrf_token": token}).location == "/connexion/?suite=donnees"
    assert not runtime.sql.all("SELECT 1 FROM audit WHERE event = 'data_exported'", {})
    assert download(member)["record"][0]["event"] == "data_exported"


def test_two_downloads_are_two_lines(member: FlaskClient, device: Device) -> None:
    download(member)
    events = [line["event"] for line in download(member)["record"]]
    assert events.count("data_exported") == 2
    assert not db.is_writing()
