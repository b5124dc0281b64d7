"""Who signs in where the account never was before is told of to every address (ASVS 6.3.5)."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from tests.email_door.browsing import ADDRESS, PASSWORD, SIGN_IN, is_signed_in, sign_in, token_of
from tests.email_door.factors import Application, second

KNOWN = "mgen_connect_known"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}
Outbox = Callable[[], list[EmailMessage]]


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def at_home(client: FlaskClient, account: AccountRow, outbox: Outbox) -> FlaskClient:
    """A browser where the person signed in once."""
    sign_in(client, ADDRESS, PASSWORD)
    assert outbox() == []
    return client


def stranger(app: Flask, **environment: str) -> FlaskClient:
    """Another browser, by default on another network."""
    browser = app.test_client()
    browser.environ_base.update(environment or ELSEWHERE)
    return browser


def told(outbox: Outbox) -> list[str]:
    """The subjects of what came."""
    return [message["Subject"] for message in outbox()]


def test_a_sign_in_on_a_new_device_is_told_to_every_address(app: Flask, at_home: FlaskClient, outbox: Outbox) -> None:
    browser = stranger(app)
    sign_in(browser, ADDRESS, PASSWORD)
    assert is_signed_in(browser)
    assert told(outbox) == ["Nouvelle connexion à votre compte"]


def test_the_browser_is_known_from_then_on(app: Flask, at_home: FlaskClient, outbox: Outbox, moment: Any) -> None:
    """From wherever, and after its last session was forgotten."""
    moment.shift(300 * 86_400)
    at_home.environ_base.update(ELSEWHERE)
    sign_in(at_home, ADDRESS, PASSWORD)
    assert is_signed_in(at_home)
    assert told(outbox) == []


def test_a_browser_that_keeps_no_cookie_is_known_by_its_last_sign_in(
    app: Flask, at_home: FlaskClient, outbox: Outbox
) -> None:
    browser = stranger(app, REMOTE_ADDR="127.0.0.1")
    sign_in(browser, ADDRESS, PASSWORD)
    assert is_signed_in(browser)
    assert told(outbox) == []


def test_the_browser_of_somebody_else_is_new(
    app: Flask, at_home: FlaskClient, make_account: Callable[..., AccountRow], outbox: Outbox
) -> None:
    """Four people share a computer; the mark of one is nobody else's."""
    other = make_account(address="autre@domaine.test")
    browser = stranger(app)
    sign_in(browser, other.address, PASSWORD)
    browser.post(SIGN_IN + "deconnexion/", data={"csrf_token": token_of(browser.get(SIGN_IN))})
    assert told(outbox) == []
    sign_in(browser, ADDRESS, PASSWORD)
    assert told(outbox) == ["Nouvelle connexion à votre compte"]
    cookie = browser.get_cookie(KNOWN)
    assert cookie is not None
    assert len(cookie.value.split(".")) == 2


def test_where_a_second_factor_is_asked_the_password_makes_no_browser_known(
    app: Flask, at_home: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    """Who types it twice before the second factor is told of all the same, and only then."""
    application, browser = Application(account.id), stranger(app)
    told(outbox)
    for _ in range(2):
        sign_in(browser, ADDRESS, PASSWORD)
    assert told(outbox) == []
    second(browser, otp=application.code())
    assert is_signed_in(browser)
    assert told(outbox) == ["Nouvelle connexion à votre compte"]


def test_nonsense_in_the_cookie_is_no_mark(app: Flask, at_home: FlaskClient, outbox: Outbox) -> None:
    browser = stranger(app)
    browser.set_cookie(KNOWN, "..é.\\x00" * 30)
    sign_in(browser, ADDRESS, PASSWORD)
    assert is_signed_in(browser)
    assert told(outbox) == ["Nouvelle connexion à votre compte"]
