"""The session of a browser: how long it lives, how it ends, and that its end is near at hand (ASVS 5.0 V7)."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.account_pages import paths
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from tests.backoffice.working import Colleague, invite
from tests.email_door.browsing import ADDRESS, PASSWORD, SESSION, is_signed_in, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def person(client: FlaskClient, account: AccountRow) -> FlaskClient:
    """A browser whose person has just signed in."""
    sign_in(client, ADDRESS, PASSWORD)
    return client


def test_it_ends_after_half_an_hour_unused(person: FlaskClient, moment: Any) -> None:
    moment.shift(29 * 60)
    assert is_signed_in(person)
    moment.shift(30 * 60)
    assert not is_signed_in(person)


def test_it_ends_after_twelve_hours_however_used(person: FlaskClient, moment: Any) -> None:
    for _ in range(12 * 3 - 1):
        moment.shift(20 * 60)
        assert is_signed_in(person)
    moment.shift(20 * 60)
    assert not is_signed_in(person)


def test_a_cookie_holds_nothing_but_a_name_that_nobody_else_can_make(person: FlaskClient, runtime: Runtime) -> None:
    """ASVS 7.2.3: 74 random bits and a check of 128 under the keyring; what is stored alone opens nothing."""
    cookie = person.get_cookie(SESSION)
    assert cookie
    assert len(cookie.value) == 43
    (identifier,) = runtime.sql.one("SELECT id FROM session", {}) or (b"",)
    assert runtime.keyring.handle("session", bytes(identifier)) == cookie.value
    person.set_cookie(SESSION, cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "Q"), domain="localhost")
    assert not is_signed_in(person)


@pytest.mark.parametrize("path", [*paths.OF.values(), *(paths.SECURITY + each for each in ("cle/", "application/"))])
def test_every_page_of_the_account_leads_to_signing_out(person: FlaskClient, path: str) -> None:
    """ASVS 7.4.4: by the same words at the same place."""
    page = person.get(path)
    assert page.status_code == 200
    assert '<p class="leave"><a href="/oidc/logout">Me déconnecter</a></p>' in page.text


def test_every_page_of_staff_leads_to_leaving(app: Flask, runtime: Runtime) -> None:
    ana = Colleague(app, runtime)
    assert ana.enrols(invite(runtime)).status_code == 303
    assert ana.signs_in().status_code == 303
    for path in ("/backoffice/", "/backoffice/membres/", "/backoffice/demandes/"):
        assert 'action="/backoffice/deconnexion/"' in ana.client.get(path).text


def test_a_password_does_not_grow_old(client: FlaskClient, account: AccountRow, moment: Any) -> None:
    """ASVS 6.2.10: years later it signs in, and nobody asks for another."""
    moment.shift(3 * 365 * 86_400)
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
    assert is_signed_in(client)
