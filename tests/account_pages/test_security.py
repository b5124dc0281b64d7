"""`/compte/securite/`: a factor is added, named, used up and removed, by somebody who has just signed in."""

import json
from collections.abc import Callable
from email.message import EmailMessage

import pyotp
import pytest
import time_machine
from authenticator import Authenticator
from email_door.browsing import ADDRESS, PASSWORD, at_once, sign_in, token_of, words_of
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import creation, credentials
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime
from tests.account_pages.protecting import (
    CODES,
    PASSKEY,
    SECURITY,
    TOTP,
    act,
    add_passkey,
    enrolment,
    follow,
    opened,
    options_of,
    passkey_page,
)

GONE = PASSKEY + "0" * 32 + "/"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture(autouse=True)
def account(runtime: Runtime) -> AccountRow:
    """The account of whoever is in front of `client`."""
    with db.transaction():
        return creation.create_account(
            ADDRESS,
            credentials.hash_password(PASSWORD),
            origin="registration",
            locale="fr",
            verified_by="registration",
        )


@pytest.fixture
def person(client: FlaskClient) -> FlaskClient:
    """A browser whose person has just signed in."""
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
    return client


def test_the_list_says_in_plain_words_what_there_is(person: FlaskClient) -> None:
    text = words_of(opened(person))
    assert "votre compte n’est protégé que par son mot de passe" in text
    assert "Votre téléphone, votre ordinateur ou une petite clé" in text
    assert "Application de codes" in text
    assert "Codes de secours" not in text, "they are for the day a factor is lost"


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", SECURITY), *((way, path) for way in ("get", "post") for path in (PASSKEY, TOTP, CODES, GONE))],
)
def test_a_sign_in_of_the_last_five_minutes_is_asked_for(client: FlaskClient, method: str, path: str) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as moment:
        sign_in(client, ADDRESS, PASSWORD)
        token = token_of(opened(client, PASSKEY))
        moment.shift(301)
        answer = getattr(client, method)(path, data={"csrf_token": token} if method == "post" else None)
    assert (answer.status_code, answer.location) == (303, "/connexion/?suite=securite")


def test_a_passkey_is_added_under_the_name_that_was_guessed_and_recovery_codes_are_offered(
    app: Flask, outbox: Outbox
) -> None:
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = IPHONE
    sign_in(browser, ADDRESS, PASSWORD)
    assert 'value="Mon iPhone"' in opened(browser, PASSKEY).text
    text = follow(browser, add_passkey(browser, Authenticator(synced=True), "Mon iPhone"))
    assert "la clé d’accès « Mon iPhone » est prête" in text
    assert "Vos codes de secours" in text
    text = words_of(opened(browser))
    assert "Votre compte demande plus qu’un mot de passe" in text
    assert "Mon iPhone" in text
    assert "Elle vous suit sur vos autres appareils" in text
    (message,) = outbox()
    assert message["To"] == ADDRESS


def test_a_name_that_cannot_be_kept_does_not_lose_the_passkey_that_was_made(person: FlaskClient) -> None:
    assert add_passkey(person, Authenticator(), "=1+1").status_code == 303
    assert "Ma clé d’accès" in words_of(opened(person))


def test_without_an_answer_the_page_says_what_is_missing(person: FlaskClient) -> None:
    page = act(person, PASSKEY, passkey_name="Clé")
    assert "JavaScript" in words_of(page)
    assert f'<a href="{TOTP}">Ajouter une application de codes</a>' in page.text
    assert "Donnez un nom" in words_of(act(person, PASSKEY, passkey_name=" "))


def test_an_answer_is_good_once_in_its_browser_and_in_its_time(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as moment:
        sign_in(client, ADDRESS, PASSWORD)
        page = opened(client, PASSKEY)
        fields = {"csrf_token": token_of(page), "passkey_name": "Clé"}
        stale = Authenticator().create(options_of(page))
        moment.shift(600)
        sign_in(client, ADDRESS, PASSWORD)
        refused = client.post(PASSKEY, data={**fields, "answer": stale})
        assert refused.status_code == 400
        assert "Cette page a trop attendu" in words_of(refused)

        fresh = Authenticator().create(options_of(refused))
        thief = app.test_client()
        sign_in(thief, ADDRESS, PASSWORD)
        elsewhere = thief.post(
            PASSKEY,
            data={"csrf_token": token_of(opened(thief, PASSKEY)), "passkey_name": "Clé", "answer": fresh},
        )
        assert elsewhere.status_code == 400
        assert client.post(PASSKEY, data={**fields, "answer": fresh}).status_code == 303
        replayed = client.post(PASSKEY, data={**fields, "answer": fresh})
        assert "elle a déjà servi" in words_of(replayed)


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ({"origin": "https://mgen.evil.test"}, "Nous n’avons pas pu lire la réponse"),
        ({"verifies": False}, "Votre appareil ne vous a pas reconnu"),
    ],
)
def test_a_device_that_lies_is_told_so_and_nothing_is_kept(
    person: FlaskClient, lie: dict[str, object], told: str
) -> None:
    device = Authenticator()
    vars(device).update(lie)
    refused = add_passkey(person, device)
    assert refused.status_code == 400
    assert told in words_of(refused)
    assert "votre compte n’est protégé que par son mot de passe" in words_of(opened(person))


