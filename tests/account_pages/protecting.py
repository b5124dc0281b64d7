"""What a person does at `/compte/securite/`: opens its pages, sends their forms."""

import re
from html import unescape

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.authenticator import Authenticator
from tests.email_door.browsing import token_of, words_of

SECURITY = "/compte/securite/"
PASSKEY, TOTP, CODES = SECURITY + "cle/", SECURITY + "application/", SECURITY + "codes/"
MADE = CODES + "nouveaux/"


def opened(browser: FlaskClient, path: str = SECURITY) -> TestResponse:
    page = browser.get(path)
    assert page.status_code == 200, page.location
    return page


def options_of(page: TestResponse) -> str:
    found = re.search(r'data-passkey-creation="([^"]+)"', page.text)
    assert found
    return unescape(found[1])


def add_passkey(browser: FlaskClient, device: Authenticator, name: str = "Mon téléphone") -> TestResponse:
    page = opened(browser, PASSKEY)
    answer = device.create(options_of(page))
    return browser.post(PASSKEY, data={"csrf_token": token_of(page), "passkey_name": name, "answer": answer})


def enrolment(page: TestResponse) -> tuple[str, dict[str, str]]:
    """The secret that a page shows, and what its form brings back."""
    key = re.search(r'class="reference">([A-Z2-7 ]+)<', page.text)
    given = re.search(r'name="given" value="([^"]+)"', page.text)
    assert key
    assert given
    return key[1].replace(" ", ""), {"csrf_token": token_of(page), "given": given[1]}


def add_totp(browser: FlaskClient) -> TestResponse:
    secret, fields = enrolment(opened(browser, TOTP))
    return browser.post(TOTP, data={**fields, "totp": pyotp.TOTP(secret).now()})


def passkey_page(browser: FlaskClient) -> str:
    """The address of the page of the first passkey."""
    found = re.search(rf'href="({PASSKEY}[0-9a-f]{{32}}/)"', opened(browser).text)
    assert found
    return found[1]


def act(browser: FlaskClient, path: str, /, **fields: str) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_of(opened(browser, path)), **fields})


def follow(browser: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303, words_of(answer)
    return words_of(browser.get(answer.location))


def codes_on(page: TestResponse) -> list[str]:
    return re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", words_of(page))


def make_codes(browser: FlaskClient) -> list[str]:
    """Ten new codes, as the page shows them."""
    assert act(browser, CODES).location == MADE
    codes = codes_on(opened(browser, MADE))
    assert len(set(codes)) == 10
    return codes
