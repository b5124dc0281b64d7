"""A NIR is read as people write it, checked, and never shown."""

import hashlib
import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.core.redaction_patterns import NIR_IN_TEXT
from idp.legacy_bridge.birth_date import BirthDate
from idp.legacy_bridge.nir import Nir, NirError, NirProblem, looks_like_nir, rotated_digest
from tests.old_file import load_generator

ANNE = "2840575960123"  # a commune code that is not assigned


def with_key(nir13: str) -> str:
    """The 15 characters: the key makes the whole a multiple of 97 when added (2A is 19, 2B is 18)."""
    number = int(nir13.replace("2A", "19").replace("2B", "18") if nir13[5:7] in ("2A", "2B") else nir13)
    return nir13 + next(f"{key:02}" for key in range(1, 98) if (number + key) % 97 == 0)


numbers = st.from_regex(
    r"[1-478][0-9]{2}(0[1-9]|1[0-2]|[2-9][0-9])([0-9]{2}|2[AB])[0-9]{6}|[5-8][012][0-9]{11}", fullmatch=True
)


def refusal(text: str) -> NirProblem:
    with pytest.raises(NirError) as caught:
        Nir.parse(text)
    return caught.value.code


@given(nir13=numbers, data=st.data())
def test_any_well_formed_number_is_read_back_however_it_is_spaced(nir13: str, data: st.DataObject) -> None:
    gaps = st.text(alphabet=" .-/\t\n\u00a0\u2009\u202f\u3000", max_size=1)
    full = data.draw(st.sampled_from([nir13, with_key(nir13)]))
    typed = "".join(data.draw(gaps) + character for character in full)
    assert Nir.parse(typed).canonical == nir13
    assert Nir.parse(typed.lower()) == Nir.parse(Nir.parse(typed).canonical)


@given(st.text(max_size=80) | st.text(alphabet="0123456789AB .-/", max_size=20))
def test_no_text_raises_anything_but_a_nir_error(text: str) -> None:
    try:
        assert Nir.parse(text).canonical.isascii()
    except NirError as error:
        assert error.code in NirProblem  # noqa: PT017 - either outcome is right


@given(nir13=numbers, wrong=st.integers(0, 99))
def test_only_one_key_is_right(nir13: str, wrong: int) -> None:
    if f"{wrong:02}" != with_key(nir13)[13:]:
        assert refusal(f"{nir13}{wrong:02}") is NirProblem.KEY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", NirProblem.LENGTH),
        ("28405759601", NirProblem.LENGTH),
        (ANNE + "1", NirProblem.LENGTH),
        (ANNE + "123", NirProblem.LENGTH),
        ("2" * 65, NirProblem.TOO_LONG),
        (" " * 65, NirProblem.TOO_LONG),
        ("284057596O123", NirProblem.SHAPE),
        ("284052C960123", NirProblem.SHAPE),
        ("28405A5960123", NirProblem.SHAPE),
        ("0840575960123", NirProblem.SHAPE),
        ("9840575960123", NirProblem.SHAPE),
        ("2840075960123", NirProblem.SHAPE),
        ("2841375960123", NirProblem.SHAPE),
        ("284057596012²x", NirProblem.LENGTH),
        ("2840575960_123", NirProblem.CHARACTERS),
        ("2840575960123\u200b", NirProblem.CHARACTERS),
        ("٢٨٤٠٥٧٥٩٦٠١٢٣", NirProblem.CHARACTERS),
        ("2840575960\ud800123", NirProblem.CHARACTERS),
        ("2840575960\x00123", NirProblem.CHARACTERS),
        ("jean@boite.example", NirProblem.CHARACTERS),
    ],
)
def test_a_wrong_text_is_refused_with_its_reason(text: str, code: NirProblem) -> None:
    assert refusal(text) is code


@pytest.mark.parametrize("text", ["２８４０５７５９６０１２３", " 284 05 75 960 123 ", "2-84.05/75-960.123"])
def test_full_width_digits_and_every_usual_separator_are_read(text: str) -> None:
    assert Nir.parse(text).canonical == ANNE


@pytest.mark.parametrize("text", ["1 76 05 2a 960 123", "1 76 05 2B 960 123", "1 75 05 20 960 123"])
def test_corsica_keeps_its_letter_and_its_older_digits(text: str) -> None:
    assert Nir.parse(text).canonical == text.replace(" ", "").upper()
    assert Nir.parse(with_key(text.replace(" ", "").upper())).canonical == text.replace(" ", "").upper()


def test_nothing_that_prints_shows_the_number() -> None:
    nir = Nir.parse(ANNE)
    assert {repr(nir), str(nir), f"{nir}", f"{nir!s}"} == {"Nir(•••)"}
    for text in (ANNE + "00", "284057596O123", ANNE + "1"):
        with pytest.raises(NirError) as caught:
            Nir.parse(text)
        assert not any(character.isdigit() for character in f"{caught.value} {caught.value!r}")


