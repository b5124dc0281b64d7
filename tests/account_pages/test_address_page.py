"""`/compte/adresse/`: the new address is proved before it replaces the old one; sites that listen are told."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import rp
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts.directory import AccountRow, find_by_id
from idp.core.runtime import Runtime
from idp.oidc import identifier_events
from idp.oidc.claims import subject
from idp.oidc.clients import Clients
from idp.oidc.keys import KeyStore
from idp.settings import Settings
from tests.account_pages.conftest import Device, later
from tests.email_door.browsing import (
    ADDRESS,
    NEW,
    OTHER,
    PASSWORD,
    Outbox,
    code_of,
    is_signed_in,
    path_in,
    send,
    sign_in,
    token_of,
    without_randomness,
    words_of,
)

PAGE, DONE = "/compte/adresse/", "/compte/adresse/fait/"
MESSAGE, FINISH = "/connexion/confirmer/message/", "/connexion/confirmer/terminer/"
LINK, CONTEST = "/connexion/confirmer/lien/", "/connexion/contester/"


def ask(browser: FlaskClient, address: str = NEW):
    return send(browser, PAGE, email=address)


def test_the_code_proves_the_new_address_which_then_signs_in(
    app: Flask, member: FlaskClient, device: Device, outbox: Outbox, account: AccountRow
) -> None:
    """ASVS 5.0 6.3.7; docs/rules.md §3 row 9."""
    other = device()
    outbox()
    assert ask(member).location == MESSAGE
    (message,) = outbox()
    assert message["To"] == NEW
    assert find_by_id(account.id).address == ADDRESS
    assert send(member, MESSAGE, action="code", code=code_of(message)).location == DONE
    assert NEW in member.get(DONE).text
    assert is_signed_in(member)
    assert not is_signed_in(other)
    assert sign_in(app.test_client(), ADDRESS, PASSWORD).status_code == 403
    assert sign_in(app.test_client(), NEW, PASSWORD).status_code == 303
    assert find_by_id(account.id).address == NEW


def test_the_former_address_is_told_and_may_contest_for_72_hours(
    app: Flask, member: FlaskClient, outbox: Outbox, account: AccountRow
) -> None:
    """docs/rules.md §3 row 5."""
    outbox()
    ask(member)
    send(member, MESSAGE, action="code", code=code_of(outbox()[0]))
    told = {message["To"]: message for message in outbox()}
    assert told.keys() == {ADDRESS, NEW}
    assert NEW not in told[ADDRESS].as_string()
    path = path_in(told[ADDRESS], CONTEST)
    with later(71 * 3600):
        send(app.test_client(), path)
    assert find_by_id(account.id).state == "frozen"


def test_the_link_in_this_browser_ends_the_change(member: FlaskClient, outbox: Outbox) -> None:
    outbox()
    ask(member)
    assert send(member, path_in(outbox()[0], LINK)).location == DONE


def test_the_link_elsewhere_proves_and_this_browser_has_the_last_look(
    app: Flask, member: FlaskClient, outbox: Outbox, account: AccountRow
) -> None:
    outbox()
    ask(member)
    elsewhere = app.test_client()
    send(elsewhere, path_in(outbox()[0], LINK))
    assert not is_signed_in(elsewhere)
    assert find_by_id(account.id).address == ADDRESS
    assert member.get(MESSAGE).location == FINISH
    assert f'href="{PAGE}"' in member.get(FINISH).text
    assert send(member, FINISH).location == DONE
    assert find_by_id(account.id).address == NEW


def test_a_taken_address_is_not_told_until_its_mailbox_is_proved(
    app: Flask, member: FlaskClient, outbox: Outbox, make_account: Callable[..., AccountRow], account: AccountRow
) -> None:
    """docs/rules.md §3 row 17: the page says what it says for a free one."""
    make_account(OTHER)
    pages = []
    for address in (NEW, OTHER):
        outbox()
        answer = ask(member, address)
        status, text, _headers = without_randomness(member.get(answer.location))
        pages.append((answer.status_code, status, text.replace(address, "adresse"), len(outbox())))
    assert pages[0] == pages[1]
    outbox()
    member.get(MESSAGE)
    with later(61):
        send(member, MESSAGE, action="resend")
        answer = send(member, MESSAGE, action="code", code=code_of(outbox()[-1]))
    assert answer.status_code == 409
    assert f'href="{PAGE}"' in answer.text
    assert find_by_id(account.id).address == ADDRESS


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Saisissez votre adresse email"),
        ("pas une adresse", "Vérifiez l’adresse email"),
        (ADDRESS, "C’est déjà votre adresse"),
        (f"  {ADDRESS.upper()} ", "C’est déjà votre adresse"),
        ("2 84 05 88 001 001", "adresse email"),
        ("x" * 300 + "@domaine.test", "trop longue"),
    ],
)
def test_what_is_no_other_address_is_said(member: FlaskClient, outbox: Outbox, typed: str, said: str) -> None:
    outbox()
    answer = ask(member, typed)
    assert answer.status_code == 400
    assert said in words_of(answer)
    assert outbox() == []


def test_an_old_tab_goes_to_the_sign_in(member: FlaskClient, outbox: Outbox) -> None:
    token = token_of(member.get(PAGE))
    outbox()
    with later(301):
        assert member.post(PAGE, data={"csrf_token": token, "email": NEW}).location == "/connexion/?suite=adresse"
    assert outbox() == []


# The sites.


class Ear:
    """A site that listens for security event tokens."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, str]] = []
        self.status = 202
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                ear.heard.append((self.headers["Content-Type"], body))
                self.send_response(ear.status)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", port), Handler)
        self.uri = f"http://127.0.0.1:{port}/adresse"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def port() -> int:
    """A port of this machine that a site may listen on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


@pytest.fixture
def settings(make_settings: Callable[..., Settings], port: int) -> Settings:
    """Settings that let the provider call that port, and no other."""
    return make_settings(allowed_loopback_hosts=[f"127.0.0.1:{port}"])


@pytest.fixture
def ear(port: int) -> Iterator[Ear]:
    """Where a site listens."""
    ear = Ear(port)
    yield ear
    ear.close()


def change(member: FlaskClient, outbox: Outbox) -> None:
    outbox()
    ask(member)
    send(member, MESSAGE, action="code", code=code_of(outbox()[0]))
    outbox()


def told(runtime: Runtime, ear: Ear) -> list[dict[str, Any]]:
    """What the tokens say, each checked."""
    assert all(kind == "application/secevent+jwt" for kind, _ in ear.heard)
    read = [KeyStore(runtime).read(token, "secevent+jwt") for _, token in ear.heard]
    assert all(read)
    return [claims for claims in read if claims]


def test_a_site_that_listens_is_told_by_a_signed_token_and_sub_stays(
    app: Flask, member: FlaskClient, outbox: Outbox, ear: Ear, runtime: Runtime, account: AccountRow
) -> None:
    """RFC 8935 §2; OpenID RISC 1.0 §2.5."""
    rp.register(app, "forum", identifier_changed_uri=ear.uri)
    forum = Clients(runtime).find("forum")
    assert forum
    before = subject(runtime.keyring, forum, account.id)
    change(member, outbox)
    (claims,) = told(runtime, ear)
    assert claims["aud"] == "forum"
    assert claims["sub_id"] == {"format": "email", "email": ADDRESS}
    (event,) = claims["events"].items()
    assert event[0] == identifier_events.EVENT
    assert event[1]["new-value"] == NEW
    assert event[1]["account"]["sub"] == before == subject(runtime.keyring, forum, find_by_id(account.id).id)
    assert "sub" not in claims
    assert "exp" not in claims


@pytest.mark.parametrize("registered", [{"first_party": False}, {"scope": "openid"}])
def test_a_site_that_may_not_know_the_address_is_told_nothing(
    app: Flask, member: FlaskClient, outbox: Outbox, ear: Ear, registered: dict[str, Any]
) -> None:
    rp.register(app, "forum", identifier_changed_uri=ear.uri, **registered)
    change(member, outbox)
    assert ear.heard == []


def test_another_site_is_told_where_the_person_agreed_to_tell_it_the_address(
    app: Flask, member: FlaskClient, outbox: Outbox, ear: Ear, runtime: Runtime, account: AccountRow
) -> None:
    rp.register(app, "forum", identifier_changed_uri=ear.uri, first_party=False)
    runtime.sql.run(
        "INSERT INTO consent (account_id, client_id, scope, granted_at) VALUES (:id, 'forum', 'email openid', 1)",
        {"id": account.id},
    )
    change(member, outbox)
    assert len(told(runtime, ear)) == 1


def test_a_token_that_is_not_taken_is_sent_again_as_the_same(
    app: Flask, member: FlaskClient, outbox: Outbox, ear: Ear, runtime: Runtime
) -> None:
    rp.register(app, "forum", identifier_changed_uri=ear.uri)
    ear.status = 503
    change(member, outbox)
    ear.status = 202
    with later(10):
        outbox()
    first, second = told(runtime, ear)
    assert first == second
