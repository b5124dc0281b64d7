"""Signing in where the password alone is not enough."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import creation
from idp.accounts.directory import AccountRow
from idp.accounts.factors import totp
from idp.core import db
from idp.core.runtime import Runtime
from idp.sessions.levels import PASSWORD as BY_PASSWORD
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
from tests.email_door.factors import MFA, SECOND, Application, codes_on_paper, second, session_of

DEVICE = "mgen_connect_device"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def application(account: AccountRow) -> Application:
    """The application of `account`."""
    return Application(account.id)


def test_the_password_alone_opens_no_session(client: FlaskClient, application: Application, runtime: Runtime) -> None:
    answer = sign_in(client, ADDRESS, PASSWORD)
    assert (answer.status_code, answer.location) == (303, SECOND)
    assert runtime.sql.all("SELECT 1 FROM session", {}) == []
    assert not is_signed_in(client)
    page = client.get(SECOND)
    assert 'autocomplete="one-time-code"' in page.text
    assert ADDRESS in words_of(page)


def test_the_code_of_the_application_leads_back_to_the_site(
    client: FlaskClient, application: Application, runtime: Runtime
) -> None:
    waiting = arrive(client)
    page = sign_in(client, ADDRESS, PASSWORD, waiting).location
    assert page.startswith(SECOND + "?i=")
    answer = second(client, page, otp=application.code())
    assert session_of(runtime)[:2] == (MFA, "pwd otp mfa")
    assert reaches_site(client, answer)


def test_the_code_may_be_typed_as_the_application_shows_it(client: FlaskClient, application: Application) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    code = application.code()
    second(client, otp=f" {code[:3]} {code[3:]} ")
    assert is_signed_in(client)


def test_a_recovery_code_is_good_once_in_any_spelling(
    app: Flask, client: FlaskClient, account: AccountRow, application: Application, runtime: Runtime
) -> None:
    codes = codes_on_paper(account.id)
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=codes[0].lower().replace("-", " "))
    assert session_of(runtime)[:2] == (MFA, "pwd otp mfa")
    other = app.test_client()
    sign_in(other, ADDRESS, PASSWORD)
    answer = second(other, otp=codes[0])
    assert answer.status_code == 403
    assert "a déjà servi" in words_of(answer)
    assert not is_signed_in(other)


def test_a_wrong_code_is_refused_on_the_page_and_put_down(
    client: FlaskClient, account: AccountRow, application: Application, runtime: Runtime
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    answer = second(client, otp="000000")
    assert answer.status_code == 403
    assert "Ce code n’est pas le bon" in words_of(answer)
    assert "000000" not in answer.text
    events = runtime.sql.all("SELECT event, account_id FROM audit WHERE event LIKE '%refused'", {})
    assert events == [("second_factor_refused", account.id)]


def test_a_code_used_by_another_browser_opens_nothing_here(
    app: Flask, client: FlaskClient, application: Application
) -> None:
    code, other = application.code(), app.test_client()
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=code)
    sign_in(other, ADDRESS, PASSWORD)
    assert second(other, otp=code).status_code == 403
    assert not is_signed_in(other)


def test_after_five_wrong_codes_even_the_right_one_waits(
    client: FlaskClient, application: Application, moment: Any
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    for _ in range(5):
        assert second(client, otp="000000").status_code == 403
    answer = second(client, otp=application.code())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    moment.shift(61)
    second(client, otp=application.code())
    assert is_signed_in(client)


def test_guesses_at_once_are_counted_all_the_same(app: Flask, client: FlaskClient, application: Application) -> None:
    """No race lets a sixth guess be compared."""
    sign_in(client, ADDRESS, PASSWORD)
    token = token_of(client.get(SECOND))
    cookies = {name: cookie.value for (_, _, name), cookie in client._cookies.items()}

    def guess() -> int:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post(SECOND, data={"csrf_token": token, "otp": "000000"}).status_code

    answers = at_once(app, [guess] * 8)
    assert answers.count(403) == 5
    assert answers.count(429) == 3


def test_of_two_tabs_that_finish_one_sign_in_one_opens_a_session(
    app: Flask, client: FlaskClient, account: AccountRow, application: Application, runtime: Runtime
) -> None:
    """Each with a good code of its own."""
    codes = codes_on_paper(account.id)
    sign_in(client, ADDRESS, PASSWORD)
    token = token_of(client.get(SECOND))
    cookies = {name: cookie.value for (_, _, name), cookie in client._cookies.items()}

    def finish(code: str) -> int:
        browser = app.test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post(SECOND, data={"csrf_token": token, "otp": code}).status_code

    answers = at_once(app, [lambda: finish(application.code()), lambda: finish(codes[0]), lambda: finish(codes[1])])
    assert answers == [303, 303, 303]
    assert session_of(runtime)[0] == MFA


def test_the_second_tab_goes_on_with_the_session_of_the_first(
    client: FlaskClient, account: AccountRow, application: Application
) -> None:
    tab = sign_in(client, ADDRESS, PASSWORD, arrive(client)).location
    other = sign_in(client, ADDRESS, PASSWORD, arrive(client)).location
    assert reaches_site(client, second(client, tab, otp=application.code()))
    assert reaches_site(client, client.get(other))


def test_a_sign_in_waits_ten_minutes_in_its_own_browser(
    app: Flask, client: FlaskClient, application: Application, moment: Any
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    assert app.test_client().get(SECOND).location == SIGN_IN
    moment.shift(601)
    answer = client.post(SECOND, data={"csrf_token": token_of(client.get(SIGN_IN)), "otp": application.code()})
    assert answer.location == SIGN_IN
    assert "Connectez-vous de nouveau" in words_of(client.get(SIGN_IN))
    assert not is_signed_in(client)


@pytest.mark.parametrize("what", ["epoch = epoch + 1", "state = 'frozen'"])
def test_a_sign_in_that_waits_dies_with_what_it_would_open(
    client: FlaskClient, account: AccountRow, application: Application, runtime: Runtime, what: str
) -> None:
    """A reset, a freeze, "end everything": whoever has the password only gets no further."""
    sign_in(client, ADDRESS, PASSWORD)
    token = token_of(client.get(SECOND))
    runtime.sql.run(f"UPDATE account SET {what}", {})
    answer = client.post(SECOND, data={"csrf_token": token, "otp": application.code()})
    assert answer.location == SIGN_IN
    assert runtime.sql.all("SELECT 1 FROM session", {}) == []


def test_a_factor_removed_meanwhile_is_asked_no_more(
    client: FlaskClient, account: AccountRow, application: Application
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    with db.transaction():
        totp.remove(account.id)
    assert client.get(SECOND).location == SIGN_IN
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)


def test_a_remembered_device_is_spared_the_second_factor_and_never_the_first(
    client: FlaskClient, application: Application, runtime: Runtime, moment: Any
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=application.code(), remember="y")
    cookie = client.get_cookie(DEVICE)
    assert cookie
    assert (cookie.http_only, cookie.max_age) == (True, 30 * 86_400)
    moment.shift(13 * 3600)
    assert not is_signed_in(client)
    assert sign_in(client, ADDRESS, "pas du tout lui").status_code == 403
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)
    assert session_of_the_last(runtime) == (BY_PASSWORD, "pwd")
    moment.shift(30 * 86_400)
    assert sign_in(client, ADDRESS, PASSWORD).location == SECOND


def test_a_remembered_device_is_not_spared_where_the_protection_itself_is_changed(
    client: FlaskClient, application: Application, moment: Any
) -> None:
    """ASVS 7.5.1: all of the factors, within the last five minutes."""
    moment.shift(60)
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=application.code(), remember="y")
    moment.shift(13 * 3600)
    sign_in(client, ADDRESS, PASSWORD)
    assert is_signed_in(client)
    page = client.get("/compte/securite/").location
    assert page == SIGN_IN + "?suite=securite"
    asked = sign_in(client, ADDRESS, PASSWORD, page).location
    assert asked == SECOND + "?suite=securite"
    assert second(client, asked, otp=application.code()).location == "/compte/securite/"
    assert client.get("/compte/securite/").status_code == 200


def session_of_the_last(runtime: Runtime) -> tuple[str, str]:
    rows = runtime.sql.all("SELECT acr, amr FROM session ORDER BY id", {})
    return rows[-1]


def test_a_remembered_device_dies_with_what_the_account_had_opened(
    client: FlaskClient, account: AccountRow, application: Application
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=application.code(), remember="y")
    with db.transaction():
        creation.replace_password(account.id, account.password or "", verified_by=None)
    assert sign_in(client, ADDRESS, PASSWORD).location == SECOND


def test_a_device_is_remembered_for_each_of_the_two_who_share_it(
    client: FlaskClient,
    account: AccountRow,
    application: Application,
    make_account: Callable[..., AccountRow],
    moment: Any,
) -> None:
    """A couple at one computer; and nobody is spared by the cookie of the other."""
    other = make_account("camille.factice@domaine.test")
    theirs = Application(other.id)
    sign_in(client, ADDRESS, PASSWORD)
    second(client, otp=application.code(), remember="y")
    moment.shift(13 * 3600)
    assert sign_in(client, other.address, PASSWORD).location == SECOND
    second(client, otp=theirs.code(), remember="y")
    for address in (ADDRESS, other.address):
        moment.shift(13 * 3600)
        sign_in(client, address, PASSWORD)
        assert is_signed_in(client)


def test_where_nothing_can_be_proved_any_more_the_page_shows_the_ways_out(
    client: FlaskClient, make_account: Callable[..., AccountRow]
) -> None:
    """A member gets a letter, anybody else an adviser."""
    Application(make_account(member_ref="M-1").id)
    Application(make_account("forum.factice@domaine.test").id)
    sign_in(client, ADDRESS, PASSWORD)
    text = words_of(client.get(SECOND))
    assert "Demandez un code par courrier" in text
    sign_in(client, "forum.factice@domaine.test", PASSWORD)
    text = words_of(client.get(SECOND))
    assert "Adressez-vous à un conseiller" in text
    assert "courrier" not in text


def test_a_new_password_keeps_the_second_factor(
    client: FlaskClient, account: AccountRow, application: Application
) -> None:
    """ASVS 6.4.3."""
    with db.transaction():
        creation.replace_password(account.id, account.password or "", verified_by="recovery")
    assert sign_in(client, ADDRESS, PASSWORD).location == SECOND


def test_who_came_for_a_page_of_the_account_goes_on_to_it(client: FlaskClient, application: Application) -> None:
    page = sign_in(client, ADDRESS, PASSWORD, SIGN_IN + "?suite=acces").location
    assert second(client, page, otp=application.code()).location == "/compte/acces/"


@pytest.mark.parametrize("typed", ["", " ", "0" * 65, "\ud800", "1234567", "٠١٢٣٤٥", "<script>"])
def test_nonsense_in_the_place_of_a_code_is_refused_on_the_page(
    client: FlaskClient, application: Application, typed: str
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    answer = second(client, otp=typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert answer.status_code in (400, 403)
    assert not is_signed_in(client)