def test_a_nir_cannot_be_made_of_another_shape() -> None:
    with pytest.raises(NirError):
        Nir("not a number")


def test_digest_is_the_hmac_of_the_canonical_form_and_chains_on_rotation() -> None:
    first, second = b"1" * 32, b"2" * 32
    nir = Nir.parse(with_key(ANNE))
    assert nir.digest(first) == hmac.new(first, b"nir:v1:2840575960123", hashlib.sha256).digest()
    assert nir.digest(first) != nir.digest(second)
    assert rotated_digest(second, nir.digest(first)) == hmac.new(second, nir.digest(first), hashlib.sha256).digest()


@pytest.mark.parametrize(
    ("number", "birth", "agrees"),
    [
        (ANNE, "1984-05-12", True),
        (ANNE, "1984-05-00", True),
        (ANNE, "1984-00-00", True),
        (ANNE, "1884-05-12", True),
        (ANNE, "1984-06-12", False),
        (ANNE, "1985-05-12", False),
        ("2843599960123", "1984-05-00", True),
        ("2843599960123", "1984-00-00", True),
        ("2843599960123", "1984-04-00", False),
        ("2842599960123", "1984-00-00", True),
        ("2842599960123", "1984-07-14", True),
        ("2849999960123", "1983-00-00", False),
        ("2844599960123", "1984-02-00", True),
        ("7019990012345", "1950-01-01", True),
        ("6119990012345", "1950-01-01", True),
        ("7840575960123", "1984-05-12", True),
        ("7840575960123", "1984-06-12", False),
    ],
)
def test_the_birth_date_must_not_contradict_the_number(number: str, birth: str, agrees: bool) -> None:
    assert Nir.parse(number).agrees_with(BirthDate.from_file(birth)) is agrees


@pytest.mark.parametrize(
    "text",
    [
        ANNE,
        with_key(ANNE),
        ANNE + "00",
        " 2 84 05 75 960 123 ",
        "1 76 05 2a 960 123",
        ANNE[:12],
        ANNE + "123",
    ],
)
def test_a_nir_typed_elsewhere_is_recognised_even_mistyped(text: str) -> None:
    assert looks_like_nir(text)


@pytest.mark.parametrize("text", ["", "jean@boite.example", "06 12 34 56 78", "12/05/1984", ANNE + "@x.fr", "2" * 65])
def test_an_address_a_phone_and_a_date_are_not_taken_for_a_nir(text: str) -> None:
    assert not looks_like_nir(text)


@pytest.mark.parametrize(
    "number",
    [
        ANNE,
        with_key(ANNE),
        "2 84 05 75 960 123",
        "2.84.05.75.960.123/08",
        "2+84+05+75+960+123",
        "2%2084%2005%2075%20960%20123",
        "2\\u00a084\\u00a005\\u00a075\\u00a0960\\u00a0123",
        "1 76 05 2a 960 123",
        "２８４０５７５９６０１２３",
        "2\u202f84\u202f05\u202f75\u202f960\u202f123\u202f42",
    ],
)
def test_the_log_pattern_finds_a_nir_in_any_dress_and_any_place(number: str) -> None:
    for before in ("", "nir=", "typed ", "(", '"', "é", "\\u00a0", "nir:", "\\n", "%", "q=%20"):
        for after in ("", " failed", ")", "&x=1", '"', ".", "%'"):
            assert NIR_IN_TEXT.sub("#", before + number + after) == before + "#" + after


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T20:34:12.123456Z",
        "2026-11-23 20:34:12",
        "GET /compte 200 1234 in 12.5 ms from 192.168.100.200",
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "d41d8cd98f00b204e9800998ecf8427e",
        "1234567890123456",
        "06 12 34 56 78",
    ],
)
def test_the_log_pattern_leaves_dates_tokens_and_addresses(text: str) -> None:
    assert not NIR_IN_TEXT.search(text)


def test_every_kind_of_number_in_an_old_file_is_read_and_agrees_with_its_birth_date() -> None:
    generator = load_generator()
    rng = random.Random(3)
    maker = generator.NirMaker(rng)
    for kind, _ in generator.NIR_KINDS:
        for _ in range(50):
            row = maker.make(kind)
            nir = Nir.parse(generator.as_typed(rng, row["nir13"]))
            assert nir.canonical == row["nir13"], kind
            assert nir == Nir.parse(row["nir15"])
            assert nir.agrees_with(BirthDate.from_file(row["birth"])), kind
            assert looks_like_nir(row["nir15"])
            assert NIR_IN_TEXT.fullmatch(row["nir15"])


def test_the_key_is_the_one_of_an_independent_library() -> None:
    oracle = pytest.importorskip("stdnum.fr.nir")
    generator = load_generator()
    maker = generator.NirMaker(random.Random(4))
    for row in (maker.make() for _ in range(500)):
        assert oracle.is_valid(row["nir15"])
        assert Nir.parse(row["nir15"]).canonical == row["nir13"]
