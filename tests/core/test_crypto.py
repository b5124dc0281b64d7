"""Seals open only where they were made, digests differ by purpose, handles cannot be forged."""

import base64
import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.core import crypto
from idp.core.crypto import Keyring, KeyringError, SealBroken

KEYRING = Keyring("k1", {"k1": b"1" * 32})
IDENTIFIER = bytes(range(16))


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_a_seal_opens_again(plaintext, context):
    """With the same purpose and context."""
    assert KEYRING.open("mail", KEYRING.seal("mail", plaintext, context), context) == plaintext


@pytest.mark.parametrize(
    ("purpose", "context", "keyring"),
    [
        ("other", b"row", KEYRING),
        ("mail", b"another row", KEYRING),
        ("mail", b"row", Keyring("k1", {"k1": b"2" * 32})),
        ("mail", b"row", Keyring("k2", {"k2": b"1" * 32})),
    ],
)
def test_a_seal_opens_nowhere_else(purpose, context, keyring):
    """Not for another purpose, not in another row, not with another key."""
    with pytest.raises(SealBroken):
        keyring.open(purpose, KEYRING.seal("mail", b"text", b"row"), context)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_seal_is_refused(position, flip):
    """Whatever the byte; never another exception."""
    sealed = bytearray(KEYRING.seal("mail", b"text", b"row"))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        KEYRING.open("mail", bytes(sealed), b"row")


@given(st.binary(max_size=60))
def test_random_bytes_are_no_seal(raw):
    """Nor is nothing at all."""
    with pytest.raises(SealBroken):
        KEYRING.open("mail", raw)


def test_two_seals_of_one_text_differ():
    """Nobody sees that two rows hold the same."""
    assert KEYRING.seal("mail", b"text") != KEYRING.seal("mail", b"text")


def test_a_seal_of_an_older_key_still_opens():
    """After a rotation the keyring keeps its old keys."""
    rotated = Keyring("k2", {"k1": b"1" * 32, "k2": b"2" * 32})
    assert rotated.open("mail", KEYRING.seal("mail", b"text")) == b"text"


def test_digests_differ_by_purpose_and_by_key():
    """A value made for one purpose is worthless for another."""
    other = Keyring("k1", {"k1": b"2" * 32})
    digests = {KEYRING.digest("nir", b"x"), KEYRING.digest("mail", b"x"), other.digest("nir", b"x")}
    assert len(digests) == 3
    assert KEYRING.digest("nir", b"x") in digests


@given(st.binary(min_size=16, max_size=16))
def test_a_handle_gives_its_identifier_back(identifier):
    """As 43 URL-safe characters."""
    handle = KEYRING.handle("session", identifier)
    assert len(handle) == 43
    assert KEYRING.read_handle("session", handle) == identifier


def test_a_handle_is_of_its_kind_and_keyring():
    """A code is no session, and another provider's is nothing."""
    handle = KEYRING.handle("session", IDENTIFIER)
    assert KEYRING.read_handle("code", handle) is None
    assert Keyring("k1", {"k1": b"2" * 32}).read_handle("session", handle) is None


def test_no_other_spelling_of_a_handle_is_read():
    """Each character counts, also the unused bits of the last one."""
    handle = KEYRING.handle("session", IDENTIFIER)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for position in range(43):
        for character in alphabet:
            other = handle[:position] + character + handle[position + 1 :]
            assert other == handle or KEYRING.read_handle("session", other) is None


@given(st.text(max_size=60) | st.text(alphabet="Aé=\0 \udc80-_", min_size=43, max_size=44))
def test_no_text_makes_reading_a_handle_fail(text):
    """It is read, or it is None."""
    assert KEYRING.read_handle("session", text) is None


class TestKeyringFile:
    def test_init_makes_it_for_its_owner_alone(self, tmp_path):
        """Mode 600, 256 random bits, readable again."""
        made = Keyring.create(tmp_path / "keyring.json")
        assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600
        assert Keyring.load(tmp_path / "keyring.json").check_value("k1") == made.check_value("k1")
        assert Keyring.create(tmp_path / "other.json").check_value("k1") != made.check_value("k1")

    def test_it_is_never_overwritten(self, tmp_path):
        """The database would be lost with it."""
        Keyring.create(tmp_path / "keyring.json")
        before = (tmp_path / "keyring.json").read_bytes()
        with pytest.raises(KeyringError):
            Keyring.create(tmp_path / "keyring.json")
        assert (tmp_path / "keyring.json").read_bytes() == before

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b'{"current": "k1", "keys": {}}',
            b'{"current": "k1", "keys": {"k1": "short"}}',
            b'{"current": "k1", "keys": {"k1": 7}}',
            json.dumps({"current": "k2", "keys": {"k1": base64.b64encode(b"1" * 32).decode()}}).encode(),
        ],
    )
    def test_what_is_no_keyring_is_told_in_one_line(self, tmp_path, content):
        """And without its content."""
        path = tmp_path / "keyring.json"
        path.write_bytes(content)
        with pytest.raises(KeyringError) as error:
            Keyring.load(path)
        assert "\n" not in str(error.value)

    def test_a_missing_one_says_how_to_make_it(self, tmp_path):
        """`serve` never makes one."""
        with pytest.raises(KeyringError, match="mgen-connect init"):
            Keyring.load(tmp_path / "none.json")


