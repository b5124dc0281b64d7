"""« Ce n'est pas moi »: a former address freezes the account, and is told the way out (docs/rules.md §3 row 5)."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import access, directory, notices
from idp.accounts.directory import AccountRow
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    NEW,
    PASSWORD,
    Outbox,
    forget,
    is_signed_in,
    path_in,
    plain,
    reset_link,
    send,
    sign_in,
    words_of,
)

CONTEST = "/connexion/contester/"


@pytest.fixture
def told(make_account: Callable[..., AccountRow], outbox: Outbox) -> AccountRow:
    """A member's account, whose former address was told of a change."""
    account = make_account(member_ref="M1")
    with db.transaction():
        notices.remember(account.id, NEW)
        notices.tell(account, "address_changed")
    return account


def link_of(outbox: Outbox) -> str:
    (message,) = [message for message in outbox() if message["To"] == NEW]
    return path_in(message, CONTEST)


def test_the_button_freezes_and_ends_sessions_and_everybody_is_told_the_way_out(
    app: Flask, client: FlaskClient, told: AccountRow, outbox: Outbox
) -> None:
    thief, path = app.test_client(), link_of(outbox)
    sign_in(thief, ADDRESS, PASSWORD)
    forget(thief, ADDRESS)
    pending = reset_link(outbox()[0])
    done = client.get(send(client, path).location)
    assert "L’accès est bloqué" in words_of(done)
    assert "Recevoir un code par courrier" in words_of(done)
    assert not is_signed_in(thief)
    assert thief.get(pending).status_code == 410
    messages = outbox()
    assert {message["To"] for message in messages} == {ADDRESS, NEW}
    assert all("/login-adherent/mot-de-passe-oublie/" in plain(message) for message in messages)
    assert all("contester" not in plain(message) for message in messages)
    refused = sign_in(thief, ADDRESS, PASSWORD)
    assert refused.status_code == 403
    assert "Votre compte est suspendu" in words_of(refused)
    assert "Recevoir un code par courrier" in words_of(refused)


def test_reading_the_link_changes_nothing(client: FlaskClient, told: AccountRow, outbox: Outbox) -> None:
    path = link_of(outbox)
    for _ in range(2):
        assert "Bloquer l’accès" in words_of(client.get(path))
        assert client.head(path).status_code == 200
    found = directory.find_by_address(ADDRESS)
    assert found
    assert found.state == "active"


def test_twice_is_once(client: FlaskClient, told: AccountRow, outbox: Outbox, runtime: Runtime) -> None:
    path = link_of(outbox)
    send(client, path)
    outbox()
    page = client.get("/connexion/mot-de-passe-oublie/").text.split('name="csrf_token" value="')[1].split('"')[0]
    again = client.post(path, data={"csrf_token": page})
    assert "L’accès est bloqué" in words_of(client.get(again.location))
    assert outbox() == []
    assert runtime.sql.one("SELECT count(*) FROM audit WHERE event = 'change_contested'", {}) == (1,)


def test_each_change_may_be_contested_by_its_own_message(client: FlaskClient, told: AccountRow, outbox: Outbox) -> None:
    first = link_of(outbox)
    with db.transaction():
        notices.tell(told, "password_changed", unblocked=False)
    second = link_of(outbox)
    for path in (first, second):
        assert client.get(path).status_code == 200
    send(client, first)
    assert directory.find_by_id(told.id).state == "frozen"  # type: ignore[union-attr]


def test_after_72_hours_the_page_says_what_else_to_do(
    client: FlaskClient, make_account: Callable[..., AccountRow], outbox: Outbox
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        account = make_account()
        with db.transaction():
            notices.remember(account.id, NEW)
            notices.tell(account, "address_changed")
        path = link_of(outbox)
        clock.shift(72 * 3600 - 1)
        assert client.get(path).status_code == 200
        clock.shift(1)
        page = client.get(path)
        assert page.status_code == 410
        assert "Recevoir un code par courrier" in words_of(page)
        assert send(client, "/connexion/mot-de-passe-oublie/", path).status_code == 303
        assert directory.find_by_id(account.id).state == "active"  # type: ignore[union-attr]


def test_once_the_owner_is_known_earlier_links_cannot_freeze_again(
    client: FlaskClient, told: AccountRow, outbox: Outbox
) -> None:
    first = link_of(outbox)
    with db.transaction():
        notices.tell(told, "password_changed", unblocked=False)
    send(client, first)
    second = path_in(next(m for m in outbox() if "contester" in plain(m)), CONTEST)
    with db.transaction():
        assert access.unfreeze(told.id)
    assert client.get(second).status_code == 410
