"""What a person does wrong with their second factors, or twice: refused, or taken, and told what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.accounts.factors import totp
from idp.core import db
from idp.core.runtime import Runtime
from tests.account_pages.conftest import Device
from tests.email_door.browsing import ADDRESS, PASSWORD, is_signed_in, sign_in, token_of, words_of
from tests.email_door.factors import SECOND, Application, codes_on_paper, second
from tests.software_passkey import SoftwarePasskey


@pytest.fixture(autouse=True)
def moment(app: Flask, time_machine: Any) -> Any:
    """A clock that stands still, at the beginning of a step."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def application(account: AccountRow) -> Application:
    """The application of `account`, set a moment before."""
    return Application(account.id)


@pytest.fixture
def waits(app: Flask, application: Application) -> Callable[[], FlaskClient]:
    """Make browsers where the password was right, and the second factor is asked."""

    def make() -> FlaskClient:
        browser = app.test_client()
        assert sign_in(browser, ADDRESS, PASSWORD).location == SECOND
        return browser

    return make


def refused(browser: FlaskClient, typed: str) -> str:
    """What the page says of a code that it does not take."""
    answer = second(browser, otp=typed)
    assert answer.status_code == 403
    assert not is_signed_in(browser)
    return words_of(answer)


def test_a_code_of_the_application_is_good_once(waits: Callable[[], FlaskClient], application: Application) -> None:
    code = application.code()
    first, again = waits(), waits()
    second(first, otp=code)
    assert is_signed_in(first)
    assert "il a déjà servi. Attendez le code suivant" in refused(again, code)


def test_the_code_that_set_the_application_does_not_sign_in(
    waits: Callable[[], FlaskClient], application: Application
) -> None:
    assert "il a déjà servi" in refused(waits(), application.code(-1))


def test_a_code_of_the_last_step_is_good_while_none_of_its_step_or_later_was_used(
    waits: Callable[[], FlaskClient], application: Application, moment: Any
) -> None:
    """RFC 6238 §5.2: somebody who types slowly gets in; somebody who looked over their shoulder does not."""
    late, seen = application.code(), application.code(1)
    moment.shift(45)
    slow = waits()
    second(slow, otp=late)
    assert is_signed_in(slow)
    quick = waits()
    second(quick, otp=application.code())
    assert is_signed_in(quick)
    assert seen == application.code()
    for code in (late, seen):
        assert "Attendez le code suivant" in refused(waits(), code)


def test_a_code_of_two_steps_ago_or_to_come_is_refused(
    waits: Callable[[], FlaskClient], application: Application
) -> None:
    for steps in (-2, 2):
        assert "Ce code n’est pas le bon" in refused(waits(), application.code(steps))


@pytest.mark.parametrize(
    "spell",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.title()}\t",
        lambda code: code.replace("-", "\u2013"),
        lambda code: code.replace("-", "\u00a0- "),
        lambda code: " ".join(code),
    ],
    ids=["as printed", "small", "together", "spaces", "mixed", "long dashes", "no-break spaces", "spelled"],
)
def test_a_recovery_code_is_taken_in_another_spelling_and_only_once(
    waits: Callable[[], FlaskClient], account: AccountRow, spell: Callable[[str], str]
) -> None:
    code = codes_on_paper(account.id)[0]
    first, again = waits(), waits()
    second(first, otp=spell(code))
    assert is_signed_in(first)
    assert "utilisez un autre code de secours" in refused(again, code)


@pytest.mark.parametrize("change", [lambda code: code[:-1], lambda code: code + "A", lambda code: "0" + code[1:]])
def test_what_is_no_recovery_code_is_refused_and_spends_none(
    waits: Callable[[], FlaskClient], account: AccountRow, runtime: Runtime, change: Callable[[str], str]
) -> None:
    code = codes_on_paper(account.id)[0]
    browser = waits()
    assert "Ce code n’est pas le bon" in refused(browser, change(code))
    second(browser, otp=code)
    assert is_signed_in(browser)


def test_an_application_removed_meanwhile_is_told_to_who_types_its_code(
    waits: Callable[[], FlaskClient], account: AccountRow, application: Application, runtime: Runtime
) -> None:
    """The account still has a passkey: the tab goes on, and says why the code is of no use."""
    SoftwarePasskey(account.id).keep(runtime.sql)
    browser = waits()
    with db.transaction():
        totp.remove(account.id)
    said = refused(browser, application.code())
    assert "L’application de codes n’est plus en place" in said
    assert "Choisissez une autre façon" in said


def test_a_recovery_code_made_void_by_newer_ones_opens_nothing(
    waits: Callable[[], FlaskClient], account: AccountRow
) -> None:
    (old, *_), (new, *_) = codes_on_paper(account.id), codes_on_paper(account.id)
    browser = waits()
    refused(browser, old)
    second(browser, otp=new)
    assert is_signed_in(browser)


def test_who_deletes_the_account_while_another_tab_changes_it_is_asked_to_sign_in_there(
    member: FlaskClient, device: Device
) -> None:
    """The other device was signed out by the deletion: its form changes nothing."""
    other = device("Firefox/140.0 Windows")
    page = "/compte/securite/application/"
    token = token_of(other.get(page))
    deletion = "/compte/suppression/"
    form = {"csrf_token": token_of(member.get(deletion)), "password": PASSWORD, "agree": "y"}
    assert member.post(deletion, data=form).location == "/compte/"
    answer = other.post(page, data={"csrf_token": token, "totp": "123456"})
    assert answer.location == "/connexion/?suite=securite"
    assert "La suppression était déjà demandée" in words_of(member.get(member.post(deletion, data=form).location))
