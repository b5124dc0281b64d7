"""What is stored of a password, and how a typed one is compared."""

import hashlib

import pytest

from idp.accounts import credentials
from idp.accounts.foreign_hashes import ForeignHash, parse
from idp.core.runtime import Runtime

pytestmark = pytest.mark.usefixtures("runtime")
PASSWORD = "les 7 nains chantent faux"
# Of "password".
MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"


def foreign() -> ForeignHash:
    return parse(MD5)


def test_a_password_opens_what_was_made_of_it_and_nothing_else_does() -> None:
    stored = credentials.hash_password(PASSWORD)
    assert credentials.verify_password(stored, PASSWORD) == credentials.Verified(ok=True, outdated=False)
    for other in (PASSWORD + " ", PASSWORD.upper(), "", PASSWORD.encode().hex(), stored):
        assert not credentials.verify_password(stored, other).ok


def test_the_same_password_is_never_stored_twice_alike() -> None:
    assert credentials.hash_password(PASSWORD) != credentials.hash_password(PASSWORD)


def test_nothing_opens_an_account_without_a_password() -> None:
    for typed in (PASSWORD, "", "\0", "\ud800", "é" * 5000):
        assert not credentials.verify_password(None, typed).ok
        assert not credentials.verify_password(credentials.dummy(), typed).ok


def test_4096_bytes_are_read_and_one_more_is_not() -> None:
    longest = "é" * 2048
    stored = credentials.hash_password(longest)
    assert credentials.verify_password(stored, longest).ok
    assert not credentials.verify_password(stored, longest + "x").ok


def test_an_old_sites_password_opens_and_is_said_to_be_outdated() -> None:
    stored = credentials.wrap_foreign(foreign())
    assert credentials.verify_password(stored, "password") == credentials.Verified(ok=True, outdated=True)
    assert not credentials.verify_password(stored, MD5).ok


def test_no_digest_of_an_old_site_lies_in_what_is_stored() -> None:
    stored = credentials.wrap_foreign(foreign())
    assert MD5 not in stored
    assert stored.startswith("onion:md5:")


def test_an_old_password_with_accents_opens_in_the_encoding_of_its_time() -> None:
    """`été2008été`, hashed in ISO-8859-1 by one portal and in UTF-8 by another."""
    for encoding in ("iso-8859-1", "utf-8"):
        digest = hashlib.md5("été2008été".encode(encoding)).hexdigest()
        stored = credentials.wrap_foreign(parse(digest))
        assert credentials.verify_password(stored, "été2008été").ok


def test_one_of_our_own_hashes_is_never_opened_by_a_look_alike_encoding() -> None:
    """What ISO-8859-1 cannot write becomes a question mark there: that is no password of ours."""
    stored = credentials.hash_password("ab?cdefghijkl")
    assert not credentials.verify_password(stored, "ab€cdefghijkl").ok


@pytest.mark.parametrize("digest", [MD5, "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "{CRYPT}Bhal.laBKGtsw"])
def test_a_dummy_of_an_old_format_says_its_format_and_opens_to_nothing(digest: str) -> None:
    descriptor = parse(digest).descriptor
    stored = credentials.dummy(descriptor)
    assert credentials.descriptor_of(stored) == descriptor
    assert not credentials.verify_password(stored, "password").ok


def test_another_pepper_opens_nothing(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stolen database is worth nothing without the keyring."""
    stored = credentials.hash_password(PASSWORD)
    monkeypatch.setattr(runtime.keyring, "derive", lambda *_: b"another" * 5)
    assert not credentials.verify_password(stored, PASSWORD).ok


@pytest.mark.parametrize(
    "typed", ["le chat botté", "LE CHAT BOTTÉ", " Le  chat-botte. ", "le chat botte\N{COMBINING ACUTE ACCENT}"]
)
def test_a_secret_answer_is_compared_without_accents_case_or_punctuation(typed: str) -> None:
    stored = credentials.hash_answer("Le Chat botté !")
    assert credentials.verify_answer(stored, typed)
    assert not credentials.verify_answer(stored, "le chat")
    assert not credentials.verify_answer(None, typed)
