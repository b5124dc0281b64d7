"""Who has a mailbox learns that somebody tries to come in, or came in after many tries (ASVS 6.3.5)."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import notices
from idp.accounts.directory import AccountRow
from idp.accounts.sign_in import failures_of
from idp.core import db
from idp.core.runtime import Runtime
from tests.email_door.browsing import ADDRESS, PASSWORD, Outbox, is_signed_in, plain, sign_in, words_of
from tests.email_door.factors import Application, codes_on_paper, second

FORMER = "jeanne.avant@domaine.test"
AFTER_FAILURES = "Plusieurs mots de passe faux, puis le bon"
TRIED = "Quelqu’un essaie d’entrer dans votre compte"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


def told(outbox: Outbox) -> list[tuple[str, str]]:
    """To whom what was sent."""
    return [(message["To"], message["Subject"]) for message in outbox()]


def fails(browser: FlaskClient, times: int) -> None:
    """Type wrong passwords."""
    for _ in range(times):
        assert sign_in(browser, ADDRESS, "pas du tout lui").status_code == 403


def gets_codes_wrong(browser: FlaskClient, times: int) -> None:
    """Type wrong codes, after the right password."""
    for _ in range(times):
        assert second(browser, otp="000000").status_code == 403


def test_the_right_password_after_five_wrong_ones_is_told_to_every_address(
    client: FlaskClient, account: AccountRow, outbox: Outbox, moment: Any
) -> None:
    """A former address may freeze the account from there; the present one leads to another password."""
    with db.transaction():
        notices.remember(account.id, FORMER)
    fails(client, 5)
    moment.shift(61)
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)
    sent = {message["To"]: message for message in outbox()}
    assert {to: message["Subject"] for to, message in sent.items()} == dict.fromkeys((ADDRESS, FORMER), AFTER_FAILURES)
    assert "/connexion/mot-de-passe-oublie/" in plain(sent[ADDRESS])
    assert "/connexion/contester/" in plain(sent[FORMER])


def test_fewer_failures_are_nobody_s_business(client: FlaskClient, account: AccountRow, outbox: Outbox) -> None:
    fails(client, 4)
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)
    assert told(outbox) == []


def test_it_is_told_once_a_day(client: FlaskClient, account: AccountRow, outbox: Outbox, moment: Any) -> None:
    for hours, expected in ((0, [AFTER_FAILURES]), (3, []), (25, [AFTER_FAILURES])):
        moment.shift(hours * 3600)
        fails(client, 5)
        moment.shift(61)
        sign_in(client, ADDRESS, PASSWORD)
        assert [subject for _, subject in told(outbox)] == expected


def test_five_wrong_codes_after_the_password_are_told_once_a_day(
    client: FlaskClient, account: AccountRow, outbox: Outbox, moment: Any
) -> None:
    """Whoever brings them knows the password."""
    Application(account.id)
    sign_in(client, ADDRESS, PASSWORD)
    outbox()
    gets_codes_wrong(client, 4)
    assert told(outbox) == []
    gets_codes_wrong(client, 1)
    assert told(outbox) == [(ADDRESS, TRIED)]
    moment.shift(61)
    gets_codes_wrong(client, 1)
    assert told(outbox) == []


def test_wrong_codes_of_the_application_do_not_close_the_codes_on_paper(
    app: Flask, client: FlaskClient, account: AccountRow, moment: Any
) -> None:
    """They are there for the day when the application is wrong."""
    application, codes = Application(account.id), codes_on_paper(account.id)
    for _ in range(10):
        # Ten minutes, for which the sign-in waits, are less than the longest wait.
        sign_in(client, ADDRESS, PASSWORD)
        assert second(client, otp="000000").status_code == 403
        moment.shift(16 * 60)
    sign_in(client, ADDRESS, PASSWORD)
    assert second(client, otp=application.code()).status_code == 429
    second(client, otp=codes[0])
    assert is_signed_in(client)


def test_a_network_that_fails_too_often_is_stopped_at_the_second_factor_too(
    app: Flask, client: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    """The failures of one network are one count, whichever proof was wrong."""
    application = Application(account.id)
    sign_in(client, ADDRESS, PASSWORD)
    for _ in range(runtime.settings.failures_per_source):
        runtime.throttle.count(failures_of("127.0.0.1"), 3600)
    answer = second(client, otp=application.code())
    assert answer.status_code == 429
    assert "Trop d’essais" in words_of(answer)
