"""`/compte/connexions/`: each device by a plain name, with its sites; ended one by one or all the others."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.account_pages.devices import name_of
from idp.accounts.directory import AccountRow
from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import Runtime
from idp.web.i18n import words
from tests.account_pages.conftest import Device, later, quickest
from tests.email_door.browsing import ADDRESS, PASSWORD, is_signed_in, send, token_of, words_of

PAGE = "/compte/connexions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox sur Windows"),
        (IPHONE, "Safari sur iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari sur Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge sur Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 OPR/120.0", "Opera sur Windows"),
        ("Mozilla/5.0 (Linux; Android 15; SM-A155F) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
         "Samsung Internet sur Android"),
        ("Mozilla/5.0 (Linux; Android 15; K) Chrome/139.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) CriOS/139.0 Mobile/15E148 Safari/604.1", "Chrome sur iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Linux"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36", "Chrome sur Chromebook"),
        ("Firefox/140.0", "Firefox"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Un navigateur sur Windows"),
        ("", "Un appareil inconnu"),
        ("<script>", "Un appareil inconnu"),
    ],
)  # fmt: skip
def test_a_device_has_a_plain_name(agent: str, name: str) -> None:
    assert words("fr", strict=True)["t"](name_of(agent)) == name


def key_of(browser: FlaskClient, device: str) -> str:
    found = re.search(rf'name="session" value="([^"]+)">Déconnecter {device}<', unescape(browser.get(PAGE).text))
    assert found
    return found[1]


def test_the_page_names_this_device_the_others_and_their_sites(
    app: Flask, member: FlaskClient, device: Device, account: AccountRow
) -> None:
    """ASVS 5.0 7.5.2."""
    other = device(IPHONE)
    session = rp.parts(app).keyring.read_handle("session", other.get_cookie(rp.COOKIE, domain="localhost").value)
    rp.visit(app, session, "avantage")
    said = words_of(member.get(PAGE))
    here, _, others = said.partition("Les autres appareils")
    assert "Vous êtes ici" in here
    assert "Safari sur iPhone" in others
    assert "Depuis le réseau 127.0.0.1" in others
    assert "Sites ouverts : MGEN Avantage" in others.replace("\u00a0", " ")
    assert "Déconnecter Safari sur iPhone" in others


def test_one_is_ended_and_a_second_tab_is_answered_kindly(app: Flask, member: FlaskClient, device: Device) -> None:
    other, third = device(FIREFOX), device(IPHONE)
    key, token = key_of(member, "Firefox sur Windows"), token_of(member.get(PAGE))
    for said in ("C’est fait : Firefox sur Windows n’est plus connecté", "n’était déjà plus connecté"):
        assert member.post(PAGE, data={"csrf_token": token, "session": key}).location == PAGE
        assert said in words_of(member.get(PAGE)).replace("\u00a0", " ")
    assert not is_signed_in(other)
    assert is_signed_in(third)
    assert is_signed_in(member)


def test_all_the_others_are_ended_and_their_sites_told(
    app: Flask, member: FlaskClient, device: Device, runtime: Runtime
) -> None:
    """ASVS 5.0 7.4.3."""
    others = [device(FIREFOX), device(IPHONE)]
    assert send(member, PAGE, action="others").location == PAGE
    assert "les 2 autres appareils ne sont plus connectés" in words_of(member.get(PAGE))
    assert "nulle part ailleurs" in words_of(member.get(PAGE))
    assert not any(map(is_signed_in, others))
    assert is_signed_in(member)
    assert runtime.sql.one("SELECT count(*) FROM outbox WHERE kind = 'session_left'", {}) == (2,)


@pytest.mark.parametrize("key", ["", "nonsense", "x" * 5000])
def test_what_names_no_session_ends_none(member: FlaskClient, device: Device, key: str) -> None:
    other = device(FIREFOX)
    assert send(member, PAGE, session=key).location == PAGE
    assert "n’était déjà plus connecté" in words_of(member.get(PAGE))
    assert is_signed_in(other)


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, member: FlaskClient, make_account: Callable[..., AccountRow], device: Device
) -> None:
    make_account("autre.factice@domaine.test")
    stranger, mine = device(FIREFOX, "autre.factice@domaine.test"), device(IPHONE)
    device(FIREFOX, "autre.factice@domaine.test")
    key = key_of(member, "Safari sur iPhone")
    send(stranger, PAGE, session=key)
    send(stranger, PAGE, action="others")
    assert is_signed_in(mine)


def test_the_key_of_a_row_opens_nothing(app: Flask, member: FlaskClient, device: Device) -> None:
    device(FIREFOX)
    thief = app.test_client()
    thief.set_cookie(rp.COOKIE, key_of(member, "Firefox sur Windows"), domain="localhost")
    assert not is_signed_in(thief)


def test_who_signed_in_some_time_ago_does_so_again_before_ending_one(member: FlaskClient, device: Device) -> None:
    """ASVS 5.0 7.5.2: who ends a session has authenticated again; the list alone is open."""
    other = device(FIREFOX)
    key, token = key_of(member, "Firefox sur Windows"), token_of(member.get(PAGE))
    with later(301):
        assert member.get(PAGE).status_code == 200
        answer = member.post(PAGE, data={"csrf_token": token, "session": key})
        assert answer.location == "/connexion/?suite=fermer"
        assert is_signed_in(other)
        assert send(member, answer.location, email=ADDRESS, password=PASSWORD).location == PAGE
        send(member, PAGE, session=key)
        assert not is_signed_in(other)


def test_fifty_devices_are_listed_in_under_200_ms(
    app: Flask, member: FlaskClient, account: AccountRow, runtime: Runtime
) -> None:
    now = clock.now()
    for number in range(50):
        identifier = new_id()
        runtime.sql.run(
            "INSERT INTO session (id, account_id, epoch, auth_time, acr, amr, source, user_agent, created_at, seen_at,"
            " ends_at) VALUES (:id, :account, 0, :now, 'a', 'pwd', '192.0.2.1', :agent, :now, :now, :ends)",
            {"id": identifier, "account": account.id, "now": now - number, "agent": FIREFOX, "ends": now + 3600},
        )
        for site in ("avantage", "forum", "member-area"):
            rp.visit(app, identifier, site)
    assert member.get(PAGE).text.count("Déconnecter Firefox sur Windows") == 50
    assert quickest(lambda: member.get(PAGE)) < 0.2
