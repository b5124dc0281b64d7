"""What a sign-in tells and costs whoever guesses, and when it closes."""

import threading
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.credentials import wrap_foreign
from idp.accounts.directory import AccountRow
from idp.accounts.foreign_hashes import parse
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.email_door.browsing import (
    ADDRESS,
    PASSWORD,
    SIGN_IN,
    is_signed_in,
    send,
    sign_in,
    token_of,
    without_randomness,
    words_of,
)

REFUSAL = "Nous ne pouvons pas vous connecter."
WRONG = "ce n'est pas du tout lui"
pytestmark = pytest.mark.usefixtures("app")


def test_unknown_and_known_addresses_are_refused_alike(app: Flask, account: AccountRow) -> None:
    known = sign_in(app.test_client(), ADDRESS, WRONG)
    unknown = sign_in(app.test_client(), ADDRESS.replace("jeanne", "absent"), WRONG)
    assert known.status_code == 403
    assert REFUSAL in words_of(known)
    known_parts, unknown_parts = without_randomness(known), without_randomness(unknown)
    assert known_parts[1].replace(ADDRESS, "") == unknown_parts[1].replace(ADDRESS.replace("jeanne", "absent"), "")
    assert (known_parts[0], known_parts[2]) == (unknown_parts[0], unknown_parts[2])


@pytest.mark.parametrize("state", ["blocked", "frozen"])
def test_a_closed_account_is_told_to_the_right_password_only(
    client: FlaskClient, make_account: Callable[..., AccountRow], state: str
) -> None:
    make_account(state=state)
    assert REFUSAL in words_of(sign_in(client, ADDRESS, WRONG))
    answer = sign_in(client, ADDRESS, PASSWORD)
    assert answer.status_code == 403
    assert f"Votre compte est {'bloqué' if state == 'blocked' else 'suspendu'}" in words_of(answer)
    assert not is_signed_in(client)


def test_every_comparison_costs_the_same_number_of_hashes(
    client: FlaskClient, runtime: Runtime, make_account: Callable[..., AccountRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One argon2 for an ASCII password, two for any other: known, unknown, without a password, from an old site."""
    make_account()
    make_account("ancien@domaine.test", stored=wrap_foreign(parse("5f4dcc3b5aa765d61d8327deb882cf99")))
    make_account("vide@domaine.test")
    runtime.sql.run(
        "UPDATE account SET password = NULL WHERE id = (SELECT id FROM account ORDER BY id DESC LIMIT 1)", {}
    )
    counted: list[str] = []
    verify = type(runtime.hashing).verify
    monkeypatch.setattr(
        type(runtime.hashing),
        "verify",
        lambda self, stored, secret: counted.append(stored) or verify(self, stored, secret),
    )
    for password, cost in ((WRONG, 1), ("mot de passe raté", 2)):
        for address in (ADDRESS, "ancien@domaine.test", "vide@domaine.test", "absent@domaine.test"):
            counted.clear()
            assert sign_in(client, address, password).status_code == 403
            assert len(counted) == cost, address


def test_a_wait_starts_after_the_fifth_failure_and_doubles(client: FlaskClient, account: AccountRow) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        for _ in range(5):
            assert sign_in(client, ADDRESS, WRONG).status_code == 403
        for minutes in (1, 2, 4, 8, 16):
            closed = sign_in(client, ADDRESS, PASSWORD)
            assert closed.status_code == 429
            assert closed.headers["Retry-After"] == str(minutes * 60)
            assert "Trop d’essais" in words_of(closed)
            clock.shift(minutes * 60)
            assert sign_in(client, ADDRESS, WRONG).status_code == 403
        assert sign_in(client, ADDRESS, PASSWORD).headers["Retry-After"] == "86400"
        clock.shift(86_399)
        assert sign_in(client, ADDRESS, PASSWORD).status_code == 429
        clock.shift(1)
        assert sign_in(client, ADDRESS, PASSWORD).status_code == 303


def test_unknown_addresses_are_closed_alike(client: FlaskClient) -> None:
    answers = [sign_in(client, "absent@domaine.test", WRONG).status_code for _ in range(7)]
    assert answers == [403] * 5 + [429] * 2


def test_successes_are_never_counted(client: FlaskClient, account: AccountRow, app: Flask) -> None:
    for _ in range(3):
        for _ in range(4):
            assert sign_in(app.test_client(), ADDRESS, WRONG).status_code == 403
        assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 303
    for _ in range(30):
        assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 303


def test_a_browser_that_signed_in_before_is_not_closed_by_strangers(
    client: FlaskClient, account: AccountRow, app: Flask
) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    for _ in range(6):
        sign_in(app.test_client(), ADDRESS, WRONG)
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 429
    send(client, SIGN_IN, "/connexion/deconnexion/")
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303


def test_a_hundred_parallel_guesses_are_a_hundred_failures(app: Flask, account: AccountRow) -> None:
    """Each is counted before it is compared: five are evaluated, whatever comes at once."""
    start, answers = threading.Barrier(20), []

    def guess() -> None:
        client = app.test_client()
        page = client.get(SIGN_IN)
        start.wait()
        for number in range(5):
            data = {"csrf_token": token_of(page), "email": ADDRESS, "password": f"{WRONG} {number}"}
            answers.append(client.post(SIGN_IN, data=data).status_code)
        app.extensions["mgen_connect"].sql.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 100
    assert answers.count(403) == 5
    assert set(answers) <= {403, 429, 503}
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 429


class TestOneNetwork:
    @pytest.fixture
    def settings(self, make_settings: Callable[..., Settings]) -> Settings:
        return make_settings(failures_per_source=3)

    def test_many_addresses_from_one_network_are_stopped(self, client: FlaskClient, account: AccountRow) -> None:
        for number in range(3):
            assert sign_in(client, f"absent{number}@domaine.test", WRONG).status_code == 403
        assert sign_in(client, ADDRESS, PASSWORD).status_code == 429


def test_a_full_waiting_room_answers_before_anything_is_counted(
    client: FlaskClient, runtime: Runtime, account: AccountRow
) -> None:
    places = [runtime.hashing.place() for _ in range(runtime.settings.pages_at_once)]
    for place in places:
        place.__enter__()
    answer = sign_in(client, ADDRESS, PASSWORD)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert runtime.sql.all("SELECT 1 FROM password_attempts", {}) == []
    for place in places:
        place.__exit__(None, None, None)
    assert sign_in(client, ADDRESS, PASSWORD).status_code == 303
