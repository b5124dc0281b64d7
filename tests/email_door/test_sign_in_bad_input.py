"""Signing in with what nobody should send."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    PASSWORD,
    SIGN_IN,
    arrive,
    is_signed_in,
    reaches_site,
    send,
    sign_in,
    token_of,
    words_of,
)

REFUSAL = "Nous ne pouvons pas vous connecter."
WRONG = "ce n'est pas du tout lui"
pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("typed", ["185039512345678", "1 85 03 95 123 456 78", "2 85 03 2A 123 456"])
def test_a_nir_in_the_address_box_is_answered_with_its_own_way_and_not_kept(
    client: FlaskClient, runtime: Runtime, typed: str
) -> None:
    answer = sign_in(client, typed, WRONG)
    assert answer.status_code == 400
    assert "ressemble à un numéro de sécurité sociale" in words_of(answer)
    assert typed not in answer.text
    assert "/login-adherent/" in answer.text
    assert runtime.sql.all("SELECT 1 FROM password_attempts", {}) == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Saisissez votre adresse email."),
        ({"email": ADDRESS}, "Saisissez votre mot de passe."),
        ({"email": "jeanne", "password": "x"}, "Vérifiez l’adresse email."),
        ({"email": "jean\0ne@domaine.test", "password": "x"}, "caractère invisible"),
        ({"email": "j" * 300 + "@domaine.test", "password": "x"}, "trop longue"),
        ({"email": ADDRESS, "password": "x" * 5000}, "trop long"),
        ({"email": ADDRESS, "password": "nul\0" * 5}, REFUSAL),
    ],
)
def test_bad_input_is_refused_with_its_own_words(
    client: FlaskClient, account: AccountRow, fields: dict[str, str], text: str
) -> None:
    answer = send(client, SIGN_IN, **fields)
    assert answer.status_code in (400, 403)
    assert text in words_of(answer)


def test_lone_surrogates_are_refused_like_any_wrong_text(client: FlaskClient, account: AccountRow) -> None:
    body = f"csrf_token={token_of(client.get(SIGN_IN))}&email=%ED%A0%80@domaine.test&password=%ED%A0%80"
    answer = client.post(SIGN_IN, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 403)


def test_a_field_of_100_kilobytes_is_told_to_be_too_long(client: FlaskClient) -> None:
    answer = send(client, SIGN_IN, email=ADDRESS, password="x" * 100_000)
    assert answer.status_code == 413
    assert "trop long" in words_of(answer)


def test_a_stale_form_is_opened_again_without_losing_the_request(client: FlaskClient, account: AccountRow) -> None:
    path = arrive(client)
    answer = client.post(path, data={"csrf_token": "old", "email": ADDRESS, "password": PASSWORD})
    assert answer.status_code == 400
    assert "Cette page a trop attendu" in words_of(answer)
    assert path in answer.text
    assert not is_signed_in(client)


def test_the_request_of_another_browser_goes_nowhere(client: FlaskClient, app: Flask, account: AccountRow) -> None:
    assert app.test_client().get(arrive(client)).status_code == 400


def test_an_expired_request_leads_back_to_the_site(client: FlaskClient, account: AccountRow) -> None:
    path = arrive(client)
    with time_machine.travel("2099-01-01"):
        answer = client.get(path)
    assert answer.status_code in (400, 410)


def test_sending_the_form_twice_is_harmless(client: FlaskClient, account: AccountRow) -> None:
    path = arrive(client)
    data = {"csrf_token": token_of(client.get(path)), "email": ADDRESS, "password": PASSWORD}
    first, second = client.post(path, data=data), client.post(path, data=data)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert reaches_site(client, second)
    assert client.post(path, data=data).status_code == 200
