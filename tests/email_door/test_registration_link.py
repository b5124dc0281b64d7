"""The link and the code of a registration, wherever they are opened."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
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
    code_of,
    from_avantage,
    is_signed_in,
    link_of,
    reaches_site,
    register,
    send,
    sign_in,
    words_of,
)


def test_a_link_opened_elsewhere_signs_nobody_in_and_the_first_page_goes_on(
    client: FlaskClient, outbox: Outbox, app: Flask, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    assert client.get(WAIT + "etat").json == {"next": None}
    phone = app.test_client()
    link = link_of(outbox()[0])
    assert send(phone, link).status_code == 303
    assert "Adresse validée" in words_of(phone.get(link))
    assert not is_signed_in(phone)
    assert accounts(runtime) == 0
    assert client.get(WAIT + "etat").json == {"next": FINISH}
    assert f"Votre identifiant sera {NEW}" in words_of(client.get(FINISH))
    assert reaches_site(client, send(client, FINISH))


def test_without_a_script_the_button_goes_on(client: FlaskClient, outbox: Outbox, app: Flask) -> None:
    register(client, NEW, PASSWORD)
    send(client, WAIT, action="continue")
    assert "n’est pas encore validée" in words_of(client.get(WAIT))
    send(app.test_client(), link_of(outbox()[0]))
    assert send(client, WAIT, action="continue").location == WAIT
    assert client.get(WAIT).location == FINISH


def test_where_the_first_page_is_gone_the_password_finishes(client: FlaskClient, outbox: Outbox, app: Flask) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    link, phone = link_of(outbox()[0]), app.test_client()
    send(phone, link)
    ask = link + "/mot-de-passe"
    assert send(phone, ask, password="ce n'est pas lui du tout").status_code == 403
    assert not is_signed_in(phone)
    answer = send(phone, ask, password=PASSWORD)
    assert is_signed_in(phone)
    assert "Continuer vers MGEN Avantage" in words_of(phone.get(answer.location))
    assert client.get(WAIT + "etat").json == {"next": SIGN_IN}


def test_that_password_is_not_asked_before_the_mailbox_is_proved(
    client: FlaskClient, outbox: Outbox, app: Flask, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD)
    link, phone = link_of(outbox()[0]), app.test_client()
    send(phone, link + "/mot-de-passe", link + "/mot-de-passe", password=PASSWORD)
    assert accounts(runtime) == 0


def test_guesses_of_that_password_are_counted(client: FlaskClient, outbox: Outbox, app: Flask) -> None:
    register(client, NEW, PASSWORD)
    link, phone = link_of(outbox()[0]), app.test_client()
    send(phone, link)
    answers = [send(phone, link + "/mot-de-passe", password=f"non {n}").status_code for n in range(6)]
    assert answers == [403] * 5 + [429]


def test_programs_that_follow_links_use_nothing_up(client: FlaskClient, outbox: Outbox, app: Flask) -> None:
    register(client, NEW, PASSWORD)
    link = link_of(outbox()[0])
    scanner = app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert client.get(WAIT + "etat").json == {"next": None}
    send(client, link)
    assert is_signed_in(client)


def test_five_different_wrong_codes_close_the_code_but_not_the_link(client: FlaskClient, outbox: Outbox) -> None:
    register(client, NEW, PASSWORD)
    (message,) = outbox()
    for wrong in ("AAAAAAAA", "AAAAAAAA", "AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "court", "", "DDDDDDDD", "EEEEEEEE"):
        answer = send(client, WAIT, action="code", code=wrong)
        assert answer.status_code == 400
        assert "code" in words_of(answer)
    assert send(client, WAIT, action="code", code=code_of(message)).status_code == 400
    send(client, link_of(message))
    assert is_signed_in(client)


def test_four_wrong_codes_leave_the_right_one_good(client: FlaskClient, outbox: Outbox) -> None:
    register(client, NEW, PASSWORD)
    for wrong in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD"):
        send(client, WAIT, action="code", code=wrong)
    send(client, WAIT, action="code", code=code_of(outbox()[0]))
    assert is_signed_in(client)


def test_neither_code_nor_link_nor_password_lies_in_the_database(
    client: FlaskClient, outbox: Outbox, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD)
    (message,) = outbox()
    (row,) = runtime.sql.all("SELECT * FROM mailbox_proof", {})
    (parked,) = runtime.sql.all("SELECT * FROM registration", {})
    kept = repr(row) + repr(parked)
    assert code_of(message) not in kept
    assert link_of(message).rpartition("/")[2] not in kept
    assert PASSWORD not in kept


def test_an_expired_link_offers_a_new_one_in_one_press(client: FlaskClient, outbox: Outbox) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD)
        old = link_of(outbox()[0])
        clock.shift(86_400)
        page = client.get(old)
        assert page.status_code == 410
        assert "24 heures" in words_of(page)
        assert send(client, old).location == old
        assert "nouveau message" in words_of(client.get(old))
        (message,) = outbox()
        assert client.get(old).status_code == 410
        send(client, link_of(message))
        assert is_signed_in(client)


def test_only_the_last_message_is_good(client: FlaskClient, outbox: Outbox) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD)
        clock.shift(61)
        send(client, WAIT, action="resend")
        assert "Les précédents ne servent plus" in words_of(client.get(WAIT))
        first, second = outbox()
        assert client.get(link_of(first)).status_code == 410
        assert send(client, WAIT, action="code", code=code_of(first)).status_code == 400
        send(client, link_of(second))
        assert is_signed_in(client)


def test_messages_leave_once_a_minute_and_three_times_a_day(client: FlaskClient, outbox: Outbox) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD)
        send(client, WAIT, action="resend")
        assert "Attendez une minute" in words_of(client.get(WAIT))
        for _ in range(4):
            clock.shift(61)
            send(client, WAIT, action="resend")
        assert "déjà été demandés aujourd’hui" in words_of(client.get(WAIT))
        messages = outbox()
        assert len(messages) == 3
        send(client, link_of(messages[-1]))
        assert is_signed_in(client)


def test_a_link_followed_after_the_request_died_ends_with_the_way_back_to_the_site(
    client: FlaskClient, outbox: Outbox
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD, from_avantage(client))
        clock.shift(7200)
        assert client.get(WAIT).status_code == 200
        answer = send(client, link_of(outbox()[0]))
        page = client.get(answer.location)
        assert is_signed_in(client)
        assert "Continuer vers MGEN Avantage" in words_of(page)
        assert "https://avantage.example/connexion" in page.text


def test_the_way_back_leads_to_registered_sites_only(client: FlaskClient, account: AccountRow) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    page = client.get(SIGN_IN + "?vers=https://ailleurs.example/")
    assert "ailleurs" not in page.text.replace("hl=en", "").replace("?vers=https%3A%2F%2Failleurs", "")


@pytest.mark.parametrize("token", ["x", "é", "a" * 5000, "%00", "%ED%A0%80"])
def test_a_link_nobody_sent_is_told_to_be_too_old(client: FlaskClient, token: str) -> None:
    page = client.get(f"{REGISTER}lien/{token}")
    assert page.status_code in (404, 410)
    assert send(client, SIGN_IN, f"{REGISTER}lien/{token}").status_code in (404, 410)
