"""`/compte/mot-de-passe/`: the present password first, every other device signed out, this one kept."""

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow
from idp.core.runtime import Runtime
from idp.oidc import backchannel
from tests.account_pages.conftest import Device, later
from tests.email_door.browsing import (
    ADDRESS,
    FRESH,
    PASSWORD,
    SESSION,
    Outbox,
    at_once,
    is_signed_in,
    plain,
    send,
    sign_in,
    token_of,
    words_of,
)

PAGE, HOME = "/compte/mot-de-passe/", "/compte/"


def change(browser: FlaskClient, new: str = FRESH, current: str = PASSWORD, again: str | None = None):
    return send(browser, PAGE, current_password=current, new_password=new, confirm_password=again or new)


def test_the_password_is_changed_and_the_way_back_says_so(member: FlaskClient, app: Flask) -> None:
    """ASVS 5.0 6.2.2."""
    answer = change(member)
    assert (answer.status_code, answer.location) == (303, HOME)
    assert "votre mot de passe est changé" in words_of(member.get(HOME))
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 403
    assert sign_in(app.test_client(), ADDRESS, FRESH).status_code == 303


def test_other_devices_are_signed_out_and_this_one_goes_on_under_a_new_id(member: FlaskClient, device: Device) -> None:
    """ASVS 5.0 7.2.4, 7.4.3."""
    other = device()
    former = member.get_cookie(SESSION, domain="localhost")
    change(member)
    now = member.get_cookie(SESSION, domain="localhost")
    assert former
    assert now
    assert former.value != now.value
    assert is_signed_in(member)
    assert not is_signed_in(other)
    member.set_cookie(SESSION, former.value, domain="localhost")
    assert not is_signed_in(member)


def test_the_sites_of_every_device_are_told(
    member: FlaskClient, runtime: Runtime, account: AccountRow, app: Flask, outbox: Outbox
) -> None:
    """Of this one too: they ask again, and go on at once."""
    cookie = member.get_cookie(SESSION, domain="localhost")
    assert cookie
    session = runtime.keyring.read_handle("session", cookie.value)
    assert session
    rp.visit(app, session, "forum")
    rp.register(app, "forum", backchannel_logout_uri="https://forum.example/fin")
    change(member)
    with app.app_context():
        backchannel.cut({"account_id": account.id.hex()})
    assert runtime.sql.one("SELECT count(*) FROM outbox WHERE kind = 'backchannel_logout'", {}) == (1,)


def test_a_wrong_present_password_changes_nothing_and_is_counted(member: FlaskClient, app: Flask) -> None:
    """ASVS 5.0 6.2.3."""
    answer = change(member, current="ce n’est pas le mien")
    assert answer.status_code == 403
    assert "Ce n’est pas votre mot de passe actuel" in words_of(answer)
    for _ in range(4):
        change(member, current="ce n’est pas le mien")
    assert change(member).status_code == 429
    assert is_signed_in(member)


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("court", None, "au moins 12 caractères"),
        (FRESH, "une autre phrase bien longue", "Les deux mots de passe sont différents"),
        (PASSWORD, None, "ressemble"),
        ("MgenConnect2026", None, "trop facile à deviner"),
        ("x" * 5000, None, "plus court"),
    ],
)
def test_a_new_password_follows_the_policy(member: FlaskClient, new: str, again: str | None, said: str) -> None:
    answer = change(member, new, again=again)
    assert answer.status_code == 400
    assert said in words_of(answer)
    assert FRESH not in answer.text


def test_every_address_is_told(member: FlaskClient, outbox: Outbox) -> None:
    """ASVS 5.0 6.3.7."""
    outbox()
    change(member)
    (message,) = outbox()
    assert message["To"] == ADDRESS
    assert "le mot de passe de votre compte MGEN Connect a été changé" in plain(message)


def test_a_sign_in_of_some_time_ago_is_made_anew_first(member: FlaskClient) -> None:
    """ASVS 5.0 7.5.1."""
    token = token_of(member.get(PAGE))
    with later(301):
        for answer in (
            member.get(PAGE),
            member.post(PAGE, data={"csrf_token": token, "current_password": PASSWORD, "new_password": FRESH}),
        ):
            assert answer.location == "/connexion/?suite=mot-de-passe"
        assert send(member, answer.location, email=ADDRESS, password=PASSWORD).location == PAGE
        assert change(member).status_code == 303


def test_two_tabs_at_once_change_it_once(member: FlaskClient, app: Flask, outbox: Outbox) -> None:
    """The other tab is sent to sign in, or refused; nothing is changed twice."""
    outbox()
    token, cookies = token_of(member.get(PAGE)), [member.get_cookie(name, domain="localhost") for name in _COOKIES]
    tabs = [app.test_client() for _ in range(3)]
    for tab in tabs:
        for cookie in cookies:
            assert cookie
            tab.set_cookie(cookie.key, cookie.value, domain="localhost")
    form = {"csrf_token": token, "current_password": PASSWORD}
    news = [f"{FRESH} numéro {number} ou presque" for number in range(3)]
    at_once(
        app,
        [
            lambda tab=tab, new=new: tab.post(PAGE, data={**form, "new_password": new, "confirm_password": new})
            for tab, new in zip(tabs, news, strict=True)
        ],
    )
    assert len(outbox()) == 1
    assert [sign_in(app.test_client(), ADDRESS, new).status_code for new in news].count(303) == 1
    assert [is_signed_in(tab) for tab in tabs].count(True) == 1


def test_the_record_knows_of_it_and_of_no_password(member: FlaskClient, runtime: Runtime, account: AccountRow) -> None:
    change(member)
    lines = runtime.sql.all("SELECT event, detail FROM audit WHERE account_id = :id", {"id": account.id})
    assert "password_changed" in {event for event, _ in lines}
    assert FRESH not in str(lines)


_COOKIES = (SESSION, "mgen_connect")
