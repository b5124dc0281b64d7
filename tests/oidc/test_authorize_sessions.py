"""Who is sent straight back with a code, who must act first, and who comes back when they have."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import orjson
import pytest
import rp
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from oidc.test_token_races import without_lane
from statements import watch
from werkzeug.test import TestResponse

from idp.core import clock
from idp.oidc.claims import subject
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore

ALREADY_DONE = "C’est déjà fait"


@pytest.fixture
def account(app: Flask) -> bytes:
    """An account."""
    return rp.person(app)


def go_on(browser: FlaskClient, begun: TestResponse) -> TestResponse:
    """Go on with an interaction, as every door does at its end."""
    return browser.get(rp.CONTINUE, query_string={"i": rp.interaction_id(begun)})


def sub_of(app: Flask, account: bytes, client_id: str = "forum") -> str:
    """The `sub` of an account for a client."""
    client = Clients(rp.parts(app)).find(client_id)
    assert client
    return subject(rp.parts(app).keyring, client, account)


def id_token(app: Flask, account: bytes, **claims: object) -> str:
    """An ID token of this provider for `forum`, expired long ago."""
    content = {"iss": rp.ISSUER, "sub": sub_of(app, account), "aud": "forum", "exp": 1, "iat": 0, **claims}
    return KeyStore(rp.parts(app)).sign("RS256", orjson.dumps(content), "JWT")


def codes(app: Flask) -> int:
    """How many codes were ever issued."""
    row = rp.parts(app).sql.one("SELECT count(*) FROM code", {})
    assert row
    return int(row[0])


# Without a session.


def test_a_request_that_another_version_stored_gets_its_answer(app: Flask, client: FlaskClient, account: bytes) -> None:
    """While an upgrade rolls: what the newer one keeps besides is left, what the older one did not keep is as usual."""
    begun = rp.ask(client, state="s1")
    key, ephemeral = f"interaction:{rp.interaction_id(begun)}", rp.parts(app).ephemeral
    stored = rp.interaction(app, begun)
    stored |= {"of_tomorrow": 1, "request": {**stored["request"], "of_tomorrow": ["x"]}}
    del stored["requires_member"], stored["request"]["resource"]
    with app.app_context():
        ephemeral.put(key, stored, 600)
    rp.sign_in(app, client, account)
    assert rp.answer(go_on(client, begun))["state"] == "s1"


def test_who_has_no_session_signs_in_first_and_then_gets_the_answer(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    begun = rp.ask(client)
    assert rp.goes_to(begun, rp.SIGN_IN)
    rp.sign_in(app, client, account)
    received = rp.answer(go_on(client, begun))
    assert received["state"] == rp.GOOD["state"]
    assert received["iss"] == rp.ISSUER
    assert "code" in received


def test_the_end_leads_back_to_the_sign_in_of_who_has_none(client: FlaskClient) -> None:
    begun = rp.ask(client)
    again = go_on(client, begun)
    assert rp.goes_to(again, rp.SIGN_IN)
    assert rp.interaction_id(again) == rp.interaction_id(begun)


def test_core_s3_1_2_6_prompt_none_never_shows_a_page(client: FlaskClient) -> None:
    received = rp.answer(rp.ask(client, prompt="none"))
    assert received["error"] == "login_required"
    assert received["state"] == rp.GOOD["state"]


def test_core_s3_1_2_6_prompt_none_is_answered_with_a_code_where_nothing_is_due(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    assert "code" in rp.answer(rp.ask(client, prompt="none"))


def test_a_cookie_that_was_not_made_here_is_nobody(client: FlaskClient) -> None:
    for value in ("x", "A" * 43, "\xe9", "A" * 5000, "a; b=c"):
        response = client.get(
            rp.AUTHORIZE,
            query_string=urlencode(rp.parameters(prompt="none")),
            environ_overrides={"HTTP_COOKIE": f"{rp.COOKIE}={value}"},
        )
        assert rp.answer(response)["error"] == "login_required"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account SET epoch = epoch + 1",
        "UPDATE account SET state = 'blocked'",
        "UPDATE session SET ended_at = 1",
        "UPDATE session SET ends_at = 1",
        "UPDATE session SET seen_at = 1",
    ],
)
def test_a_session_that_is_over_signs_nobody_in(app: Flask, client: FlaskClient, account: bytes, change: str) -> None:
    rp.sign_in(app, client, account)
    rp.parts(app).sql.run(change, {})
    assert rp.answer(rp.ask(client, prompt="none"))["error"] == "login_required"


def test_a_silent_redirect_keeps_the_session_awake(app: Flask, client: FlaskClient, account: bytes) -> None:
    with time_machine.travel(1_900_000_000, tick=False) as time:
        rp.sign_in(app, client, account)
        for _ in range(4):
            time.shift(20 * 60)
            assert "code" in rp.answer(rp.ask(client, prompt="none"))
        time.shift(31 * 60)
        assert rp.answer(rp.ask(client, prompt="none"))["error"] == "login_required"


# A new sign-in is asked for.


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
def test_core_s3_1_2_1_a_prompt_asks_for_one_new_sign_in_and_no_more(
    app: Flask, client: FlaskClient, account: bytes, prompt: str
) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client, prompt=prompt)
    assert rp.goes_to(begun, rp.SIGN_IN)
    assert rp.goes_to(go_on(client, begun), rp.SIGN_IN)
    with time_machine.travel(clock.now() + 5):
        rp.sign_in(app, client, account)
        assert "code" in rp.answer(go_on(client, begun))


def test_core_s3_1_2_1_an_older_sign_in_than_max_age_is_done_again(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    with time_machine.travel(1_900_000_000, tick=False) as time:
        rp.sign_in(app, client, account)
        time.shift(60)
        assert "code" in rp.answer(rp.ask(client, max_age="60"))
        time.shift(1)
        assert rp.answer(rp.ask(client, max_age="60", prompt="none"))["error"] == "login_required"
        begun = rp.ask(client, max_age="60")
        assert rp.goes_to(begun, rp.SIGN_IN)
        rp.sign_in(app, client, account)
        time.shift(300)
        assert "code" in rp.answer(go_on(client, begun))


def test_registration_s2_default_max_age_holds_where_the_request_says_nothing(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.register(app, "forum", default_max_age=60)
    with time_machine.travel(1_900_000_000, tick=False) as time:
        rp.sign_in(app, client, account)
        time.shift(61)
        assert rp.answer(rp.ask(client, prompt="none"))["error"] == "login_required"
        assert "code" in rp.answer(rp.ask(client, prompt="none", max_age="3600"))


# The site names the person.


def test_core_s3_1_2_1_id_token_hint_of_the_same_person_is_answered_though_it_has_expired(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    assert "code" in rp.answer(rp.ask(client, id_token_hint=id_token(app, account), prompt="none"))


def test_core_s3_1_2_1_id_token_hint_of_another_person_is_login_required(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    hint = id_token(app, rp.person(app, "autre@exemple.test"))
    assert rp.answer(rp.ask(client, id_token_hint=hint, prompt="none"))["error"] == "login_required"


def test_core_s3_1_2_1_who_signs_in_as_the_person_of_the_hint_is_answered(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, rp.person(app, "autre@exemple.test"))
    begun = rp.ask(client, id_token_hint=id_token(app, account))
    assert rp.goes_to(begun, rp.SIGN_IN)
    with time_machine.travel(clock.now() + 5):
        rp.sign_in(app, client, account)
        assert "code" in rp.answer(go_on(client, begun))


def test_core_s3_1_2_1_who_signs_in_as_somebody_else_gives_the_site_an_error(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    begun = rp.ask(client, id_token_hint=id_token(app, account))
    rp.sign_in(app, client, rp.person(app, "autre@exemple.test"))
    received = rp.answer(go_on(client, begun))
    assert received["error"] == "login_required"
    assert codes(app) == 0


def test_core_s3_1_2_1_a_new_sign_in_for_a_hint_is_bound_to_its_account(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)
    begun = rp.ask(client, id_token_hint=id_token(app, account), prompt="login")
    assert rp.interaction(app, begun)["account_id"] == account.hex()


def test_core_s3_1_2_1_a_hint_of_another_issuer_is_refused(app: Flask, client: FlaskClient, account: bytes) -> None:
    hint = id_token(app, account, iss="https://other.example")
    assert rp.answer(rp.ask(client, id_token_hint=hint))["error"] == "invalid_request"


def test_core_s5_5_1_a_sub_asked_for_must_be_the_one_that_answers(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    rp.sign_in(app, client, account)

    def ask_for(sub: str) -> dict[str, str]:
        claims = orjson.dumps({"id_token": {"sub": {"value": sub}}}).decode()
        return rp.answer(rp.ask(client, claims=claims, prompt="none"))

    assert "code" in ask_for(sub_of(app, account))
    assert ask_for("another")["error"] == "login_required"


def test_core_s5_5_1_a_hint_and_a_sub_that_disagree_are_refused(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    claims = '{"id_token": {"sub": {"value": "another"}}}'
    received = rp.answer(rp.ask(client, claims=claims, id_token_hint=id_token(app, account)))
    assert received["error"] == "invalid_request"


def test_core_s3_1_2_1_login_hint_and_ui_locales_reach_the_sign_in(app: Flask, client: FlaskClient) -> None:
    kept = rp.interaction(app, rp.ask(client, login_hint="camille@exemple.test", ui_locales="en-GB fr"))
    assert kept["login_hint"] == "camille@exemple.test"
    assert kept["locale"] == "en"


def test_core_s3_1_2_1_the_pages_speak_the_language_of_ui_locales_until_the_person_chooses(
    client: FlaskClient,
) -> None:
    page = rp.ask(client, ui_locales="en").location
    assert '<html lang="en">' in client.get(page).get_data(as_text=True)
    client.get(f"{page}&hl=fr")
    assert '<html lang="fr">' in client.get(page).get_data(as_text=True)


def test_a_login_hint_that_is_no_address_is_kept_nowhere(app: Flask, client: FlaskClient) -> None:
    kept = rp.interaction(app, rp.ask(client, login_hint="2850578006084"))
    assert b"2850578006084" not in orjson.dumps(kept)


# By POST.


def test_core_s3_1_2_1_a_post_is_a_request_like_another(app: Flask, client: FlaskClient, account: bytes) -> None:
    rp.sign_in(app, client, account)
    assert "code" in rp.answer(client.post(rp.AUTHORIZE, data=rp.GOOD))


def test_a_post_of_another_site_comes_again_by_get_to_find_its_lax_cookie(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    response = client.post(rp.AUTHORIZE, data={**rp.GOOD, "state": "é&+ ="})
    assert rp.goes_to(response, rp.AUTHORIZE)
    rp.sign_in(app, client, account)
    received = rp.answer(client.get(response.location))
    assert received["state"] == "é&+ ="
    assert "code" in received


def test_a_post_too_long_for_a_query_leads_to_the_sign_in(client: FlaskClient) -> None:
    claims = orjson.dumps({"userinfo": {f"claim{n}": None for n in range(500)}}).decode()
    assert rp.goes_to(client.post(rp.AUTHORIZE, data={**rp.GOOD, "claims": claims}), rp.SIGN_IN)


def test_a_post_error_goes_to_the_site_at_once(client: FlaskClient) -> None:
    received = rp.answer(client.post(rp.AUTHORIZE, data={**rp.GOOD, "response_mode": "bogus"}))
    assert received["error"] == "invalid_request"


def test_a_post_reads_its_body_alone(client: FlaskClient) -> None:
    assert client.post(f"{rp.AUTHORIZE}?{urlencode(rp.GOOD)}", data={}).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"client_id=forum&state=%ED%A0%80", "application/x-www-form-urlencoded"),
        (b"client_id=forum&state=\xff", "application/x-www-form-urlencoded"),
        (b"client_id=" + b"x" * 100_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"", ""),
    ],
)
def test_a_body_that_cannot_be_read_is_a_page(client: FlaskClient, body: bytes, kind: str) -> None:
    response = client.post(rp.AUTHORIZE, data=body, content_type=kind)
    assert response.status_code == 400
    assert "Connexion impossible depuis ce site" in response.get_data(as_text=True)


# Tabs, Back, time.


def test_of_two_ends_at_the_same_moment_one_has_a_code_and_the_other_a_friendly_page(
    app: Flask, account: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_lane(monkeypatch)
    for round_ in range(10):
        browser = app.test_client()
        begun = rp.ask(browser)
        rp.sign_in(app, browser, account)
        responses = _both_at_once(app, browser, begun)
        assert codes(app) == round_ + 1
        assert sorted(response.status_code for response in responses) == [200, 303]
        assert any(ALREADY_DONE in response.get_data(as_text=True) for response in responses)


def _both_at_once(app: Flask, browser: FlaskClient, begun: TestResponse) -> list[TestResponse]:
    cookies = [(name, browser.get_cookie(name).value) for name in (rp.COOKIE, "mgen_connect")]
    start = threading.Barrier(2)

    def end(_tab: int) -> TestResponse:
        tab = app.test_client()
        for name, value in cookies:
            tab.set_cookie(name, value, domain="localhost")
        start.wait()
        response = go_on(tab, begun)
        rp.parts(app).sql.close()
        return response

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(end, range(2)))


def test_back_after_the_end_says_that_it_is_done_and_leads_on_to_the_site(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    begun = rp.ask(client)
    rp.sign_in(app, client, account)
    rp.answer(go_on(client, begun))
    again = go_on(client, begun)
    text = again.get_data(as_text=True)
    assert again.status_code == 200
    assert ALREADY_DONE in text
    assert 'href="https://forum.example/connexion?iss=http%3A%2F%2Flocalhost%3A8000"' in text
    assert codes(app) == 1


def test_an_interaction_of_another_browser_is_of_no_use(app: Flask, client: FlaskClient, account: bytes) -> None:
    begun = rp.ask(client)
    other = app.test_client()
    rp.sign_in(app, other, account)
    response = go_on(other, begun)
    assert response.status_code == 400
    assert codes(app) == 0


def test_an_interaction_past_its_hour_leads_to_the_site_and_gives_no_code(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    begun = rp.ask(client)
    with time_machine.travel(clock.now() + 3601):
        rp.sign_in(app, client, account)
        response = go_on(client, begun)
    assert response.status_code == 410
    assert "https://forum.example/connexion?iss=" in response.get_data(as_text=True)
    assert codes(app) == 0


@pytest.mark.parametrize("query", ["", "?i=", "?i=unknown", "?i=" + "x" * 22, "?i=%ED%A0%80", "?i=a%00b"])
def test_an_end_without_a_request_is_a_page(client: FlaskClient, query: str) -> None:
    assert client.get(rp.CONTINUE + query).status_code == 400


def test_a_client_taken_away_while_somebody_signs_in_gets_no_code(
    app: Flask, client: FlaskClient, account: bytes
) -> None:
    begun = rp.ask(client)
    rp.sign_in(app, client, account)
    rp.register(app, "forum", redirect_uris=["https://forum.example/autre"])
    with time_machine.travel(clock.now() + 2):
        response = go_on(client, begun)
    assert response.status_code == 400
    assert codes(app) == 0


# What it costs (docs/architecture.md, "The hot way").


def test_a_site_of_mgen_s_own_costs_one_read_and_one_write(app: Flask, client: FlaskClient, account: bytes) -> None:
    """No consent is looked up, nothing is signed, nothing is fetched: the session, then the code."""
    with time_machine.travel("2026-10-01T08:00:00Z", tick=False):
        rp.sign_in(app, client, account)
        rp.answer(rp.ask(client))
        seen: list[str] = []
        end = watch(rp.parts(app).sql, seen)
        rp.answer(rp.ask(client))
        end()
    assert seen == ["SELECT", "INSERT"]
