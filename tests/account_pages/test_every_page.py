"""Every page of `/compte/` has the same navigation, which says where one is, and the same way out."""

import re

import pytest
from flask.testing import FlaskClient

from idp.account_pages import paths
from tests.account_pages.protecting import CODES, PASSKEY, TOTP, add_totp

UNDER = {PASSKEY: paths.SECURITY, TOTP: paths.SECURITY, CODES: paths.SECURITY, "/compte/adresse/fait/": paths.ADDRESS}


@pytest.mark.parametrize("path", [*paths.OF.values(), *UNDER])
def test_it_has_the_navigation_of_the_account(member: FlaskClient, path: str) -> None:
    add_totp(member)
    page = member.get(path)
    assert page.status_code == 200
    navigation = re.search(r'<nav class="places".*?</nav>', page.text, re.DOTALL)
    assert navigation
    links = re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>', navigation[0])
    assert [url for url, _ in links] == [*paths.OF.values()]
    marked = [(url, how) for url, how in links if how]
    assert marked == [(UNDER[path], "true") if path in UNDER else (path, "page")]
    assert 'href="/oidc/logout"' in page.text
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
