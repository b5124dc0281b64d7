"""A new password is long enough, and not among the first that anybody would try."""

import random
import string
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.password_policy import PasswordProblem, PasswordRefused, check, normalise, strength_bits


def verdict(password: str, **known: object) -> PasswordProblem | None:
    try:
        check(password, **known)  # type: ignore[arg-type]
    except PasswordRefused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    "password",
    [
        "hkqzwmvtrxpl", "elephant rouge vélo", "le petit chat boit du lait",
        "agrafe cheval pile juste", "Tr0ub4dor&3xx",
        "8391746205193847", "éléphant-jardin", " hkqzwmvtrx ", "пароль-и-слово",
        "🦊🐢🐙🦉🐝🐘🦀🐞🦔🐓🦩🐇", "xK9#" + "vL2!pQ" * 3,
    ],
)  # fmt: skip
def test_long_passwords_and_phrases_of_any_composition_are_accepted(password: str) -> None:
    assert verdict(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("hkqzwmvtrxp", PasswordProblem.TOO_SHORT),
        ("", PasswordProblem.TOO_SHORT),
        ("839174620519384", PasswordProblem.TOO_SIMPLE),
        ("aaaaaaaaaaaaaaaa", PasswordProblem.REPEATED),
        ("AaAaAaAaAaAa", PasswordProblem.REPEATED),
        ("abcabcabcabc", PasswordProblem.REPEATED),
        ("Été2024!Été2024!", PasswordProblem.REPEATED),
        ("azertyuiopqs", PasswordProblem.KEYBOARD),
        ("AzertyUiop12", PasswordProblem.KEYBOARD),
        ("poiuytrezaml", PasswordProblem.KEYBOARD),
        ("1234567890123456", PasswordProblem.KEYBOARD),
        ("azerty123456", PasswordProblem.KEYBOARD),
        ("abcdefghijkl", PasswordProblem.KEYBOARD),
        ("1qaz2wsx3edc", PasswordProblem.KEYBOARD),
        ("MgenConnect2026", PasswordProblem.CONTEXT),
        ("Mgen-C0nnect-2026", PasswordProblem.CONTEXT),
        ("Mutuelle!Vyv!2026", PasswordProblem.CONTEXT),
        ("ForumAdhérents75", PasswordProblem.CONTEXT),
        ("motdepasse2026", PasswordProblem.COMMON),
        ("P@ssw0rd2026!", PasswordProblem.COMMON),
        ("Soleil-Soleil-Soleil-75!", PasswordProblem.COMMON),
        ("Françoise 1975", PasswordProblem.COMMON),
        ("jetaimemonamour", PasswordProblem.COMMON),
        ("hkqzwm\0vtrxpl", PasswordProblem.CHARACTERS),
        ("hkqzwm\ud800vtrxpl", PasswordProblem.CHARACTERS),
        ("hkqzwm\nvtrxpl", PasswordProblem.CHARACTERS),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: PasswordProblem) -> None:
    assert verdict(password) is code


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(PasswordRefused) as caught:
        check("motdepasse2026")
    assert "motdepasse" not in repr(caught.value)


def test_length_counts_code_points_after_composition_and_outer_spaces() -> None:
    assert verdict("e\u0301" * 6 + "hkqzw") is PasswordProblem.TOO_SHORT
    assert verdict("e\u0301lan" + "hkqzwmvt") is None
    assert verdict(" hkqzwmvtrx ") is None
    assert verdict("hkqzwmvtrxplbn", minimum=15) is PasswordProblem.TOO_SHORT


def test_very_long_passwords_are_taken_up_to_4096_bytes() -> None:
    letters = random.Random(1).choices(string.ascii_letters, k=4096)
    for length in (64, 1000, 4096):
        assert verdict("".join(letters[:length])) is None
    assert verdict("".join(letters) + "a") is PasswordProblem.TOO_LONG
    assert verdict("é" + "".join(letters[1:])) is PasswordProblem.TOO_LONG
    assert verdict("a" * 10_000_000) is PasswordProblem.TOO_LONG


def test_each_common_password_fits_the_policy_otherwise_and_is_refused_in_any_case() -> None:
    text = resources.files("idp.accounts").joinpath("data/common_passwords.txt").read_text("utf-8")
    lines = text.splitlines()
    assert len(lines) == len(set(lines)) >= 3000
    assert lines == sorted(lines)
    for line in lines:
        assert len(line) >= 12
        assert strength_bits(line) >= 50
        assert verdict(line) is PasswordProblem.COMMON, line
        assert verdict(line.upper()) is PasswordProblem.COMMON, line


def test_a_password_is_not_built_on_what_is_known_of_the_person() -> None:
    assert verdict("28405759601230842") is None
    assert verdict("28405759601230842", forbidden=["2840575960123"]) is PasswordProblem.PERSONAL
    assert verdict("2 84 05 75 960 123!", forbidden=["2840575960123"]) is PasswordProblem.PERSONAL
    assert verdict("12/03/1958!abcd", forbidden=["12031958", "19580312"]) is PasswordProblem.PERSONAL
    assert verdict("?!;:,§%µ£*^+-=", forbidden=["?!;:,§%µ£*^+-="]) is PasswordProblem.PERSONAL
    assert verdict("Soleil75-bis-Soleil75", forbidden=["soleil75"]) is PasswordProblem.PERSONAL
    assert verdict("Jeanne-Dupont.7", forbidden=["jeanne.dupont@boite.example"]) is PasswordProblem.PERSONAL
    assert verdict("Jeanne.Dupont.1958", context=["Jeanne", "Dupont"]) is PasswordProblem.CONTEXT
    assert verdict("Helene.Durantin.1958", context=["Hélène", "DURANTIN"]) is PasswordProblem.CONTEXT


def test_a_datum_inside_a_password_of_ones_own_is_no_reason_to_refuse_it() -> None:
    assert verdict("soleil75 jardin vert", forbidden=["soleil75"]) is None
    assert verdict("jeanne boit du lait frais", context=["Jeanne"]) is None
    assert verdict("elephant rouge vélo", forbidden=["", "o", "@"], context=["", "Y", "Li"]) is None


@pytest.mark.parametrize("alphabet", [string.ascii_lowercase, string.ascii_letters + string.digits])
def test_random_passwords_are_not_refused_by_chance(alphabet: str) -> None:
    rng = random.Random(2)
    assert all(verdict("".join(rng.choices(alphabet, k=12))) is None for _ in range(2000))


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=3))
def test_no_text_raises_anything_else(password: str, words: list[str]) -> None:
    assert verdict(password, context=words, forbidden=words) in (None, *PasswordProblem)
    assert strength_bits(password) >= 0


@pytest.mark.parametrize(
    ("password", "bits"),
    [("", 0), ("a" * 12, 56.4), ("1" * 16, 53.2), ("aA1!" * 3, 79.5), ("aA1" * 4, 71.5), ("é" * 12, 62.5)],
)
def test_the_meter_counts_as_cnil_does(password: str, bits: float) -> None:
    assert strength_bits(password) == pytest.approx(bits, abs=0.1)


def test_composed_and_decomposed_accents_are_one_password() -> None:
    assert normalise("e\u0301te\u0301 ") == "été "
