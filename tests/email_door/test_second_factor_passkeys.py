"""Signing in with a passkey, alone or after the password; and the answers that are none."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from software_passkey import SoftwarePasskey, allowed

from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    PASSWORD,
    SIGN_IN,
    arrive,
    at_once,
    is_signed_in,
    reaches_site,
    sign_in,
    token_of,
    words_of,
)
from tests.email_door.factors import MFA, PASSKEY, SECOND, bring, options, session_of

OPTIONS = PASSKEY + "options"
SECOND_OPTIONS = SECOND + "options"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def passkey(account: AccountRow, runtime: Runtime) -> SoftwarePasskey:
    """A passkey of `account`."""
    return SoftwarePasskey(account.id).keep(runtime.sql)


def test_the_sign_in_page_offers_passkeys_in_the_address_field(client: FlaskClient) -> None:
    text = client.get(SIGN_IN).text
    assert 'autocomplete="username webauthn"' in text
    assert "passkey-sign-in.js" in text


@pytest.mark.parametrize(("synced", "kind"), [(False, "hwk"), (True, "swk")])
def test_a_passkey_alone_is_two_factors_and_leads_back_to_the_site(
    client: FlaskClient, account: AccountRow, runtime: Runtime, synced: bool, kind: str
) -> None:
    """`amr` says whether its key may leave the device (RFC 8176 §2)."""
    passkey = SoftwarePasskey(account.id, synced=synced).keep(runtime.sql)
    page = arrive(client)
    asked = options(client, page, OPTIONS)
    assert (asked["userVerification"], allowed(asked)) == ("required", [])
    answer = bring(client, page, page.replace(SIGN_IN, PASSKEY), passkey.answer(asked))
    assert session_of(runtime)[:2] == (MFA, f"{kind} user mfa")
    assert reaches_site(client, answer)


def test_a_passkey_after_the_password_is_one_of_the_accounts_own(
    client: FlaskClient, passkey: SoftwarePasskey, make_account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    stranger = SoftwarePasskey(make_account("autre.factice@domaine.test").id).keep(runtime.sql)
    sign_in(client, ADDRESS, PASSWORD)
    asked = options(client, SECOND, SECOND_OPTIONS)
    assert allowed(asked) == [passkey.id]
    assert bring(client, SECOND, SECOND, stranger.answer(asked)).status_code == 403
    bring(client, SECOND, SECOND, passkey.answer(options(client, SECOND, SECOND_OPTIONS)))
    assert session_of(runtime)[:2] == (MFA, "pwd hwk user mfa")


def refused(client: FlaskClient, answer: str, words: str) -> None:
    response = bring(client, SIGN_IN, PASSKEY, answer)
    assert response.status_code == 403
    assert words in words_of(response)
    assert not is_signed_in(client)


def test_an_answer_given_before_is_refused(app: Flask, client: FlaskClient, passkey: SoftwarePasskey) -> None:
    answer = passkey.answer(options(client, SIGN_IN, OPTIONS))
    bring(client, SIGN_IN, PASSKEY, answer)
    assert is_signed_in(client)
    client.post(SIGN_IN + "deconnexion/", data={"csrf_token": token_of(client.get(SIGN_IN))})
    refused(client, answer, "la réponse a déjà servi")


def test_an_answer_to_a_question_of_another_browser_is_refused(
    app: Flask, client: FlaskClient, passkey: SoftwarePasskey
) -> None:
    refused(client, passkey.answer(options(app.test_client(), SIGN_IN, OPTIONS)), "la réponse a déjà servi")


def test_an_answer_to_the_question_of_the_other_page_is_refused(client: FlaskClient, passkey: SoftwarePasskey) -> None:
    """A sign-in without a password is not finished by what was asked after one, nor the other way round."""
    sign_in(client, ADDRESS, PASSWORD)
    refused(client, passkey.answer(options(client, SECOND, SECOND_OPTIONS)), "la réponse a déjà servi")
    alone = passkey.answer(options(client, SIGN_IN, OPTIONS))
    assert bring(client, SECOND, SECOND, alone).status_code == 403
    assert not is_signed_in(client)


def test_an_answer_that_comes_too_late_is_refused(
    client: FlaskClient, passkey: SoftwarePasskey, time_machine: Any
) -> None:
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    answer = passkey.answer(options(client, SIGN_IN, OPTIONS))
    time_machine.shift(601)
    refused(client, answer, "trop longtemps")


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://ailleurs.example"}, {"verified": False}, {"handle": b"somebody else!!!"}]
)
def test_an_answer_of_another_origin_or_person_or_without_verification_is_refused(
    client: FlaskClient, passkey: SoftwarePasskey, wrong: dict[str, Any]
) -> None:
    refused(client, passkey.answer(options(client, SIGN_IN, OPTIONS), **wrong), "clé d’accès")


def test_a_key_that_was_removed_says_so_in_a_tab_left_open(
    client: FlaskClient, passkey: SoftwarePasskey, runtime: Runtime
) -> None:
    asked = options(client, SIGN_IN, OPTIONS)
    runtime.sql.run("DELETE FROM passkey", {})
    refused(client, passkey.answer(asked), "n’est plus enregistrée")


def test_a_key_that_was_copied_is_refused_and_put_down(
    client: FlaskClient, passkey: SoftwarePasskey, runtime: Runtime
) -> None:
    """A counter that goes back (WebAuthn Level 3 §6.1.1)."""
    runtime.sql.run("UPDATE passkey SET sign_count = 7", {})
    passkey.counter = 7
    refused(client, passkey.answer(options(client, SIGN_IN, OPTIONS)), "semble avoir été copiée")
    events = {event for (event,) in runtime.sql.all("SELECT event FROM audit", {})}
    assert {"passkey_copied", "second_factor_refused"} <= events
    assert runtime.sql.one("SELECT count(*) FROM outbox WHERE kind = 'mail'", {}) == (1,)


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", '{"response": 1}', "x" * 20_000, '{"rawId": "é"}'])
def test_what_is_no_answer_is_refused_on_the_page(client: FlaskClient, passkey: SoftwarePasskey, answer: str) -> None:
    refused(client, answer, "n’a pas pu être vérifiée")


@pytest.mark.parametrize(("state", "status"), [("blocked", 403), ("frozen", 403)])
def test_a_passkey_opens_no_account_that_is_closed(
    client: FlaskClient, passkey: SoftwarePasskey, runtime: Runtime, state: str, status: int
) -> None:
    runtime.sql.run("UPDATE account SET state = :state", {"state": state})
    answer = bring(client, SIGN_IN, PASSKEY, passkey.answer(options(client, SIGN_IN, OPTIONS)))
    assert answer.status_code == status
    assert not is_signed_in(client)


def test_a_passkey_opens_where_the_password_way_is_closed(client: FlaskClient, passkey: SoftwarePasskey) -> None:
    """docs/rules.md §3 row 21: a stranger's failures close the password way alone."""
    for _ in range(5):
        sign_in(client, ADDRESS, "pas du tout lui")
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 429
    bring(client, SIGN_IN, PASSKEY, passkey.answer(options(client, SIGN_IN, OPTIONS)))
    assert is_signed_in(client)


def test_of_two_answers_sent_at_once_one_opens_a_session(
    app: Flask, client: FlaskClient, passkey: SoftwarePasskey, runtime: Runtime
) -> None:
    answer = passkey.answer(options(client, SIGN_IN, OPTIONS))
    token = token_of(client.get(SIGN_IN))
    cookies = {name: cookie.value for (_, _, name), cookie in client._cookies.items()}

    def finish() -> int:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post(PASSKEY, data={"csrf_token": token, "credential": answer}).status_code

    assert sorted(at_once(app, [finish, finish, finish])) == [303, 403, 403]
    assert session_of(runtime)[0] == MFA


def test_the_options_say_nothing_of_who_has_a_passkey(client: FlaskClient, passkey: SoftwarePasskey) -> None:
    """Nobody's credential is named before a password."""
    asked = options(client, SIGN_IN, OPTIONS)
    assert "allowCredentials" not in json.dumps(asked) or asked["allowCredentials"] == []
    assert client.post(SECOND_OPTIONS, headers={"X-CSRFToken": token_of(client.get(SIGN_IN))}).status_code == 409
