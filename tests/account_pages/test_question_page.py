"""`/compte/question/`: the secret question chosen, replaced, removed; its answer is never shown."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import credentials
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.account_pages.conftest import Device
from tests.email_door.browsing import ADDRESS, Outbox, is_signed_in, plain, send, token_of, words_of

PAGE, HOME = "/compte/question/", "/compte/"
ANSWER = "La Princesse de Clèves"


@pytest.fixture
def mode() -> str:
    """The setting secret_question."""
    return "optional"


@pytest.fixture
def settings(make_settings: Callable[..., Settings], mode: str) -> Settings:
    return make_settings(secret_question=mode)


def kept(runtime: Runtime, account: AccountRow) -> tuple[str | None, str | None]:
    row = runtime.sql.one("SELECT secret_question, secret_answer FROM account WHERE id = :id", {"id": account.id})
    assert row
    return row[0], row[1]


def choose(browser: FlaskClient, question: str = "book", answer: str = ANSWER):
    return send(browser, PAGE, secret_question=question, secret_answer=answer)


def test_a_question_is_chosen_then_replaced(member: FlaskClient, runtime: Runtime, account: AccountRow) -> None:
    assert "pas encore de question secrète" in words_of(member.get(PAGE))
    assert choose(member).location == HOME
    assert "votre question secrète est changée" in words_of(member.get(HOME))
    question, answer = kept(runtime, account)
    assert question == "book"
    assert credentials.verify_answer(answer, "la princesse de cleves")
    page = member.get(PAGE)
    assert "Quel livre n’avez-vous jamais réussi à finir" in words_of(page)
    assert ANSWER not in page.text
    choose(member, "song", "Les Copains d’abord")
    assert kept(runtime, account)[0] == "song"


def test_other_devices_are_signed_out_and_every_address_told(
    member: FlaskClient, device: Device, outbox: Outbox
) -> None:
    """docs/rules.md §7.8."""
    other = device()
    outbox()
    choose(member)
    assert is_signed_in(member)
    assert not is_signed_in(other)
    (message,) = outbox()
    assert message["To"] == ADDRESS
    assert "la question secrète de votre compte MGEN Connect a été changée" in plain(message)
    assert "livre" not in plain(message)


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("", ANSWER, "Choisissez une question secrète"),
        ("mother", ANSWER, "Choisissez une réponse dans la liste"),
        ("book", "", "Saisissez la réponse"),
        ("book", "abc", "au moins 4 lettres"),
        ("book", "aaaaaa", "trop facile à deviner"),
        ("book", ADDRESS, "trop facile à deviner"),
        ("book", "Quel livre n’avez-vous jamais réussi à finir ?", "trop facile à deviner"),
        ("book", "x" * 201, "trop long"),
        ("book", "x" * 5000, "trop long"),
    ],
)
def test_what_is_no_good_answer_is_said_and_not_shown_again(
    member: FlaskClient, runtime: Runtime, account: AccountRow, question: str, answer: str, said: str
) -> None:
    page = choose(member, question, answer)
    assert page.status_code == 400
    assert said in words_of(page)
    assert f'value="{answer}"' not in page.text or not answer
    assert kept(runtime, account) == (None, None)


def test_it_is_removed_once_and_a_second_tab_is_answered_kindly(
    member: FlaskClient, runtime: Runtime, account: AccountRow, outbox: Outbox
) -> None:
    choose(member)
    outbox()
    token = token_of(member.get(PAGE))
    for said in ("vous n’avez plus de question secrète", "Vous n’aviez déjà plus de question secrète"):
        assert member.post(PAGE, data={"csrf_token": token, "action": "remove"}).location == HOME
        assert said in words_of(member.get(HOME))
    assert kept(runtime, account) == (None, None)
    (message,) = outbox()
    assert "a été supprimée" in plain(message)


@pytest.mark.parametrize("mode", ["required"])
def test_where_it_is_required_it_is_replaced_but_not_removed(
    member: FlaskClient, runtime: Runtime, account: AccountRow
) -> None:
    choose(member)
    assert "Supprimer ma question" not in words_of(member.get(PAGE))
    assert send(member, PAGE, action="remove").location == PAGE
    assert kept(runtime, account)[0] == "book"


@pytest.mark.parametrize("mode", ["off"])
def test_where_there_is_none_there_is_no_page(member: FlaskClient, app: Flask) -> None:
    assert member.get(PAGE).status_code == 404
    assert PAGE not in member.get(HOME).text
