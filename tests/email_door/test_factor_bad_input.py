"""Answers of passkeys that are none, wherever one may be given: alone, after the password, and where one is added."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from account_pages.protecting import PASSKEY as ADDING
from account_pages.protecting import options_of
from authenticator import Authenticator
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from idp.accounts.directory import AccountRow
from idp.accounts.factors import passkeys
from idp.core import db
from idp.core.crypto import b64u
from idp.core.runtime import Runtime
from tests.email_door.browsing import ADDRESS, PASSWORD, SIGN_IN, at_once, is_signed_in, sign_in, token_of, words_of
from tests.email_door.factors import PASSKEY, SECOND, Application, codes_on_paper, options, second

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def moment(time_machine: Any) -> Any:
    """A clock that stands still."""
    time_machine.move_to("2026-10-01T08:00:00Z", tick=False)
    return time_machine


class Place:
    """Where an answer is given; `device` is one that the account has, or is about to have."""

    def __init__(self, name: str, account: AccountRow, runtime: Runtime) -> None:
        self.name, self.account, self.runtime = name, account, runtime
        self.device = Authenticator()
        if name != "adding":
            challenge = bytes(32)
            answer = self.device.create(passkeys.creation_options(account, challenge))
            with db.transaction():
                passkeys.register(account.id, answer, challenge, "Ma clé")

    def arrive(self, browser: FlaskClient) -> None:
        """Come to where it is asked for."""
        if self.name != "alone":
            sign_in(browser, ADDRESS, PASSWORD)

    def ask(self, browser: FlaskClient) -> str:
        """What the page has the browser ask."""
        if self.name == "adding":
            return options_of(browser.get(ADDING))
        page, path = (SIGN_IN, PASSKEY) if self.name == "alone" else (SECOND, SECOND)
        return json.dumps(options(browser, page, path + "options"))

    def answer(self, asked: str, device: Authenticator | None = None) -> str:
        """What the device says."""
        device = device or self.device
        return device.create(asked) if self.name == "adding" else device.get(asked)

    def bring(self, browser: FlaskClient, answer: str) -> TestResponse:
        """Send it as the script of the page does."""
        page = {"alone": SIGN_IN, "second": SECOND, "adding": ADDING}[self.name]
        path = PASSKEY if self.name == "alone" else page
        fields = {"answer": answer, "passkey_name": "Clé"} if self.name == "adding" else {"credential": answer}
        return browser.post(path, data={"csrf_token": token_of(browser.get(page)), **fields})

    def refuses(self, browser: FlaskClient, answer: str) -> None:
        """It is refused with a sentence, and opens and keeps nothing."""
        before = self.kept()
        response = self.bring(browser, answer)
        assert response.status_code in (400, 403), response.status_code
        assert 'role="alert"' in response.text
        assert "clé" in words_of(response)
        assert self.kept() == before
        if self.name != "adding":
            assert not is_signed_in(browser)

    def kept(self) -> list[Any]:
        """What is open, and what is kept of passkeys."""
        sql = self.runtime.sql
        return [*sql.all("SELECT id FROM session", {}), *sql.all("SELECT id, sign_count FROM passkey", {})]


@pytest.fixture(params=["alone", "second", "adding"])
def place(request: pytest.FixtureRequest, account: AccountRow, runtime: Runtime) -> Place:
    """Each of the three."""
    return Place(request.param, account, runtime)


@pytest.fixture
def browser(place: Place, client: FlaskClient) -> FlaskClient:
    """A browser that is there."""
    place.arrive(client)
    return client


def test_a_right_answer_is_taken_at_each(place: Place, browser: FlaskClient) -> None:
    before = place.kept()
    assert place.bring(browser, place.answer(place.ask(browser))).status_code == 303
    assert place.kept() != before


def test_one_that_was_given_before(place: Place, browser: FlaskClient, app: Flask) -> None:
    """Even with a counter that has gone on, and in the same browser."""
    answer = place.answer(place.ask(browser))
    assert place.bring(browser, answer).status_code == 303
    if place.name != "adding":
        browser.post(SIGN_IN + "deconnexion/", data={"csrf_token": token_of(browser.get(SIGN_IN))})
        place.arrive(browser)
    place.refuses(browser, answer)


def test_one_that_comes_too_late(place: Place, browser: FlaskClient, moment: Any) -> None:
    answer = place.answer(place.ask(browser))
    moment.shift(601)
    place.arrive(browser)
    place.refuses(browser, answer)


def test_one_to_the_question_of_another_browser(place: Place, browser: FlaskClient, app: Flask) -> None:
    elsewhere = app.test_client()
    place.arrive(elsewhere)
    place.refuses(browser, place.answer(place.ask(elsewhere)))


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://connexion-mgen.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://localhost:8000.evil.example"},
        {"cross_origin": True},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
)
def test_one_of_another_page_or_without_its_person(place: Place, browser: FlaskClient, lie: dict[str, Any]) -> None:
    asked = place.ask(browser)
    vars(place.device).update(lie)
    place.refuses(browser, place.answer(asked))


def test_one_to_a_question_that_was_made_up(place: Place, browser: FlaskClient) -> None:
    asked = json.loads(place.ask(browser))
    place.refuses(browser, place.answer(json.dumps({**asked, "challenge": b64u(b"a guess" * 5)})))


def test_one_of_the_other_ceremony(place: Place, browser: FlaskClient) -> None:
    """A key that is made proves nobody, and one that is used is not kept."""
    asked, device = json.loads(place.ask(browser)), place.device
    if place.name == "adding":
        device.user_handle = place.account.id
        place.refuses(browser, device.get(json.dumps(asked)))
    else:
        whole = {**asked, "user": {"id": b64u(place.account.id)}}
        place.refuses(browser, device.create(json.dumps(whole)))


def test_one_of_a_device_that_is_not_known_or_is_somebody_elses(
    place: Place, browser: FlaskClient, make_account: Callable[..., AccountRow], runtime: Runtime
) -> None:
    """After the password another account's is none; where one is added, what is somebody's already is none."""
    stranger = Authenticator()
    other = make_account("autre.factice@domaine.test")
    stranger.user_handle = other.id
    if place.name != "adding":
        place.refuses(browser, place.answer(place.ask(browser), stranger))
    theirs = stranger.create(passkeys.creation_options(other, bytes(32)))
    with db.transaction():
        passkeys.register(other.id, theirs, bytes(32), "Sa clé")
    if place.name != "alone":
        place.refuses(browser, place.answer(place.ask(browser), stranger))


@pytest.mark.parametrize("name", ["alone", "second"])
def test_one_of_a_copy_is_refused_and_told(
    name: str, account: AccountRow, client: FlaskClient, runtime: Runtime, outbox: Callable[[], list[Any]]
) -> None:
    """WebAuthn Level 3 §6.1.1; its owner goes on with another way, and is not locked out by the copy."""
    place = Place(name, account, runtime)
    copy = place.device.copied()
    place.arrive(client)
    assert place.bring(client, place.answer(place.ask(client))).status_code == 303
    client.post(SIGN_IN + "deconnexion/", data={"csrf_token": token_of(client.get(SIGN_IN))})
    place.arrive(client)
    outbox()
    place.refuses(client, place.answer(place.ask(client), copy))
    assert [message["Subject"] for message in outbox()] == ["Une clé d’accès a été refusée"]
    assert place.bring(client, place.answer(place.ask(client))).status_code == 303


NONSENSE = [
    "{", "null", "[]", "0", '"text"', "\x00", '{"rawId": null}', '{"response": []}',
    '{"rawId": "AA", "response": {"clientDataJSON": 7}}', '{"rawId": "é", "response": {"clientDataJSON": "é"}}',
    "[" * 5_000,
    '{"a":' * 3_000, "x" * 16_385, "9" * 5_000, '{"rawId": NaN}', "\u202e\ud7ff", "'; DROP TABLE passkey; --",
]  # fmt: skip


@pytest.mark.parametrize("answer", NONSENSE)
def test_what_is_no_answer_at_all(place: Place, browser: FlaskClient, answer: str) -> None:
    place.refuses(browser, answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.binary(max_size=9).map(b64u),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
PARTS = [("id",), ("rawId",), ("type",), ("response",), *(
    ("response", part)
    for part in ("clientDataJSON", "authenticatorData", "attestationObject", "signature", "userHandle", "transports")
)]  # fmt: skip


@hypothesis(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(PARTS), value=JSON)
def test_any_part_of_an_answer_may_be_anything(
    place: Place, browser: FlaskClient, where: tuple[str, ...], value: Any
) -> None:
    """Refused, or as good as before where nothing depends on that part; never a failure of ours."""
    if place.name == "adding" or is_signed_in(browser):
        place.arrive(browser)
    answer = json.loads(place.answer(place.ask(browser)))
    part = answer if len(where) == 1 else answer["response"]
    part[where[-1]] = value
    assert place.bring(browser, json.dumps(answer)).status_code in (303, 400, 403, 429)


# Typed codes.


def test_a_code_of_the_step_before_or_after_is_right_and_none_further_away(
    app: Flask, account: AccountRow, moment: Any
) -> None:
    application = Application(account.id)
    moment.shift(300)
    for steps, status in ((-2, 403), (2, 403), (-1, 303), (-1, 403), (0, 303), (1, 303), (0, 403)):
        browser = app.test_client()
        sign_in(browser, ADDRESS, PASSWORD)
        assert second(browser, otp=application.code(steps)).status_code == status, steps


@pytest.mark.parametrize("kind", ["application", "paper"])
def test_of_three_browsers_that_bring_one_code_at_once_one_gets_in(
    app: Flask, account: AccountRow, runtime: Runtime, kind: str
) -> None:
    application = Application(account.id)
    code = application.code() if kind == "application" else codes_on_paper(account.id)[0]
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        sign_in(browser, ADDRESS, PASSWORD)
    tokens = [token_of(browser.get(SECOND)) for browser in browsers]

    def bring(browser: FlaskClient, token: str) -> Callable[[], int]:
        return lambda: browser.post(SECOND, data={"csrf_token": token, "otp": code}).status_code

    assert sorted(at_once(app, list(map(bring, browsers, tokens)))) == [303, 403, 403]
    assert runtime.sql.one("SELECT count(*) FROM session", {}) == (1,)


@pytest.mark.parametrize("name", ["x" * 10_000, "\x00", "\x1b[31m", "\u202etxt", "<img src=x>" * 9])
def test_a_name_that_cannot_be_kept_is_not(
    account: AccountRow, client: FlaskClient, runtime: Runtime, name: str
) -> None:
    """The device has made its key already: it is kept, under the name that was guessed."""
    place = Place("adding", account, runtime)
    place.arrive(client)
    answer = place.answer(place.ask(client))
    form = {"csrf_token": token_of(client.get(ADDING)), "answer": answer, "passkey_name": name}
    assert client.post(ADDING, data=form).status_code == 303
    assert runtime.sql.all("SELECT name FROM passkey", {}) == [("Ma clé d’accès",)]
