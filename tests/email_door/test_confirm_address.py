"""The address accepted at the change is confirmed or replaced at a later sign-in (docs/rules.md §7.4)."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import directory
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    CONFIRM,
    NEW,
    OTHER,
    PASSWORD,
    SIGN_IN,
    Outbox,
    arrive,
    at_once,
    code_of,
    is_signed_in,
    path_in,
    plain,
    reaches_site,
    send,
    sign_in,
    token_of,
    words_of,
)

WAIT = CONFIRM + "message/"
OTHER_ADDRESS = CONFIRM + "autre/"
MakeAccount = Callable[..., AccountRow]


@pytest.fixture
def member(make_account: MakeAccount, runtime: Runtime) -> AccountRow:
    """A member who accepted the default address some days ago."""
    account = make_account(verified_by=None, member_ref="M1")
    runtime.sql.run("UPDATE identifier SET created_at = created_at - 86400", {})
    return account


def on_the_way(client: FlaskClient, site: str = "avantage") -> str:
    """Sign in on the way to a site; the page where one ends up."""
    return sign_in(client, ADDRESS, PASSWORD, arrive(client, site)).location


def with_i(path: str, page: str) -> str:
    return f"{path}?{page.partition('?')[2]}"


def stand(account: AccountRow) -> AccountRow:
    found = directory.find_by_id(account.id)
    assert found
    return found


def test_a_later_sign_in_asks_for_it_and_the_code_leads_on_to_the_site(
    app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    assert page.startswith(CONFIRM)
    assert ADDRESS in words_of(client.get(page))
    waiting = send(client, page, action="confirm").location
    assert waiting.startswith(WAIT)
    (message,) = outbox()
    assert reaches_site(client, send(client, waiting, action="code", code=code_of(message)))
    assert stand(member).verified
    assert stand(member).epoch == member.epoch
    another = app.test_client()
    assert reaches_site(another, sign_in(another, ADDRESS, PASSWORD, arrive(another)))


def test_later_is_for_this_session_only(app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox) -> None:
    page = on_the_way(client)
    assert reaches_site(client, send(client, page, action="later"))
    assert outbox() == []
    assert arrive(client).startswith("https://avantage.example/retour?code=")
    assert on_the_way(app.test_client()).startswith(CONFIRM)


def test_the_sign_in_of_the_change_itself_is_not_asked(client: FlaskClient, make_account: MakeAccount) -> None:
    make_account(verified_by=None, member_ref="M1")
    assert reaches_site(client, sign_in(client, ADDRESS, PASSWORD, arrive(client)))


def test_a_program_that_may_show_nothing_is_told_so(client: FlaskClient, member: AccountRow) -> None:
    sign_in(client, ADDRESS, PASSWORD)
    assert "error=interaction_required" in arrive(client, prompt="none")


def test_the_link_followed_elsewhere_confirms_and_the_first_tab_goes_on(
    app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, page, action="confirm")
    path, phone = path_in(outbox()[0], CONFIRM + "lien/"), app.test_client()
    assert phone.head(path).status_code == 200
    assert not stand(member).verified
    done = phone.get(send(phone, path, password=PASSWORD).location)
    assert "vous pouvez fermer cette page" in words_of(done)
    assert not is_signed_in(phone)
    assert stand(member).verified
    polled = client.get(with_i(WAIT + "etat", page)).json
    assert polled
    assert reaches_site(client, client.get(polled["next"]))


def test_elsewhere_the_mailbox_alone_proves_nothing(
    app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, page, action="confirm")
    path, stranger = path_in(outbox()[0], CONFIRM + "lien/"), app.test_client()
    assert "saisissez le mot de passe de votre compte" in words_of(stranger.get(path))
    assert send(stranger, path).status_code == 400
    refused = send(stranger, path, password="ce n'est pas le bon")
    assert refused.status_code == 403
    assert "Ce n’est pas le mot de passe de votre compte" in words_of(refused)
    for _ in range(4):
        send(stranger, path, password="ce n'est pas le bon")
    assert send(stranger, path, password=PASSWORD).status_code == 429
    assert not stand(member).verified
    assert not is_signed_in(stranger)
    assert reaches_site(client, send(client, path))
    assert stand(member).verified


def test_a_browser_signed_in_to_the_account_confirms_with_one_press(
    app: Flask, client: FlaskClient, member: AccountRow, make_account: MakeAccount, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, page, action="confirm")
    path, phone, theirs = path_in(outbox()[0], CONFIRM + "lien/"), app.test_client(), app.test_client()
    make_account(OTHER)
    sign_in(theirs, OTHER, PASSWORD)
    assert send(theirs, path).status_code == 400
    sign_in(phone, ADDRESS, PASSWORD)
    assert "mot de passe" not in words_of(phone.get(path))
    assert "vous pouvez fermer cette page" in words_of(phone.get(send(phone, path).location))
    assert stand(member).verified


def test_the_link_in_the_browser_that_asked_may_end_at_the_site(
    client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, page, action="confirm")
    policy = client.get(path_in(outbox()[0], CONFIRM + "lien/")).headers["Content-Security-Policy"]
    assert "form-action 'self' https:" in policy


def test_another_address_replaces_it_and_the_old_one_is_told(
    client: FlaskClient, member: AccountRow, outbox: Outbox, runtime: Runtime
) -> None:
    page = on_the_way(client)
    waiting = send(client, with_i(OTHER_ADDRESS, page), email=NEW).location
    (message,) = outbox()
    assert message["To"] == NEW
    assert stand(member).address == ADDRESS
    assert reaches_site(client, send(client, waiting, action="code", code=code_of(message)))
    now = stand(member)
    assert (now.address, now.verified, now.member_ref) == (NEW, True, "M1")
    assert now.epoch > member.epoch
    assert is_signed_in(client)
    told = {message["To"]: plain(message) for message in outbox()}
    assert set(told) == {ADDRESS, NEW}
    assert "contester/" in told[ADDRESS]
    assert NEW not in told[ADDRESS]
    assert "contester/" not in told[NEW]
    assert sign_in(client, ADDRESS, PASSWORD, arrive(client, prompt="login")).status_code == 403


def test_replacing_ends_every_other_session(
    app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, ADDRESS, PASSWORD)
    page = on_the_way(client)
    waiting = send(client, with_i(OTHER_ADDRESS, page), email=NEW).location
    send(client, waiting, action="code", code=code_of(outbox()[0]))
    assert not is_signed_in(elsewhere)


def test_the_link_of_another_address_followed_elsewhere_only_proves_it(
    app: Flask, client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    waiting = send(client, with_i(OTHER_ADDRESS, page), email=NEW).location
    path, phone = path_in(outbox()[0], CONFIRM + "lien/"), app.test_client()
    shown = phone.get(send(phone, path).location)
    assert "Revenez à la page" in words_of(shown)
    assert stand(member).address == ADDRESS
    review = client.get(waiting).location
    assert "Votre identifiant sera" in words_of(client.get(review))
    assert reaches_site(client, send(client, review))
    assert stand(member).address == NEW


def test_the_link_of_another_address_followed_here_replaces_it(
    client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, with_i(OTHER_ADDRESS, page), email=NEW)
    assert reaches_site(client, send(client, path_in(outbox()[0], CONFIRM + "lien/")))
    assert stand(member).address == NEW


def test_an_address_of_another_account_is_told_to_who_reads_it_alone(
    client: FlaskClient, member: AccountRow, make_account: MakeAccount, outbox: Outbox
) -> None:
    other = make_account(OTHER)
    page = on_the_way(client)
    waiting = send(client, with_i(OTHER_ADDRESS, page), email=OTHER)
    assert waiting.status_code == 303
    (message,) = outbox()
    assert message["Subject"] == "Confirmez votre adresse email"
    refused = send(client, waiting.location, action="code", code=code_of(message))
    assert refused.status_code == 409
    assert "Cette adresse est déjà utilisée" in words_of(refused)
    assert stand(member).address == ADDRESS
    assert stand(other).address == OTHER
    assert outbox() == []
    assert is_signed_in(client)


def test_a_corrected_address_kills_the_link_of_the_first(
    client: FlaskClient, member: AccountRow, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, with_i(OTHER_ADDRESS, page), email=OTHER)
    send(client, with_i(OTHER_ADDRESS, page), email=NEW)
    first, second = (path_in(message, CONFIRM + "lien/") for message in outbox())
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_some_time_after_the_sign_in_the_password_is_asked_again(
    client: FlaskClient, member: AccountRow, outbox: Outbox, runtime: Runtime
) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        runtime.sql.run("UPDATE identifier SET created_at = 1", {})
        path = with_i(OTHER_ADDRESS, on_the_way(client))
        clock.shift(301)
        assert send(client, path, email=NEW).status_code == 400
        assert send(client, path, email=NEW, password="ce n'est pas le bon").status_code == 403
        assert outbox() == []
        assert send(client, path, email=NEW, password=PASSWORD).status_code == 303
        assert len(outbox()) == 1


def test_nobody_else_goes_on_with_a_change(
    app: Flask, client: FlaskClient, member: AccountRow, make_account: MakeAccount, outbox: Outbox
) -> None:
    page = on_the_way(client)
    send(client, with_i(OTHER_ADDRESS, page), email=NEW)
    stranger = app.test_client()
    assert stranger.get(WAIT).location == SIGN_IN
    assert stranger.get(CONFIRM).location == SIGN_IN
    make_account(OTHER, member_ref="M2", verified_by=None)
    sign_in(stranger, OTHER, PASSWORD)
    assert send(stranger, path_in(outbox()[0], CONFIRM + "lien/")).status_code == 303
    assert stand(member).address == ADDRESS


def test_of_two_who_take_one_address_at_once_one_gets_it(
    app: Flask, member: AccountRow, make_account: MakeAccount, outbox: Outbox, runtime: Runtime
) -> None:
    make_account(OTHER, member_ref="M2", verified_by=None)
    runtime.sql.run("UPDATE identifier SET created_at = created_at - 86400", {})
    posts = []
    for address in (ADDRESS, OTHER):
        browser = app.test_client()
        sign_in(browser, address, PASSWORD)
        waiting = send(browser, OTHER_ADDRESS, email=NEW).location
        fields = {"csrf_token": token_of(browser.get(waiting)), "action": "code", "code": code_of(outbox()[0])}
        posts.append(lambda browser=browser, waiting=waiting, fields=fields: browser.post(waiting, data=fields))
    answers = at_once(app, posts)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert runtime.sql.one("SELECT count(*) FROM identifier WHERE status = 'active'", {}) == (2,)
