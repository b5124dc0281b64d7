"""The ceremonies with what a real browser answers, whose device Chromium imitates."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browser.device import Device
from browser.person import Person
from browser.running_demo import Demo

from idp.accounts.directory import AccountRow
from idp.accounts.factors import passkeys, webauthn_ceremonies
from idp.accounts.factors.passkeys import Proof
from idp.accounts.factors.webauthn_ceremonies import CeremonyRefused, CounterWentBack
from idp.core import db
from idp.paths import resource
from idp.settings import Settings
from idp.web.pages import HELP

SCRIPT = (Path(resource("static")) / "passkeys.js").read_text("utf-8")
CREATE = """async options => mgenPasskeys.answer(
  await navigator.credentials.create({publicKey: mgenPasskeys.creation(options)}))"""
GET = """async options => mgenPasskeys.answer(
  await navigator.credentials.get({publicKey: mgenPasskeys.request(options)}))"""


@pytest.fixture
def settings(make_settings: Callable[..., Settings], demo: Demo) -> Settings:
    """Those of a provider at the address where the browser is."""
    return make_settings(issuer=demo.issuer)


@pytest.fixture
def someone_there(someone: Callable[..., Person], demo: Demo) -> Person:
    """A person on a page of the provider that asks for no passkey itself, with the script of those that do."""
    person = someone()
    person.goes_to(demo.issuer + HELP)
    person.tab.evaluate(SCRIPT)
    return person


def make(person: Person, account: AccountRow) -> None:
    challenge = b"a challenge to make one" + bytes(16)
    answer = person.tab.evaluate(CREATE, passkeys.creation_options(account, challenge))
    passkeys.register(account.id, answer, challenge, "Mon téléphone")
    db.commit()


def use(person: Person, allow: list[bytes], challenge: bytes) -> str:
    answer: str = person.tab.evaluate(GET, webauthn_ceremonies.request_options(allow, challenge))
    return answer


def check(answer: str, challenge: bytes, account_id: bytes | None = None) -> Proof:
    try:
        return passkeys.verify(answer, challenge, account_id)
    finally:
        db.commit()


def test_a_device_proves_who_is_there_with_or_without_being_told(account: AccountRow, someone_there: Person) -> None:
    device = Device(someone_there.tab)
    make(someone_there, account)
    challenge = b"a first challenge" + bytes(16)
    assert check(use(someone_there, [], challenge), challenge) == Proof(account.id, ("hwk", "user", "mfa"))
    asked = use(someone_there, passkeys.credential_ids(account.id), challenge)
    assert check(asked, challenge, account.id).account_id == account.id
    assert device.passkeys()[0]["signCount"] > 1


def test_a_copy_of_the_device_is_refused_and_so_is_an_answer_brought_again(
    account: AccountRow, someone_there: Person
) -> None:
    device = Device(someone_there.tab)
    make(someone_there, account)
    (before,) = device.passkeys()
    challenge = b"another challenge" + bytes(16)
    answer = use(someone_there, [], challenge)
    assert check(answer, challenge)
    with pytest.raises(CounterWentBack):
        check(answer, challenge)
    device.goes_back_to(before)
    with pytest.raises(CounterWentBack):
        check(use(someone_there, [], challenge), challenge)


def test_an_answer_given_on_another_page_of_the_same_host_is_refused(
    account: AccountRow, someone_there: Person, demo: Demo
) -> None:
    Device(someone_there.tab)
    make(someone_there, account)
    someone_there.goes_to(demo.site("forum"))
    someone_there.tab.evaluate(SCRIPT)
    challenge = b"challenge of the provider" + bytes(16)
    with pytest.raises(CeremonyRefused) as refused:
        check(use(someone_there, [], challenge), challenge)
    assert refused.value.code == "origin"
