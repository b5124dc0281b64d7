"""`/compte/suppression/`: what goes and what stays is said; a day to change one's mind; then nothing is left."""

from collections.abc import Callable

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp import jobs
from idp.accounts import access, creation
from idp.accounts.directory import AccountRow, find_by_id
from idp.core import db
from idp.core.runtime import Runtime
from tests.account_pages.conftest import Device, later
from tests.email_door.browsing import (
    ADDRESS,
    PASSWORD,
    SESSION,
    Outbox,
    at_once,
    is_signed_in,
    path_in,
    plain,
    send,
    sign_in,
    token_of,
    words_of,
)

PAGE, HOME = "/compte/suppression/", "/compte/"
DAY = 86_400


def ask(browser: FlaskClient, password: str = PASSWORD, **fields: str):
    return send(browser, PAGE, password=password, **{"agree": "y", **fields})


def due_at(runtime: Runtime, account: AccountRow) -> int | None:
    row = runtime.sql.one("SELECT deletion_at FROM account WHERE id = :id", {"id": account.id})
    return row[0] if row else None


def test_the_page_says_what_goes_and_what_each_site_keeps(app: Flask, member: FlaskClient, account: AccountRow) -> None:
    session = rp.parts(app).keyring.read_handle("session", member.get_cookie(SESSION, domain="localhost").value)
    rp.visit(app, session, "avantage")
    rp.visit(app, session, "member-area")
    said = words_of(member.get(PAGE))
    for text in ("Ce qui est effacé", "MGEN Avantage", "Espace personnel MGEN", "vos remboursements", "30 jours"):
        assert text in said


def test_it_is_asked_for_with_the_password_and_others_are_signed_out(
    member: FlaskClient, device: Device, account: AccountRow, runtime: Runtime, outbox: Outbox
) -> None:
    other = device()
    outbox()
    assert ask(member).location == HOME
    said = words_of(member.get(HOME))
    assert "Votre compte sera effacé le" in said
    assert "Garder mon compte" in said
    assert not is_signed_in(other)
    assert due_at(runtime, account)
    (message,) = outbox()
    assert message["To"] == ADDRESS
    assert path_in(message, HOME) == HOME


@pytest.mark.parametrize(
    ("password", "agree", "status", "said"),
    [
        ("un autre mot de passe", "y", 403, "Ce n’est pas le mot de passe de votre compte"),
        ("", "y", 400, "Saisissez votre mot de passe"),
        (PASSWORD, "", 400, "Cochez la case"),
        ("x" * 5000, "y", 400, "trop long"),
    ],
)
def test_without_the_password_or_the_tick_nothing_is_asked_for(
    member: FlaskClient, account: AccountRow, runtime: Runtime, password: str, agree: str, status: int, said: str
) -> None:
    answer = ask(member, password, agree=agree)
    assert answer.status_code == status
    assert said in words_of(answer)
    assert due_at(runtime, account) is None


def test_who_signs_in_again_changes_their_mind_once(
    app: Flask, member: FlaskClient, account: AccountRow, runtime: Runtime, outbox: Outbox
) -> None:
    ask(member)
    browser = app.test_client()
    assert sign_in(browser, ADDRESS, PASSWORD).location == HOME
    outbox()
    token = token_of(browser.get(HOME))
    for said in ("vous gardez votre compte", "La suppression était déjà annulée"):
        assert browser.post(PAGE, data={"csrf_token": token, "action": "cancel"}).location == HOME
        assert said in words_of(browser.get(HOME))
    assert due_at(runtime, account) is None
    (message,) = outbox()
    assert "a été annulée" in plain(message)
    with later(DAY + 60):
        jobs.clean(app)
    assert find_by_id(account.id)


def test_who_is_on_the_way_to_a_site_is_asked_on_the_page_of_the_account(member: FlaskClient) -> None:
    ask(member)
    assert "Votre compte va être supprimé" in words_of(member.get(PAGE))
    assert 'name="agree"' not in member.get(PAGE).text


def test_two_tabs_at_once_ask_once_and_the_other_says_so(
    app: Flask, member: FlaskClient, account: AccountRow, outbox: Outbox
) -> None:
    outbox()
    token = token_of(member.get(PAGE))
    tabs = [app.test_client() for _ in range(3)]
    for tab in tabs:
        for name in (SESSION, "mgen_connect"):
            tab.set_cookie(name, member.get_cookie(name, domain="localhost").value, domain="localhost")
    form = {"csrf_token": token, "password": PASSWORD, "agree": "y"}
    at_once(app, [lambda tab=tab: tab.post(PAGE, data=form) for tab in tabs])
    (message,) = outbox()
    assert message["Subject"] == "Votre compte va être supprimé"
    assert [is_signed_in(tab) for tab in tabs].count(True) == 1


def test_a_tab_of_before_says_that_it_is_asked_for_already(member: FlaskClient) -> None:
    token = token_of(member.get(PAGE))
    form = {"csrf_token": token, "password": PASSWORD, "agree": "y"}
    for said in ("C’est demandé", "La suppression était déjà demandée"):
        assert member.post(PAGE, data=form).location == HOME
        assert said in words_of(member.get(HOME))


def test_after_a_day_the_account_is_erased_within_minutes_and_its_address_held(
    app: Flask, member: FlaskClient, account: AccountRow, runtime: Runtime, outbox: Outbox
) -> None:
    ask(member)
    outbox()
    with later(DAY - 60):
        jobs.clean(app)
        assert find_by_id(account.id)
    with later(DAY + 60):
        jobs.clean(app)
        assert find_by_id(account.id) is None
        assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 403
        db.write()
        with pytest.raises(creation.AddressTaken):
            creation.create_account(ADDRESS, None, origin="test", locale="fr")
        db.rollback()
    left = runtime.sql.all("SELECT event FROM audit WHERE account_id = :id", {"id": account.id})
    assert ("account_erased",) in left


def test_who_came_back_without_a_word_is_signed_out_before_the_account_goes(
    app: Flask, member: FlaskClient, account: AccountRow, device: Device, outbox: Outbox
) -> None:
    ask(member)
    with later(DAY + 60):
        browser = device()
        jobs.clean(app)
        assert not is_signed_in(browser)
        assert find_by_id(account.id)
        outbox()
        jobs.clean(app)
        assert find_by_id(account.id) is None


def test_an_account_that_is_contested_meanwhile_is_kept(
    app: Flask, member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    """docs/rules.md §3 row 5: whoever asked may be the one who is contested."""
    ask(member)
    with db.transaction():
        access.freeze(account.id)
    assert due_at(runtime, account) is None
    with later(DAY + 60):
        jobs.clean(app)
        assert find_by_id(account.id)


def test_a_form_of_some_time_ago_wants_a_sign_in_first(
    member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    token = token_of(member.get(PAGE))
    with later(301):
        answer = member.post(PAGE, data={"csrf_token": token, "password": PASSWORD, "agree": "y"})
        assert answer.location == "/connexion/?suite=suppression"
    assert due_at(runtime, account) is None


def test_nobody_cancels_or_asks_for_somebody_else(
    app: Flask, member: FlaskClient, account: AccountRow, runtime: Runtime, make_account: Callable[..., AccountRow]
) -> None:
    ask(member)
    make_account("autre.factice@domaine.test")
    stranger = app.test_client()
    sign_in(stranger, "autre.factice@domaine.test", PASSWORD)
    send(stranger, PAGE, action="cancel")
    assert due_at(runtime, account)
