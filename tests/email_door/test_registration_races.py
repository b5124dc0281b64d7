"""Several people, tabs and clicks for one registration: one account, and nobody's but its owner's."""

import html
from collections.abc import Callable

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import directory
from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from tests.email_door.browsing import (
    ADDRESS,
    FINISH,
    NEW,
    OTHER,
    PASSWORD,
    REGISTER,
    SIGN_IN,
    WAIT,
    Outbox,
    accounts,
    at_once,
    from_avantage,
    is_signed_in,
    link_of,
    reaches_site,
    register,
    send,
    sign_in,
    token_of,
    words_of,
)


def test_a_corrected_address_kills_the_link_sent_to_the_wrong_one(
    client: FlaskClient, outbox: Outbox, app: Flask, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    (wrong,) = outbox()
    correct = html.unescape(client.get(WAIT).text.partition('class="quiet" href="')[2].partition('"')[0])
    assert f'value="{NEW}"' in client.get(correct).text
    assert NEW not in client.get(REGISTER).text
    register(client, OTHER, PASSWORD, correct)
    (right,) = outbox()
    assert app.test_client().get(link_of(wrong)).status_code == 410
    assert reaches_site(client, send(client, link_of(right)))
    assert directory.find_by_address(NEW) is None
    assert accounts(runtime) == 1


def test_a_stranger_who_clicks_gains_nothing_and_the_address_can_still_be_corrected(
    client: FlaskClient, outbox: Outbox, app: Flask, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD)
    stranger = app.test_client()
    send(stranger, link_of(outbox()[0]))
    assert not is_signed_in(stranger)
    register(client, OTHER, PASSWORD)
    assert client.get(WAIT).status_code == 200
    assert send(client, FINISH).location != SIGN_IN
    assert accounts(runtime) == 0


def test_the_first_to_prove_the_mailbox_wins_and_the_other_is_told(
    app: Flask, outbox: Outbox, runtime: Runtime
) -> None:
    one, two = app.test_client(), app.test_client()
    register(one, NEW, PASSWORD)
    register(two, NEW.upper(), "un tout autre mot de passe")
    first, second = outbox()
    send(one, link_of(first))
    answer = send(two, link_of(second))
    assert "Un compte existe déjà" in words_of(two.get(answer.location))
    assert not is_signed_in(two)
    assert accounts(runtime) == 1
    assert sign_in(app.test_client(), NEW, PASSWORD).status_code == 303
    assert sign_in(app.test_client(), NEW, "un tout autre mot de passe").status_code == 403


def test_two_browsers_that_finish_at_once_make_one_account(app: Flask, outbox: Outbox, runtime: Runtime) -> None:
    clients = [app.test_client(), app.test_client()]
    for client in clients:
        register(client, NEW, PASSWORD)
    ready = [
        (client, link, {"csrf_token": token_of(client.get(link))})
        for client, link in zip(clients, map(link_of, outbox()), strict=True)
    ]
    at_once(app, [lambda place=place: place[0].post(place[1], data=place[2]) for place in ready])
    assert accounts(runtime) == 1
    assert sorted(is_signed_in(client) for client in clients) == [False, True]


def test_a_double_click_ends_at_the_site_with_one_account(
    client: FlaskClient, outbox: Outbox, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD, from_avantage(client))
    link = link_of(outbox()[0])
    data = {"csrf_token": token_of(client.get(link))}
    client.post(link, data=data)
    assert reaches_site(client, client.post(link, data=data))
    assert accounts(runtime) == 1


def test_a_double_click_at_the_same_instant_makes_one_account(
    client: FlaskClient, app: Flask, outbox: Outbox, runtime: Runtime
) -> None:
    register(client, NEW, PASSWORD)
    send(app.test_client(), link_of(outbox()[0]))
    data = {"csrf_token": token_of(client.get(FINISH))}
    answers = at_once(app, [lambda: client.post(FINISH, data=data).status_code] * 4)
    assert answers == [303] * 4
    assert is_signed_in(client)
    assert accounts(runtime) == 1


def test_the_button_pressed_again_much_later_signs_nobody_in(client: FlaskClient, outbox: Outbox) -> None:
    with time_machine.travel("2027-01-10 10:00:00+00:00", tick=False) as clock:
        register(client, NEW, PASSWORD)
        link = link_of(outbox()[0])
        data = {"csrf_token": token_of(client.get(link))}
        client.post(link, data=data)
        send(client, SIGN_IN, "/connexion/deconnexion/")
        clock.shift(61)
        client.post(link, data=data)
        assert not is_signed_in(client)
        assert "déjà validée" in words_of(client.get(link, follow_redirects=True))


def test_proving_the_mailbox_takes_over_an_imported_account_that_nobody_proved(
    client: FlaskClient, app: Flask, make_account: Callable[..., AccountRow], outbox: Outbox, runtime: Runtime
) -> None:
    before = make_account(verified_by=None, origin="import", secret_question="book", secret_answer="x")
    register(client, ADDRESS, "une phrase toute nouvelle")
    send(client, link_of(outbox()[0]))
    assert is_signed_in(client)
    after = directory.find_by_id(before.id)
    assert after
    assert (after.verified, after.secret_question, after.epoch) == (True, None, before.epoch + 1)
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 403
    assert sign_in(app.test_client(), ADDRESS, "une phrase toute nouvelle").status_code == 303
    assert accounts(runtime) == 1
