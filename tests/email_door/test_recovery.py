"""A forgotten password, by kind of account (S15; docs/rules.md §7.3)."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import directory
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.email_door.browsing import (
    ADDRESS,
    ANSWER,
    FORGOTTEN,
    FRESH,
    MESSAGE,
    PASSWORD,
    SIGN_IN,
    Outbox,
    arrive,
    choose,
    code_of,
    forget,
    is_signed_in,
    plain,
    reaches_site,
    reset_link,
    send,
    sign_in,
    without_randomness,
    words_of,
)

MakeAccount = Callable[..., AccountRow]


def stand(address: str = ADDRESS) -> AccountRow:
    found = directory.find_by_address(address)
    assert found
    return found


def test_the_link_leads_to_a_new_password_and_back_to_the_site_that_waits(
    client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    asked = forget(client, ADDRESS, arrive(client).replace(SIGN_IN, FORGOTTEN))
    assert asked.location.startswith(MESSAGE)
    (message,) = outbox()
    assert message["Subject"] == "Choisissez un nouveau mot de passe"
    done = client.get(choose(client, reset_link(message)).location)
    page = client.get(done.location)
    assert "Votre nouveau mot de passe est enregistré" in words_of(page)
    assert f'value="{ADDRESS}"' in page.text
    assert not is_signed_in(client)
    assert sign_in(client, ADDRESS, PASSWORD, done.location).status_code == 403
    assert reaches_site(client, sign_in(client, ADDRESS, FRESH, done.location))


def test_the_code_does_what_the_link_does(client: FlaskClient, account: AccountRow, outbox: Outbox) -> None:
    forget(client, ADDRESS)
    code = code_of(outbox()[0])
    opened = send(client, MESSAGE, action="code", code=f" {code[:4].lower()}-{code[4:]}")
    assert choose(client, opened.location).status_code == 303
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_a_wrong_code_opens_nothing(client: FlaskClient, account: AccountRow, outbox: Outbox) -> None:
    forget(client, ADDRESS)
    outbox()
    assert send(client, MESSAGE, action="code", code="K7QM2345").status_code == 400
    assert "Ce lien n’est plus valable" in words_of(client.get(FORGOTTEN + "nouveau/"))


def test_the_answer_is_asked_after_the_link_and_before_the_password(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(answer=ANSWER)
    forget(client, ADDRESS)
    assert "Quel livre" not in words_of(client.get(MESSAGE))
    path = reset_link(outbox()[0])
    page = client.get(path)
    assert "Quel livre n’avez-vous jamais réussi à finir" in words_of(page)
    assert "new_password" not in page.text
    assert choose(client, path).status_code == 400
    assert sign_in(client, ADDRESS, FRESH).status_code == 403
    assert send(client, path, secret_answer="la chartreuse de parme").status_code == 403
    assert send(client, path, secret_answer=" le ROUGE, et le noir ! ").status_code == 303
    choose(client, path)
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_an_answer_given_in_one_browser_opens_nothing_in_another(
    app: Flask, client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(answer=ANSWER)
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    send(client, path, secret_answer=ANSWER)
    assert "Votre question secrète" in words_of(app.test_client().get(path))
    assert "Choisissez un nouveau mot de passe" in words_of(client.get(path))


def test_after_five_answers_the_other_ways_are_shown_whatever_is_answered(
    app: Flask, client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(answer=ANSWER)
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    refusals = [send(client, path, secret_answer=f"mauvaise réponse {n}") for n in range(5)]
    assert [refusal.status_code for refusal in refusals] == [403, 403, 403, 403, 429]
    other = app.test_client()
    forget(other, ADDRESS)
    for browser, link in ((client, path), (other, reset_link(outbox()[0]))):
        page = browser.get(link)
        assert page.status_code == 429
        assert "Recevoir un code par courrier" in words_of(page)
        assert "Contacter un conseiller" in words_of(page)
    token = client.get(FORGOTTEN).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(path, data={"csrf_token": token, "secret_answer": ANSWER}).status_code == 429


def test_a_default_address_that_nobody_proved_needs_the_answer_and_is_proved_by_both(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(verified_by=None, member_ref="M1", answer=ANSWER)
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    send(client, path, secret_answer=ANSWER)
    choose(client, path)
    assert stand().verified
    assert stand().member_ref == "M1"


@pytest.mark.parametrize("given", [{}, {"secret_question": "book"}])
def test_a_default_address_that_nobody_proved_opens_nothing_without_an_answer(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox, given: dict[str, str]
) -> None:
    make_account(verified_by=None, member_ref="M1", **given)
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    page = client.get(path)
    assert "Recevoir un code par courrier" in words_of(page)
    assert send(client, FORGOTTEN, path, new_password=FRESH, confirm_password=FRESH).status_code in (303, 400)
    assert not stand().verified
    assert sign_in(client, ADDRESS, FRESH).status_code == 403


class TestWithoutQuestions:
    @pytest.fixture
    def settings(self, make_settings: Callable[..., Settings]) -> Settings:
        return make_settings(secret_question="off")

    def test_a_proved_mailbox_is_enough(self, client: FlaskClient, make_account: MakeAccount, outbox: Outbox) -> None:
        make_account(answer=ANSWER)
        forget(client, ADDRESS)
        choose(client, reset_link(outbox()[0]))
        assert sign_in(client, ADDRESS, FRESH).status_code == 303

    def test_an_unproved_one_is_not(self, client: FlaskClient, make_account: MakeAccount, outbox: Outbox) -> None:
        make_account(verified_by=None, member_ref="M1", answer=ANSWER)
        forget(client, ADDRESS)
        assert "Il nous faut une autre preuve" in words_of(client.get(reset_link(outbox()[0])))


def test_an_account_that_nobody_validated_is_taken_over_and_nothing_of_before_is_left(
    app: Flask, client: FlaskClient, make_account: MakeAccount, outbox: Outbox, runtime: Runtime
) -> None:
    before = make_account(verified_by=None, answer="la réponse d’un autre")
    forget(client, ADDRESS)
    choose(client, reset_link(outbox()[0]))
    after = stand()
    assert (after.id, after.verified, after.secret_question) == (before.id, True, None)
    assert after.epoch > before.epoch
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 403
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_a_blocked_account_is_led_to_the_message_and_opens_with_the_new_password(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(state="blocked")
    refused = sign_in(client, ADDRESS, PASSWORD)
    assert refused.status_code == 403
    assert "Votre compte est bloqué" in words_of(refused)
    assert f'name="email" value="{ADDRESS}"' in refused.text
    forget(client, ADDRESS)
    choose(client, reset_link(outbox()[0]))
    (notice,) = outbox()
    assert notice["Subject"] == "Votre mot de passe a été changé"
    assert "il est débloqué" in plain(notice)
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_a_frozen_account_gets_the_way_out_and_no_link(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox
) -> None:
    make_account(state="frozen", member_ref="M1")
    forget(client, ADDRESS)
    (message,) = outbox()
    assert "lien/" not in plain(message)
    assert "code par courrier" in plain(message)
    refused = sign_in(client, ADDRESS, PASSWORD)
    assert "Recevoir un code par courrier" in words_of(refused)


def test_known_and_unknown_addresses_meet_the_same_pages(app: Flask, account: AccountRow, outbox: Outbox) -> None:
    seen = []
    for address in (ADDRESS, "jamais.factice@domaine.test"):
        client = app.test_client()
        answers = [
            client.get(FORGOTTEN),
            forget(client, address),
            client.get(MESSAGE),
            client.get(MESSAGE + "etat"),
            send(client, MESSAGE, action="code", code="K7QM2345"),
            send(client, MESSAGE, action="continue"),
            client.get(MESSAGE),
            send(client, MESSAGE, action="resend"),
            client.get(MESSAGE),
            forget(client, address),
            client.get(MESSAGE),
        ]
        parts = [without_randomness(answer) for answer in answers]
        seen.append(
            [
                (status, text.replace(address, ""), [header for header in headers if header[0] != "Content-Length"])
                for status, text, headers in parts
            ]
        )
    assert seen[0] == seen[1]
    assert [message["To"] for message in outbox()] == [ADDRESS]


def test_known_and_unknown_addresses_cost_the_same_hashes(
    app: Flask, account: AccountRow, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    for name in ("hash", "verify"):
        kept = getattr(type(runtime.hashing), name)
        monkeypatch.setattr(
            type(runtime.hashing), name, lambda self, *given, kept=kept: counted.append(1) or kept(self, *given)
        )
    costs = []
    for address in (ADDRESS, "jamais.factice@domaine.test"):
        counted.clear()
        client = app.test_client()
        forget(client, address)
        asked = len(counted)
        send(client, MESSAGE, action="code", code="K7QM2345")
        costs.append((asked, len(counted)))
    assert costs[0] == costs[1] == (1, 2)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"new_password": "courte"}, "au moins 12 caractères"),
        ({"new_password": "jeanne.factice 1"}, "ressemble à votre adresse email"),
        ({"new_password": "MgenConnect2026"}, "trop facile à deviner"),
        ({"confirm_password": "une autre phrase tout à fait"}, "Les deux mots de passe sont différents"),
    ],
)
def test_the_new_password_follows_the_rule(
    client: FlaskClient, account: AccountRow, outbox: Outbox, fields: dict[str, str], text: str
) -> None:
    forget(client, ADDRESS)
    typed = {"new_password": FRESH, "confirm_password": FRESH, **fields}
    refused = send(client, reset_link(outbox()[0]), **typed)
    assert refused.status_code == 400
    assert text in words_of(refused)
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("email", "text"),
    [
        ("", "Saisissez votre adresse email"),
        ("jeanne@", "Vérifiez l’adresse email"),
        ("185039512345678", "ressemble à un numéro de sécurité sociale"),
    ],
)
def test_what_is_no_address_is_told(client: FlaskClient, email: str, text: str) -> None:
    refused = forget(client, email)
    assert refused.status_code == 400
    assert text in words_of(refused)
    assert "185039512345678" not in refused.text
