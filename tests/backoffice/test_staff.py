"""Who may work here: invited by a command, enrolled once, signed in with two factors, out after fifteen minutes."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from email_door.browsing import at_once, sign_in, token_of
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from idp.settings import Settings
from tests.backoffice.working import COOKIE, HOME, LEAVE, MEMBERS, PASSWORD, SIGN_IN, Colleague, invite, lines, words
from tests.email_door import browsing
from tests.importing import run_command

Hire = Callable[[str], Colleague]


def later(**span: float) -> Any:
    return time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(**span))


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


# The commands.


def test_the_command_prints_a_link_that_enrols_once(app: Flask, runtime: Runtime, settings: Settings) -> None:
    status, out, _ = run_command(settings, "staff", "add", "--name", "Ana", "--email", "ana@mgen.test")
    assert status == 0
    path = out.strip().removeprefix(settings.issuer)
    ana = Colleague(app, runtime)
    assert ana.enrols(path).status_code == 303
    assert "active   ana@mgen.test" in run_command(settings, "staff", "list")[1]
    again = ana.client.get(path)
    assert again.status_code == 404
    assert "Ce lien n’est plus valable" in words(again)


def test_the_link_is_kept_as_a_digest(runtime: Runtime, settings: Settings) -> None:
    token = invite(runtime).split("/")[-2]
    assert token.encode() not in b"".join(
        str(value).encode() for row in runtime.sql.all("SELECT * FROM staff", {}) for value in row
    )


def test_a_newer_link_takes_the_place_of_the_older(app: Flask, runtime: Runtime) -> None:
    older, newer = invite(runtime), invite(runtime)
    browser = app.test_client()
    assert browser.get(older).status_code == 404
    assert browser.get(newer).status_code == 200


def test_who_is_enrolled_is_not_invited_over(settings: Settings, ana: Colleague) -> None:
    """Nobody's factors are replaced while they serve."""
    status, _, err = run_command(settings, "staff", "add", "--name", "Ana", "--email", "Ana@MGEN.test")
    assert status == 1
    assert "staff end" in err
    assert is_in(ana.client)


def test_who_is_ended_is_out_at_once_and_may_be_invited_anew(
    app: Flask, runtime: Runtime, settings: Settings, ana: Colleague
) -> None:
    assert run_command(settings, "staff", "end", "ana@mgen.test")[0] == 0
    assert not is_in(ana.client)
    assert ana.signs_in().status_code == 403
    assert run_command(settings, "staff", "end", "ana@mgen.test")[0] == 1
    path = invite(runtime)
    assert ana.enrols(path).status_code == 303
    assert ana.signs_in().status_code == 303


def test_what_is_no_address_is_refused(settings: Settings, runtime: Runtime) -> None:
    status, _, err = run_command(settings, "staff", "add", "--name", "Ana", "--email", "ana")
    assert (status, "no email address" in err) == (1, True)
    assert run_command(settings, "staff", "end", "ana")[0] == 1


# Enrolling.


def test_a_link_dies_after_a_day(app: Flask, runtime: Runtime) -> None:
    path, ana = invite(runtime), Colleague(app, runtime)
    page = ana.client.get(path)
    with later(hours=25):
        late = ana.client.post(path, data={"csrf_token": token_of(page), "credential": "{}"})
        assert late.status_code == 404
        assert ana.client.get(path + "application/").status_code == 404


def test_of_two_who_use_a_link_at_once_one_is_enrolled(app: Flask, runtime: Runtime) -> None:
    path = invite(runtime)
    two = [Colleague(app, runtime), Colleague(app, runtime)]
    answers = at_once(app, [lambda each=each: each.enrols(path).status_code for each in two])
    assert sorted(answers) == [303, 404]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "000000"}, "Ce code n’est pas le bon"),
        ({"code": ""}, "Remplissez ce champ"),
        ({"new_password": "court", "confirm_password": "court"}, "12 caractères"),
        ({"confirm_password": "autre"}, "deux"),
        ({"new_password": "ana@mgen.test", "confirm_password": "ana@mgen.test"}, "mot de passe"),
    ],
)
def test_a_wrong_field_uses_nothing_up(app: Flask, runtime: Runtime, fields: dict[str, str], said: str) -> None:
    path, ana = invite(runtime), Colleague(app, runtime)
    refused = ana.enrols(path, **fields)
    assert refused.status_code == 400
    assert said in words(refused)
    assert ana.enrols(path).status_code == 303


def test_a_passkey_that_is_none_uses_nothing_up(app: Flask, runtime: Runtime) -> None:
    path, ana = invite(runtime), Colleague(app, runtime)
    for answer in ("", "{", "[]", '{"response": {"clientDataJSON": "e30"}}'):
        refused = ana.sends(path, credential=answer)
        assert refused.status_code == 400
        assert "n’a pas été enregistrée" in words(refused)
    assert ana.enrols(path).status_code == 303


# Entering.


def test_password_and_code_open_a_session_of_its_own(ana: Colleague, runtime: Runtime) -> None:
    assert "Le changement d’identifiant" in ana.reads()
    [line] = lines(runtime, "staff_sign_in")
    assert line["account_id"] is None
    assert '"way":"totp"' in line["detail"]


