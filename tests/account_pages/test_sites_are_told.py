"""A session ended at `/compte/connexions/` ends at the sites that it had entered, which hear so themselves."""

from collections.abc import Callable, Iterator

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient
from servers import free_port

from idp.accounts.directory import AccountRow
from idp.oidc.claims import subject
from idp.oidc.clients import Clients
from idp.oidc.id_token import session_reference
from idp.settings import Settings
from tests.account_pages.conftest import Device
from tests.account_pages.test_connections_page import FIREFOX, IPHONE, PAGE, key_of
from tests.email_door.browsing import SESSION, send, words_of
from tests.oidc.test_backchannel import Ear, drain


@pytest.fixture
def port() -> int:
    """A port of this machine that a site may listen on."""
    return free_port()


@pytest.fixture
def settings(make_settings: Callable[..., Settings], port: int) -> Settings:
    """Settings that let the provider call that port, and no other."""
    return make_settings(allowed_loopback_hosts=[f"127.0.0.1:{port}"])


@pytest.fixture
def ear(app: Flask, port: int) -> Iterator[Ear]:
    """The forum listens for back-channel logout."""
    ear = Ear(port)
    rp.register(app, "forum", backchannel_logout_uri=ear.uri)
    yield ear
    ear.close()


def enters(app: Flask, browser: FlaskClient, *sites: str) -> bytes:
    """Have this browser's session enter sites; its id."""
    cookie = browser.get_cookie(SESSION, domain="localhost")
    assert cookie
    session = rp.parts(app).keyring.read_handle("session", cookie.value)
    assert session
    for site in sites:
        rp.visit(app, session, site)
    return session


def heard(app: Flask, ear: Ear) -> set[tuple[str, str]]:
    """The `sub` and the `sid` of each logout token that came."""
    drain(app)
    return {(claims["sub"], claims["sid"]) for claims in ear.claims(app)}


def named(app: Flask, account: AccountRow, *sessions: bytes) -> set[tuple[str, str]]:
    """Sessions as the forum knows them."""
    keyring, forum = rp.parts(app).keyring, Clients(rp.parts(app)).find("forum")
    assert forum
    return {(subject(keyring, forum, account.id), session_reference(keyring, forum, each)) for each in sessions}


def test_the_one_that_is_ended_is_told_to_its_sites_and_the_others_are_left(
    app: Flask, member: FlaskClient, device: Device, account: AccountRow, ear: Ear
) -> None:
    """OpenID Connect Back-Channel Logout 1.0 §2.4."""
    laptop, telephone = device(FIREFOX), device(IPHONE)
    ended = enters(app, laptop, "forum", "avantage")
    enters(app, telephone, "forum")
    enters(app, member, "forum")
    send(member, PAGE, session=key_of(member, "Firefox sur Windows"))
    assert heard(app, ear) == named(app, account, ended)


def test_all_the_others_are_told_to_their_sites(
    app: Flask, member: FlaskClient, device: Device, account: AccountRow, ear: Ear
) -> None:
    """ASVS 5.0 7.4.3; by the page of the devices or by that of the protections."""
    ended = [enters(app, device(agent), "forum") for agent in (FIREFOX, IPHONE)]
    enters(app, member, "forum")
    send(member, PAGE, action="others")
    assert heard(app, ear) == named(app, account, *ended)
    again = enters(app, device(FIREFOX), "forum")
    send(member, "/compte/securite/", action="others")
    assert heard(app, ear) == named(app, account, *ended, again)


def test_the_page_says_which_sites_each_device_has_entered(app: Flask, member: FlaskClient, device: Device) -> None:
    """ASVS 5.0 7.5.2."""
    enters(app, device(FIREFOX), "avantage", "forum")
    device(IPHONE)
    said = words_of(member.get(PAGE)).replace("\u00a0", " ")
    firefox = said[said.index("Firefox sur Windows") : said.index("Déconnecter Firefox sur Windows")]
    iphone = said[said.index("Safari sur iPhone") : said.index("Déconnecter Safari sur iPhone")]
    assert "Sites ouverts : MGEN Avantage, Forum MGEN" in firefox
    assert "Aucun site ouvert" in iphone
