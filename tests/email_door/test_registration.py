"""Creating an account with an email address."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import directory, registration
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.email_door.browsing import (
    ADDRESS,
    FINISH,
    NEW,
    PASSWORD,
    REGISTER,
    SIGN_IN,
    WAIT,
    Outbox,
    accounts,
    arrive,
    code_of,
    from_avantage,
    is_signed_in,
    link_of,
    plain,
    reaches_site,
    register,
    send,
    sign_in,
    without_randomness,
    words_of,
)


def test_the_link_in_the_same_browser_creates_the_account_and_leads_to_the_site(
    client: FlaskClient, outbox: Outbox, runtime: Runtime
) -> None:
    answer = register(client, NEW, PASSWORD, from_avantage(client))
    assert answer.location == WAIT
    assert NEW in words_of(client.get(WAIT))
    assert accounts(runtime) == 0
    (message,) = outbox()
    assert message["To"] == NEW
    assert reaches_site(client, send(client, link_of(message)))
    found = directory.find_by_address(NEW)
    assert found
    assert found.verified


def test_the_account_signs_in_with_its_password_afterwards(client: FlaskClient, outbox: Outbox, app: Flask) -> None:
    register(client, NEW, PASSWORD)
    send(client, link_of(outbox()[0]))
    assert is_signed_in(client)
    assert sign_in(app.test_client(), NEW, PASSWORD).status_code == 303


def test_the_code_does_what_the_link_does(client: FlaskClient, outbox: Outbox) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    code = code_of(outbox()[0])
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert reaches_site(client, send(client, WAIT, action="code", code=typed))


def test_a_known_address_meets_the_same_pages_and_gets_another_message(
    app: Flask, account: AccountRow, outbox: Outbox, runtime: Runtime
) -> None:
    seen = []
    for address in (ADDRESS, "jamais.vue@domaine.test"):
        client = app.test_client()
        answers = [
            client.get(REGISTER),
            register(client, address, PASSWORD),
            client.get(WAIT),
            client.get(WAIT + "etat"),
            send(client, WAIT, action="code", code="K7QM2345"),
            send(client, WAIT, action="continue"),
            client.get(WAIT),
            send(client, WAIT, action="resend"),
            client.get(WAIT),
        ]
        parts = [without_randomness(answer) for answer in answers]
        seen.append([(status, text.replace(address, ""), without_length(headers)) for status, text, headers in parts])
    assert seen[0] == seen[1]
    first, second = outbox()
    assert "Un compte existe déjà" in plain(first)
    assert "terminer la création" in plain(second)
    assert "lien/" not in plain(first)
    assert accounts(runtime) == 1


def without_length(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # The address itself, which the visitor typed, makes the page longer.
    return [header for header in headers if header[0] != "Content-Length"]


def test_both_kinds_of_address_cost_the_same_hashes(
    app: Flask, account: AccountRow, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    for name in ("hash", "verify"):
        kept = getattr(type(runtime.hashing), name)
        monkeypatch.setattr(
            type(runtime.hashing), name, lambda self, *given, kept=kept: counted.append(1) or kept(self, *given)
        )
    costs = []
    for address in (ADDRESS, NEW):
        counted.clear()
        register(app.test_client(), address, PASSWORD)
        costs.append(len(counted))
    assert costs[0] == costs[1] > 0


def test_how_a_mailbox_was_proved_is_kept(client: FlaskClient, outbox: Outbox, runtime: Runtime) -> None:
    register(client, NEW, PASSWORD)
    send(client, link_of(outbox()[0]))
    assert runtime.sql.all("SELECT verified_by FROM identifier", {}) == [("registration",)]


def test_a_password_copied_in_the_waiting_row_is_gone_once_the_account_is_there(
    client: FlaskClient, outbox: Outbox, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD)
    send(client, link_of(outbox()[0]))
    assert runtime.sql.all("SELECT password FROM registration", {}) == [("",)]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"email": ""}, "Saisissez votre adresse email."),
        ({"email": "nouvelle@"}, "Vérifiez l’adresse email."),
        ({"email": "185039512345678"}, "ressemble à un numéro de sécurité sociale"),
        ({"new_password": "courte"}, "au moins 12 caractères"),
        ({"new_password": "MgenConnect2026"}, "trop facile à deviner"),
        ({"new_password": "avantage avantage"}, "Choisissez-en un autre"),
        ({"new_password": "nouvelle.factice 1"}, "ressemble à votre adresse email"),
        ({"new_password": "x" * 4097}, "4 096 caractères au maximum"),
        ({"new_password": "une phrase \0 nulle"}, "caractère invisible"),
        ({"confirm_password": "les 7 nains chantent juste"}, "Les deux mots de passe sont différents"),
        ({"new_password": "", "confirm_password": ""}, "Saisissez un nouveau mot de passe"),
    ],
)
def test_bad_input_is_told_and_parks_nothing(
    client: FlaskClient, runtime: Runtime, outbox: Outbox, fields: dict[str, str], text: str
) -> None:
    filled = {"email": NEW, "new_password": PASSWORD, "confirm_password": PASSWORD, **fields}
    answer = send(client, from_avantage(client), **filled)
    assert answer.status_code == 400
    assert text in words_of(answer)
    assert "185039512345678" not in answer.text
    assert PASSWORD not in answer.text
    assert outbox() == []
    assert runtime.sql.all("SELECT 1 FROM registration", {}) == []


def test_a_site_that_takes_nobody_new_has_no_registration(client: FlaskClient) -> None:
    path = arrive(client, "member-area").replace(SIGN_IN, REGISTER)
    assert client.get(path).location.startswith(SIGN_IN)


def test_an_abandoned_registration_does_not_follow_to_another_site(client: FlaskClient) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    path = arrive(client, "member-area")
    assert "Espace personnel MGEN" in words_of(client.get(path))
    assert client.get(path.replace(SIGN_IN, REGISTER)).location.startswith(SIGN_IN)


class TestOneNetwork:
    @pytest.fixture
    def settings(self, make_settings: Callable[..., Settings]) -> Settings:
        return make_settings(requests_per_source=2)

    def test_many_messages_asked_for_from_one_network_are_stopped(self, app: Flask) -> None:
        answers = [register(app.test_client(), f"personne{n}@domaine.test", PASSWORD).status_code for n in range(3)]
        assert answers == [303, 303, 429]


@pytest.mark.parametrize("path", [WAIT, FINISH, WAIT + "etat"])
def test_the_pages_of_a_registration_are_for_its_browser_alone(client: FlaskClient, app: Flask, path: str) -> None:
    register(client, NEW, PASSWORD)
    assert NEW not in app.test_client().get(path, follow_redirects=True).text


def test_a_stale_form_loses_nothing(client: FlaskClient, outbox: Outbox) -> None:
    answer = client.post(REGISTER, data={"csrf_token": "old", "email": NEW, "new_password": PASSWORD})
    assert answer.status_code == 400
    assert "Cette page a trop attendu" in words_of(answer)
    assert outbox() == []


def test_a_registration_is_forgotten_after_a_week(client: FlaskClient, outbox: Outbox, runtime: Runtime) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD)
        link = link_of(outbox()[0])
        clock.shift(7 * 86_400)
        assert client.get(link).status_code == 410
        assert "ou créez-le de nouveau" in words_of(client.get(link))
        assert NEW not in client.get(WAIT, follow_redirects=True).text
        assert registration.clean() == 1


def test_the_message_is_in_the_language_of_the_page(client: FlaskClient, outbox: Outbox) -> None:
    client.get(REGISTER + "?hl=en")
    register(client, NEW, PASSWORD)
    assert "Validate" in str(outbox()[0]["Subject"])
