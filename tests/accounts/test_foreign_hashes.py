"""Every hash format of the old sites is read, described without its digest, and computed again."""

import base64
import contextlib
import hashlib
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.foreign_hashes import (
    SITE_KEY_HINT,
    Descriptor,
    MalformedHash,
    UnknownHash,
    candidates,
    is_no_password,
    parse,
)
from tests.old_file import load_generator

# Published examples, made by other software than ours.
KNOWN = [
    ("md5-crypt", b"password", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"),
    (
        "sha512-crypt",
        b"Hello world!",
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    ),
    (
        "sha512-crypt",
        b"Hello world!",
        "$6$rounds=10000$saltstringsaltst$"
        "OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
    ),
    ("phpass", b"test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    ("phpass", b"test12345", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    ("drupal7", b"hashcat", "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf"),
    ("des-crypt", b"soleil75", "{CRYPT}Bhal.laBKGtsw"),
    ("bcrypt", b"soleil75", "$2a$04$nS1IEASusvzrCwxczgL5Jeah1EmlZtXKNi/XgrqyHmMs2SKD7iwKm"),
    ("bcrypt", b"Azerty2009", "{CRYPT}$2y$04$0P29af9JEVCVPHRUQRwbV.ugOEhUKpDP.OeFup1Ci37QEvUxSR10q"),
    ("md5", b"password", "5F4DCC3B5AA765D61D8327DEB882CF99"),
    ("md5", b"password", "{MD5}X03MO1qnZdYdgyfeuILPmQ=="),
    ("sha1", b"password", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
    ("sha1", b"password", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="),
    ("sha256", b"password", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
]

PASSWORDS = [("soleil75", "utf-8"), ("été2008été", "latin-1"), ("élève2012", "utf-8"), ("A" * 108, "utf-8")]


def refuses(kind: type[ValueError], text: str) -> bool:
    with pytest.raises(kind) as caught:
        parse(text)
    return not text or text not in str(caught.value)


@pytest.mark.parametrize(("scheme", "password", "text"), KNOWN)
def test_published_examples_are_computed_again(scheme: str, password: bytes, text: str) -> None:
    found = parse(text)
    assert found.scheme == scheme
    assert found.made_by.digest_of(password) == found.digest
    assert found.made_by.digest_of(password + b"x") != found.digest or scheme == "des-crypt"


@pytest.mark.parametrize("text", [text for _, _, text in KNOWN])
def test_a_descriptor_is_read_back_and_holds_no_digest(text: str) -> None:
    found = parse(text)
    assert Descriptor.parse(found.descriptor) == found.made_by
    assert found.descriptor.isascii()
    assert found.descriptor.isprintable()
    assert len(found.descriptor) < 60
    for digest in (found.digest.hex(), base64.b64encode(found.digest).decode(), text[-20:]):
        assert digest.lower() not in (found.descriptor + repr(found)).lower()


def test_every_format_of_an_old_file_opens_with_its_password_and_no_other() -> None:
    generator = load_generator()
    rng = random.Random(5)
    tables = [generator.MEMBER_FORMATS, *generator.IDENTITY_FORMATS.values()]
    formats = {name for table in tables for name, _ in table}
    assert len(formats) >= 21
    for name in sorted(formats):
        for chosen, encoding in PASSWORDS:
            text, password = generator.make_hash(name, chosen, rng, encoding)
            hint = SITE_KEY_HINT if name == "md5-sitekey" else None
            made_by = Descriptor.parse(parse(text, hint=hint).descriptor)
            site_key = generator.SITE_KEY.encode()
            digest = parse(text, hint=hint).digest
            assert digest == made_by.digest_of(password.encode(encoding), site_key), name
            assert digest in [made_by.digest_of(typed, site_key) for typed in candidates(password)], name
            assert digest != made_by.digest_of(b"x" + password.encode(encoding), site_key), name


def test_the_hashes_an_importer_must_refuse_are_refused() -> None:
    assert refuses(UnknownHash, "{X-LEGACY}bm90aGluZw==")
    assert refuses(MalformedHash, "{SSHA}AAAA")


@pytest.mark.parametrize(
    "text",
    [
        "", "!", "*", "nc", "2840575960123", "Bhal.laBKGtsw", "$5$saltsalt$abc",
        "$2x$04$" + "a" * 53, "{CLEARTEXT}soleil75",
        "soleil75", "0" * 31, "0" * 33, "\ud800",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "é" * 32,
    ],
)  # fmt: skip
def test_what_is_in_no_format_is_unknown(text: str) -> None:
    assert refuses(UnknownHash, text)


@pytest.mark.parametrize(
    "text",
    [
        "{SSHA}", "{SSHA}not base64!", "{SHA}AAAA",
        "{MD5}" + "A" * 44, "{SSHA512}" + "A" * 40, "{CRYPT}short", "{CRYPT}$1$salt$x",
        "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK",
        "$6$rounds=999$saltstring$" + "a" * 86, "$6$rounds=999999999$saltstring$" + "a" * 86,
        "$2b$31$" + "a" * 53, "$2b$03$" + "a" * 53, "$2b$10$" + "a" * 52,
        "$P$zIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "$P$9short",
        "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzL", "md5$salt$zz",
        "sha1$$" + "0" * 40, "0" * 32 + ":",
        "pbkdf2_sha256$0$salt$" + "A" * 43 + "=",
        "pbkdf2_sha256$999999999$salt$" + "A" * 43 + "=", "pbkdf2_sha256$1000$salt$AAAA",
        "$pbkdf2$1000$c2FsdA$AAAA",
        "$pbkdf2$1000$A$" + "A" * 27, "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    ],
)  # fmt: skip
def test_a_cut_or_too_dear_hash_is_malformed(text: str) -> None:
    assert refuses(MalformedHash, text)


@given(
    st.text(max_size=60) | st.from_regex(r"(\{CRYPT\}|\{SSHA\}|\$2y\$|\$6\$|\$S\$|\$pbkdf2\$|md5\$|0{32})[!-~]{0,70}")
)
def test_no_text_raises_anything_else(text: str) -> None:
    with contextlib.suppress(UnknownHash, MalformedHash):
        found = parse(text)
        assert Descriptor.parse(found.descriptor) == found.made_by


@pytest.mark.parametrize(
    "text", ["", "ssha", "argon2id::c2FsdA", "bcrypt:31:YQ", "bcrypt::YQ", "ssha::a", "md5:4:", "ssha::!"]
)
def test_a_descriptor_of_ours_is_checked(text: str) -> None:
    with pytest.raises((UnknownHash, MalformedHash)):
        Descriptor.parse(text)


def test_only_a_hint_tells_a_site_key_from_a_plain_md5() -> None:
    text = hashlib.md5(b"keysoleil75").hexdigest()
    assert parse(text).scheme == "md5"
    keyed = parse(text.upper(), hint=SITE_KEY_HINT)
    assert keyed.scheme == "md5-sitekey"
    assert keyed.made_by.digest_of(b"soleil75", b"key") == keyed.digest
    assert keyed.made_by.digest_of(b"soleil75", b"other") != keyed.digest
    assert parse("{MD5}X03MO1qnZdYdgyfeuILPmQ==", hint=SITE_KEY_HINT).scheme == "md5"


@pytest.mark.parametrize("text", [text for _, _, text in KNOWN])
@pytest.mark.parametrize("password", [b"", b"\0", b"soleil\x0075", bytes(range(256)), b"a" * 73, b"\xff" * 4096])
def test_no_password_makes_a_computation_fail(text: str, password: bytes) -> None:
    found = parse(text)
    assert len(found.made_by.digest_of(password)) == len(found.digest)


def test_a_password_over_the_limit_is_refused_before_it_is_hashed() -> None:
    with pytest.raises(ValueError, match="too long"):
        parse("0" * 32).made_by.digest_of(b"a" * 4097)


def test_a_bcrypt_salt_with_stray_bits_still_opens() -> None:
    clean = "$2a$04$nS1IEASusvzrCwxczgL5Jeah1EmlZtXKNi/XgrqyHmMs2SKD7iwKm"
    stray = clean.replace("L5Je", "L5Jf")
    assert parse(stray) == parse(clean)


def test_bcrypt_reads_72_bytes_and_des_eight() -> None:
    bcrypt_made, des_made = parse(KNOWN[7][2]).made_by, parse(KNOWN[6][2]).made_by
    assert bcrypt_made.digest_of(b"a" * 72) == bcrypt_made.digest_of(b"a" * 72 + b"b")
    assert bcrypt_made.digest_of(b"a" * 71) != bcrypt_made.digest_of(b"a" * 72)
    assert des_made.digest_of(b"soleil75") == des_made.digest_of(b"soleil75 and more")


@pytest.mark.parametrize(
    ("text", "none"), [("", True), (" ", True), ("!", True), ("*", True), ("!!x", False), ("0" * 32, False)]
)
def test_the_signs_for_no_password(text: str, none: bool) -> None:
    assert is_no_password(text) is none


def test_an_ascii_password_is_tried_once_and_any_other_twice() -> None:
    assert candidates("soleil75 ") == [b"soleil75 "]
    assert candidates("e\u0301te\u0301") == ["été".encode(), "été".encode("latin-1")]
    assert candidates("пароль") == ["пароль".encode(), b"??????"]
    assert len(candidates("a\ud800")) == 2


@given(st.text(max_size=50))
def test_what_is_typed_alone_decides_the_number_of_tries(password: str) -> None:
    assert len(candidates(password)) in (1, 2)


def test_reading_hashes_does_not_load_the_crypt_library() -> None:
    code = "import sys, idp.accounts.foreign_hashes as f; f.parse('0' * 32); sys.exit('passlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