def test_codes_hold_nothing_that_is_misread():
    """No 0, O, 1, I; typed with spaces, dashes or in lower case they are the same."""
    assert not set("01OI") & set(crypto.ALPHABET)
    code = crypto.code()
    assert len(code) == 8
    assert crypto.normalise_code(f" {code[:4].lower()} - {code[4:]}\n") == code


@given(st.text())
def test_any_two_texts_can_be_compared(text):
    """Lone surrogates too."""
    assert crypto.equal(text, text)
    assert not crypto.equal(text, text + "x")


def test_a_random_token_is_new_each_time():
    """256 bits, URL-safe."""
    assert len({crypto.token() for _ in range(100)}) == 100
    assert len(crypto.token_digest(os.fsdecode(b"\xff"))) == 32


class TestAKeyOfItsOwn:
    """One purpose may have a newer key than the others: the pepper of the NIR digests."""

    @pytest.fixture
    def path(self, tmp_path):
        Keyring.create(tmp_path / "keyring.json")
        return tmp_path / "keyring.json"

    def test_it_is_the_newest_of_its_purpose_alone(self, path):
        """Everything else is made with the key it was made with before."""
        keyring = Keyring.load(path)
        assert keyring.newest("nir") == "k1"
        assert keyring.add_key("nir") == "k2"
        assert (keyring.newest("nir"), keyring.newest("mail"), keyring.current) == ("k2", "k1", "k1")
        assert keyring.digest("nir", b"x") == Keyring.load(path).digest("nir", b"x")
        assert keyring.derive("nir", "k2") != keyring.derive("nir", "k1")

    def test_it_is_in_the_file_for_its_owner_alone(self, path):
        """And nothing is left beside the file."""
        made = Keyring.load(path)
        made.add_key("nir")
        assert Keyring.load(path).check_value("k2") == made.check_value("k2")
        assert Keyring.load(path).check_value("k1") == made.check_value("k1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]

    def test_a_running_process_sees_it_when_it_looks(self, path):
        """Without a restart."""
        running, command = Keyring.load(path), Keyring.load(path)
        sealed = running.seal("mail", b"text")
        command.add_key("nir")
        assert running.newest("nir") == "k1"
        running.refresh()
        assert running.newest("nir") == "k2"
        assert running.derive("nir", "k2") == command.derive("nir", "k2")
        assert running.open("mail", sealed) == b"text"

    @pytest.mark.parametrize("content", [b"", b"{}", None])
    def test_a_file_that_is_gone_or_broken_is_not_taken(self, path, content):
        """The process goes on with what it knows."""
        keyring = Keyring.load(path)
        path.unlink() if content is None else path.write_bytes(content)
        keyring.refresh()
        assert keyring.newest("nir") == "k1"

    def test_a_file_with_another_key_of_the_same_name_is_not_taken(self, path):
        """What is sealed could not be opened."""
        keyring, value = Keyring.load(path), Keyring.load(path).check_value("k1")
        path.unlink()
        Keyring.create(path).check_value("k1")
        keyring.refresh()
        assert keyring.check_value("k1") == value

    def test_a_folder_that_cannot_be_written_is_told_in_one_line(self, path):
        """And the file is as it was."""
        before = path.read_bytes()
        keyring = Keyring.load(path)
        path.unlink()
        with pytest.raises(KeyringError) as error:
            keyring.add_key("nir")
        assert "\n" not in str(error.value)
        path.write_bytes(before)
        assert Keyring.load(path).newest("nir") == "k1"

    def test_a_link_to_the_file_stays_a_link(self, path, tmp_path):
        """Where the secret is mounted elsewhere."""
        link = tmp_path / "link.json"
        link.symlink_to(path)
        Keyring.load(link).add_key("nir")
        assert link.is_symlink()
        assert Keyring.load(path).newest("nir") == "k2"
