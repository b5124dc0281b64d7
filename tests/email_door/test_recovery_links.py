"""Links of a forgotten password: other browsers, programs that follow links, two at once, too late."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import directory, mailbox_proofs, notices
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    ANSWER,
    FORGOTTEN,
    FRESH,
    MESSAGE,
    NEW,
    PASSWORD,
    SIGN_IN,
    Outbox,
    arrive,
    at_once,
    choose,
    forget,
    is_signed_in,
    path_in,
    plain,
    reset_link,
    send,
    sign_in,
    token_of,
    words_of,
)

MakeAccount = Callable[..., AccountRow]


def test_a_link_opened_elsewhere_works_there_and_the_first_tab_goes_on(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    forget(client, ADDRESS, arrive(client).replace(SIGN_IN, FORGOTTEN))
    phone = app.test_client()
    assert client.get(MESSAGE + "etat").json == {"next": None}
    path = reset_link(outbox()[0])
    done = phone.get(choose(phone, path).location)
    assert done.location == SIGN_IN + "?vers=avantage"
    assert not is_signed_in(phone)
    assert client.get(MESSAGE + "etat").json == {"next": MESSAGE}
    assert client.get(MESSAGE).location.startswith(SIGN_IN + "?i=")


def test_reading_a_link_changes_nothing(client: FlaskClient, account: AccountRow, outbox: Outbox) -> None:
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert choose(client, path).status_code == 303


def test_a_link_is_good_once_and_says_that_it_was_used(
    client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    page = client.get(path)
    fields = {"csrf_token": token_of(page), "new_password": FRESH, "confirm_password": FRESH}
    assert client.post(path, data=fields).location == path
    again = {
        **fields,
        "new_password": "une autre phrase, la suivante",
        "confirm_password": "une autre phrase, la suivante",
    }
    second = client.get(client.post(path, data=again).location)
    assert "est enregistré" in words_of(client.get(second.location))
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_the_newest_message_of_a_request_kills_the_ones_before(
    client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        forget(client, ADDRESS)
        clock.shift(61)
        assert "Les précédents ne servent plus" in words_of(client.get(send(client, MESSAGE, action="resend").location))
        first, second = outbox()
        assert client.get(reset_link(first)).status_code == 410
        assert client.get(reset_link(second)).status_code == 200


def test_a_stranger_who_asks_does_not_kill_the_owners_link(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    forget(client, ADDRESS)
    forget(app.test_client(), ADDRESS)
    assert client.get(reset_link(outbox()[0])).status_code == 200


def test_an_expired_link_is_asked_for_again_with_one_button(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        forget(client, ADDRESS)
        path = reset_link(outbox()[0])
        clock.shift(3600)
        phone = app.test_client()
        page = phone.get(path)
        assert page.status_code == 410
        assert "Les liens durent 1 heure" in words_of(page)
        answer = phone.post(path, data={"csrf_token": token_of(page)})
        assert "nouveau message" in words_of(phone.get(answer.location))
        assert choose(phone, reset_link(outbox()[0])).status_code == 303


def test_messages_leave_once_a_minute_and_three_times_a_day(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        forget(client, ADDRESS)
        forget(client, ADDRESS)
        send(client, MESSAGE, action="resend")
        assert len(outbox()) == 1
        for _ in range(4):
            clock.shift(61)
            send(client, MESSAGE, action="resend")
        assert len(outbox()) == 2
        forget(app.test_client(), ADDRESS)
        assert outbox() == []
        clock.shift(86_400)
        forget(app.test_client(), ADDRESS)
        assert len(outbox()) == 1


def test_of_two_resets_at_once_one_wins(app: Flask, account: AccountRow, outbox: Outbox) -> None:
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        forget(browser, ADDRESS)
    passwords = ["la première phrase choisie", "la seconde phrase choisie"]
    posts = []
    for browser, message, password in zip(browsers, outbox(), passwords, strict=True):
        path = reset_link(message)
        fields = {"csrf_token": token_of(browser.get(path)), "new_password": password, "confirm_password": password}
        posts.append(lambda browser=browser, path=path, fields=fields: browser.post(path, data=fields))
    at_once(app, posts)
    opened = [sign_in(app.test_client(), ADDRESS, password).status_code for password in passwords]
    assert sorted(opened) == [303, 403]


def test_a_reset_ends_sessions_and_every_other_link(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    thief = app.test_client()
    sign_in(thief, ADDRESS, PASSWORD)
    forget(thief, ADDRESS)
    forget(client, ADDRESS)
    theirs, ours = (reset_link(message) for message in outbox())
    choose(client, ours)
    assert not is_signed_in(thief)
    assert thief.get(theirs).status_code == 410


def test_a_right_answer_dies_with_what_happens_to_the_account(
    client: FlaskClient, make_account: MakeAccount, outbox: Outbox, runtime: Runtime
) -> None:
    account = make_account(answer=ANSWER)
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    send(client, path, secret_answer=ANSWER)
    assert "Choisissez un nouveau mot de passe" in words_of(client.get(path))
    runtime.sql.run("UPDATE account SET epoch = epoch + 1 WHERE id = :id", {"id": account.id})
    assert "Votre question secrète" in words_of(client.get(path))


def test_a_link_to_a_replaced_address_opens_nothing(
    client: FlaskClient, account: AccountRow, outbox: Outbox, runtime: Runtime
) -> None:
    forget(client, ADDRESS)
    path = reset_link(outbox()[0])
    runtime.sql.run("UPDATE identifier SET canonical = :new, address = :new", {"new": NEW})
    assert client.get(path).status_code == 410


def test_failures_that_closed_the_password_way_are_forgotten(
    app: Flask, client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    stranger = app.test_client()
    for n in range(5):
        sign_in(stranger, ADDRESS, f"mauvais mot de passe {n}")
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 429
    forget(client, ADDRESS)
    choose(client, reset_link(outbox()[0]))
    assert sign_in(client, ADDRESS, FRESH).status_code == 303


def test_every_address_is_told_and_only_a_former_one_may_contest(
    client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    with db.transaction():
        notices.remember(account.id, NEW)
    forget(client, ADDRESS)
    choose(client, reset_link(outbox()[0]))
    told = {message["To"]: plain(message) for message in outbox()}
    assert set(told) == {ADDRESS, NEW}
    assert "contester/" in told[NEW]
    assert "contester/" not in told[ADDRESS]


def test_the_mail_to_who_registers_again_leads_to_a_new_password(
    client: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    send(client, "/connexion/inscription/", email=ADDRESS, new_password=FRESH, confirm_password=FRESH)
    (message,) = outbox()
    assert path_in(message, FORGOTTEN) == FORGOTTEN
    assert forget(client, ADDRESS, path_in(message, FORGOTTEN)).location == MESSAGE


@pytest.mark.parametrize("token", ["x", "x" * 43, "é"])
def test_a_link_that_was_never_ours_is_told_as_one_too_old(client: FlaskClient, token: str) -> None:
    page = client.get(f"{FORGOTTEN}lien/{token}/")
    assert page.status_code == 410
    assert "Ce lien n’est plus valable" in words_of(page)


def test_a_link_is_good_for_its_own_page_alone(client: FlaskClient, account: AccountRow, outbox: Outbox) -> None:
    forget(client, ADDRESS)
    token = reset_link(outbox()[0]).rstrip("/").rpartition("/")[2]
    for start in ("/connexion/contester/", "/connexion/confirmer/lien/", "/connexion/inscription/lien/"):
        assert client.get(f"{start}{token}/", follow_redirects=True).status_code in (404, 410)
    found = mailbox_proofs.find(token, "recovery")
    assert found
    assert mailbox_proofs.is_live(found)
    assert directory.find_by_address(ADDRESS) == account