def test_a_passkey_is_renamed_and_removed_and_an_open_tab_says_that_it_is_gone(
    person: FlaskClient, outbox: Outbox
) -> None:
    add_passkey(person, Authenticator())
    path = passkey_page(person)
    older_tab = {"csrf_token": token_of(opened(person, path))}
    assert "Choisissez un nom plus court" in words_of(act(person, path, passkey_name="x" * 51))
    assert "s’appelle « Ma tablette »" in follow(person, act(person, path, passkey_name="Ma tablette"))
    assert "C’est votre dernière protection" in words_of(opened(person, path))
    outbox()
    text = follow(person, act(person, path, action="remove"))
    assert "cette protection est retirée" in text
    assert [message["Subject"] for message in outbox()] == ["Une protection a été retirée de votre compte"]
    for fields in ({"action": "remove"}, {"passkey_name": "Trop tard"}):
        text = follow(person, person.post(path, data={**older_tab, **fields}))
        assert "Cette protection était déjà retirée" in text
    assert outbox() == []


def test_a_passkey_of_somebody_else_is_not_there(person: FlaskClient, app: Flask, runtime: Runtime) -> None:
    add_passkey(person, Authenticator())
    path = passkey_page(person)
    with db.transaction():
        creation.create_account(
            "autre@domaine.test",
            credentials.hash_password(PASSWORD),
            origin="registration",
            locale="fr",
            verified_by="registration",
        )
    stranger = app.test_client()
    sign_in(stranger, "autre@domaine.test", PASSWORD)
    token = token_of(opened(stranger, PASSKEY))
    assert stranger.get(path).status_code == 303
    assert stranger.post(path, data={"csrf_token": token, "action": "remove"}).status_code == 303
    assert passkey_page(person) == path


def test_an_application_is_added_by_the_code_it_shows(person: FlaskClient, outbox: Outbox) -> None:
    page = opened(person, TOTP)
    secret, fields = enrolment(page)
    assert "<svg" in page.text
    assert f"secret={secret}" in page.text
    refused = person.post(TOTP, data={**fields, "totp": "000000"})
    assert "Ce code n’est pas le bon" in words_of(refused)
    same, fields = enrolment(refused)
    assert same == secret, "what was scanned stays good"
    text = follow(person, person.post(TOTP, data={**fields, "totp": pyotp.TOTP(secret).now()}))
    assert "l’application de codes est prête" in text
    assert len(outbox()) == 1
    assert "Retirer l’application de codes" in words_of(opened(person))


def test_the_form_of_an_application_is_good_once_and_another_does_not_replace_it(person: FlaskClient) -> None:
    secret, fields = enrolment(opened(person, TOTP))
    _, other_tab = enrolment(opened(person, TOTP))
    for typed in ("", "12345", "1234 56"):
        refused = person.post(TOTP, data={**fields, "totp": typed})
        assert refused.status_code == 400
        _, fields = enrolment(refused)
    person.post(TOTP, data={**fields, "totp": pyotp.TOTP(secret).now()})
    for late in (fields, other_tab):
        assert "est déjà en place" in follow(person, person.post(TOTP, data={**late, "totp": "123456"}))
    assert "déjà retirée" not in follow(person, act(person, TOTP, action="remove"))
    stale = person.post(TOTP, data={**fields, "totp": pyotp.TOTP(secret).now()})
    assert "Cette page a trop attendu" in words_of(stale)
    assert "déjà retirée" in follow(person, person.post(TOTP, data={**other_tab, "action": "remove"}))


def test_removing_the_same_factor_in_two_tabs_at_once_tells_once(
    person: FlaskClient, app: Flask, outbox: Outbox
) -> None:
    add_passkey(person, Authenticator())
    path = passkey_page(person)
    token = token_of(opened(person, path))
    cookies = {name: person.get_cookie(name).value for name in ("mgen_connect", "mgen_connect_session")}
    outbox()

    def remove() -> int:
        tab = app.test_client()
        for name, value in cookies.items():
            tab.set_cookie(name, value)
        return tab.post(path, data={"csrf_token": token, "action": "remove"}).status_code

    assert at_once(app, [remove] * 3) == [303, 303, 303]
    assert len(outbox()) == 1


def test_each_change_is_one_line_of_the_audit_with_where_it_came_from(
    person: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    add_passkey(person, Authenticator())
    act(person, CODES)
    act(person, passkey_page(person), action="remove")
    rows = runtime.sql.all(
        "SELECT event, source, detail FROM audit WHERE account_id = :id AND event != 'sign_in' ORDER BY id",
        {"id": account.id},
    )
    assert [(event, source) for event, source, _ in rows] == [
        ("factor_added", "127.0.0.1"),
        ("recovery_codes_made", "127.0.0.1"),
        ("factor_removed", "127.0.0.1"),
    ]
    assert json.loads(rows[0][2]) == {"way": "passkey"}