@pytest.mark.parametrize(
    "fields", [{"password": "faux"}, {"code": "000000"}, {"email": "personne@mgen.test"}, {"email": "x"}]
)
def test_every_refusal_is_the_same(ana: Colleague, fields: dict[str, str], app: Flask, runtime: Runtime) -> None:
    ana.client = app.test_client()
    refused = ana.signs_in(**fields)
    assert refused.status_code == 403
    assert "Nous ne pouvons pas vous laisser entrer" in words(refused)
    assert not is_in(ana.client)


def test_a_code_serves_once(hire: Hire, app: Flask) -> None:
    """Nor does that of the step before, once a later one was used."""
    with time_machine.travel(1_900_000_000, tick=False):
        ana, stranger = hire("Ana"), app.test_client()
        for steps in (0, -1):
            page = stranger.get(SIGN_IN)
            form = {"email": ana.address, "password": PASSWORD, "code": ana.code(steps), "csrf_token": token_of(page)}
            assert stranger.post(SIGN_IN, data=form).status_code == 403


def test_of_two_who_bring_one_code_at_once_one_enters(ana: Colleague, app: Flask, runtime: Runtime) -> None:
    two = [app.test_client(), app.test_client()]
    runtime.sql.run("UPDATE staff SET totp_last_step = 0", {})
    form = {"email": ana.address, "password": PASSWORD, "code": ana.code()}
    tokens = [token_of(each.get(SIGN_IN)) for each in two]
    answers = at_once(app, [
        lambda each=each, token=token: each.post(SIGN_IN, data={**form, "csrf_token": token}).status_code
        for each, token in zip(two, tokens, strict=True)
    ])  # fmt: skip
    assert sorted(answers) == [303, 403]


def test_the_way_closes_after_failures(ana: Colleague, app: Flask) -> None:
    """Even the right password and code are not looked at any more."""
    ana.client = app.test_client()
    for _ in range(5):
        assert ana.signs_in(password="faux").status_code == 403
    assert ana.signs_in().status_code == 429


def test_a_session_ends_after_fifteen_minutes_without_a_page(ana: Colleague) -> None:
    with later(minutes=14):
        assert is_in(ana.client)
    with later(minutes=28):
        assert is_in(ana.client)
    with later(minutes=44):
        assert not is_in(ana.client)


def test_a_session_ends_after_eight_hours_whatever_is_done(ana: Colleague) -> None:
    for minutes in range(10, 480, 10):
        with later(minutes=minutes):
            assert is_in(ana.client)
    with later(minutes=481):
        assert not is_in(ana.client)


def test_leaving_ends_the_session_for_a_copied_cookie_too(ana: Colleague, app: Flask) -> None:
    thief = app.test_client()
    cookie = ana.client.get_cookie(COOKIE)
    assert cookie
    thief.set_cookie(COOKIE, cookie.value)
    assert is_in(thief)
    left = ana.sends(HOME, LEAVE)
    assert (left.status_code, left.location) == (303, SIGN_IN)
    assert not is_in(thief)
    assert not is_in(ana.client)


def test_the_id_of_the_session_is_new_at_each_sign_in(ana: Colleague) -> None:
    before = ana.client.get_cookie(COOKIE)
    ana.runtime.sql.run("UPDATE staff SET totp_last_step = 0", {})
    form = {"email": ana.address, "password": PASSWORD, "code": ana.code()}
    # The page itself leads home while one is signed in.
    ana.client.post(SIGN_IN, data={**form, "csrf_token": token_of(ana.client.get(MEMBERS))})
    after = ana.client.get_cookie(COOKIE)
    assert before
    assert after
    assert before.value != after.value
    ana.client.set_cookie(COOKIE, before.value)
    assert not is_in(ana.client)


def test_a_member_s_session_opens_nothing_here_and_a_colleague_s_nothing_there(
    ana: Colleague, client: FlaskClient, account: AccountRow
) -> None:
    sign_in(client, browsing.ADDRESS, browsing.PASSWORD)
    member = client.get_cookie(browsing.SESSION)
    colleague = ana.client.get_cookie(COOKIE)
    assert member
    assert colleague
    client.set_cookie(COOKIE, member.value)
    assert not is_in(client)
    ana.client.set_cookie(browsing.SESSION, colleague.value)
    assert ana.client.get("/compte/").status_code == 303


# What every page carries.


def test_pages_stand_apart_and_are_kept_nowhere(ana: Colleague) -> None:
    """docs/rules.md §5."""
    for path in (HOME, MEMBERS, SIGN_IN):
        headers = ana.client.get(path).headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
    assert "style=" not in ana.client.get(HOME).text


def test_the_cookie_is_out_of_reach(app: Flask, runtime: Runtime) -> None:
    ana = Colleague(app, runtime)
    ana.enrols(invite(runtime))
    cookie = ana.signs_in().headers["Set-Cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=Strict$", cookie), cookie


@pytest.mark.parametrize("path", [HOME, MEMBERS, HOME + "demandes/", MEMBERS + "x/"])
def test_a_stranger_is_led_to_the_entry(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, SIGN_IN)


def test_what_is_sent_after_the_session_is_not_done(ana: Colleague, runtime: Runtime) -> None:
    page = ana.client.get(MEMBERS)
    with later(minutes=16):
        answer = ana.client.post(MEMBERS, data={"csrf_token": token_of(page), "who": "M00001"}, follow_redirects=True)
        assert "Votre session est terminée : rien n’a été fait" in words(answer)
