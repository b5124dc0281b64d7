"""A site that serves only people with an Espace personnel, and a default address that nobody has proved."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import rp
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.core import clock
from idp.paths import resource

ATTACH = "/login-adherent/rattachement/"
CONFIRM = "/connexion/confirmer/"
DECLINE = "/oidc/decline"


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account without an Espace personnel; the forum serves nobody without one."""
    rp.register(app, "forum", requires_member=True)
    return rp.person(app)


def attach(app: Flask, account: bytes) -> None:
    """The account holds an Espace personnel."""
    rp.parts(app).sql.run(
        "INSERT INTO membership (account_id, member_ref, attached_at) VALUES (:account, 'M1', :now)",
        {"account": account, "now": clock.now()},
    )


def unprove(app: Flask, *, since: int) -> None:
    """Nobody has proved the address, which identifies the account since then."""
    rp.parts(app).sql.run("UPDATE identifier SET verified_at = NULL, created_at = :since", {"since": since})


def decline(browser: FlaskClient, begun: TestResponse) -> TestResponse:
    """Press « Revenir » on the page of the step."""
    return browser.post(DECLINE, query_string={"i": rp.interaction_id(begun)}, data={"csrf_token": token(browser)})


def token(browser: FlaskClient) -> str:
    """The forgery token of this browser."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get("/connexion/inscription/").text)
    assert found
    return found[1]


# §7.9: a site for members.


def test_who_has_no_espace_gets_one_before_such_a_site_has_its_answer(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client)
    assert rp.goes_to(begun, ATTACH)
    assert rp.goes_to(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}), ATTACH)


def test_one_signs_in_first_and_is_asked_for_an_espace_after(app: Flask, client: FlaskClient, account: bytes) -> None:
    begun = rp.ask(client)
    assert rp.goes_to(begun, rp.SIGN_IN)
    rp.sign_in(app, client, account)
    assert rp.goes_to(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}), ATTACH)


def test_core_s3_1_2_6_under_prompt_none_it_is_interaction_required(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    assert rp.answer(rp.ask(client, prompt="none"))["error"] == "login_required"
    rp.sign_in(app, client, account)
    assert rp.answer(rp.ask(client, prompt="none"))["error"] == "interaction_required"


def test_who_has_an_espace_is_answered_at_once(app: Flask, client: FlaskClient, account: bytes) -> None:
    attach(app, account)
    rp.sign_in(app, client, account)
    assert "code" in rp.answer(rp.ask(client))


def test_once_the_espace_is_attached_the_waiting_site_has_its_answer(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client)
    attach(app, account)
    assert "code" in rp.answer(client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}))


def test_other_sites_ask_for_no_espace(app: Flask, client: FlaskClient, account: bytes) -> None:
    rp.sign_in(app, client, account)
    rp.register(app, "forum", requires_member=False)
    assert "code" in rp.answer(rp.ask(client))


def test_of_the_sites_declared_the_member_area_alone_serves_only_members() -> None:
    """The example declarations are what the demo runs on."""
    texts = {path.stem: path.read_text("utf-8") for path in (resource("config") / "clients").glob("*.toml")}
    assert [name for name, text in texts.items() if "\nrequires_member = true\n" in text] == ["member-area"]


# Back to the site without an Espace.


def test_rfc6749_s4_1_2_1_who_declines_goes_back_with_access_denied_and_the_state(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    received = rp.answer(decline(client, rp.ask(client)))
    assert received.pop("error_description")
    assert received == {"error": "access_denied", "state": rp.GOOD["state"], "iss": rp.ISSUER}


def test_after_declining_the_request_gives_no_code_any_more(app: Flask, client: FlaskClient, account: bytes) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client)
    decline(client, begun)
    attach(app, account)
    for again in (client.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)}), decline(client, begun)):
        assert again.status_code == 200
        assert "C’est déjà fait" in again.text
    assert rp.parts(app).sql.one("SELECT count(*) FROM code", {}) == (0,)


def test_declining_at_the_moment_of_the_answer_gives_the_site_one_of_both(app: Flask, account: bytes) -> None:
    attach(app, account)
    browser = app.test_client()
    begun = rp.ask(browser)
    rp.sign_in(app, browser, account)
    forgery, query = token(browser), {"i": rp.interaction_id(begun)}
    cookies = [(name, browser.get_cookie(name).value) for name in (rp.COOKIE, "mgen_connect")]
    start = threading.Barrier(2)

    def act(*, declines: bool) -> TestResponse:
        tab = app.test_client()
        for name, value in cookies:
            tab.set_cookie(name, value, domain="localhost")
        start.wait()
        if declines:
            response = tab.post(DECLINE, query_string=query, data={"csrf_token": forgery})
        else:
            response = tab.get(rp.CONTINUE, query_string=query)
        rp.parts(app).sql.close()
        return response

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(act, declines=declines) for declines in (True, False)]
        assert sorted(each.result().status_code for each in both) == [200, 303]


def test_another_site_cannot_make_somebody_decline(app: Flask, client: FlaskClient, account: bytes) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client)
    query = {"i": rp.interaction_id(begun)}
    assert client.post(DECLINE, query_string=query).status_code == 400
    assert client.get(DECLINE, query_string=query).status_code == 405
    attach(app, account)
    assert "code" in rp.answer(client.get(rp.CONTINUE, query_string=query))


@pytest.mark.parametrize("query", ["", "?i=", "?i=unknown", "?i=" + "x" * 22])
def test_declining_nothing_is_a_page(client: FlaskClient, query: str) -> None:
    assert client.post(DECLINE + query, data={"csrf_token": token(client)}).status_code == 400


def test_nobody_declines_in_the_place_of_another_browser(app: Flask, client: FlaskClient, account: bytes) -> None:
    begun = rp.ask(client)
    assert decline(app.test_client(), begun).status_code == 400


# §7.4: the default address that nobody proved.


@pytest.fixture
def member(app: Flask) -> bytes:
    """An account with an Espace personnel."""
    account = rp.person(app)
    attach(app, account)
    return account


def test_a_later_sign_in_confirms_the_address_first(app: Flask, client: FlaskClient, member: bytes) -> None:
    unprove(app, since=clock.now() - 61)
    rp.sign_in(app, client, member)
    assert rp.answer(rp.ask(client, prompt="none"))["error"] == "interaction_required"
    assert rp.goes_to(rp.ask(client), CONFIRM)


def test_the_sign_in_of_the_change_itself_asks_nothing(app: Flask, client: FlaskClient, member: bytes) -> None:
    unprove(app, since=clock.now() - 5)
    rp.sign_in(app, client, member)
    with time_machine.travel(clock.now() + 600):
        assert "code" in rp.answer(rp.ask(client))


def test_an_unproved_address_without_an_espace_is_not_asked_about(app: Flask, client: FlaskClient) -> None:
    account = rp.person(app)
    unprove(app, since=clock.now() - 3600)
    rp.sign_in(app, client, account)
    assert "code" in rp.answer(rp.ask(client))


def test_a_proved_address_is_not_asked_about(app: Flask, client: FlaskClient, member: bytes) -> None:
    rp.sign_in(app, client, member)
    with time_machine.travel(clock.now() + 600):
        assert "code" in rp.answer(rp.ask(client))
