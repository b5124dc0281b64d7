"""What a new password must be (docs/rules.md §7.6; CNIL 2022-100; ASVS 5.0 V6.2).

Length and theoretical entropy; and what is tried first: common passwords, those of leaks, repeated characters,
keyboard rows, the words of this house, what is known of the person. No composition rule, no expiry.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from idp.accounts import breached_passwords

MINIMUM_LENGTH: Final = 12
MAXIMUM_BYTES: Final = 4096
FLOOR_BITS: Final = 50.0
TARGET_BITS: Final = 80.0

# CNIL counts 26, 26, 10 and 37; whatever is neither a plain letter nor a digit is in the fourth class.
_CLASSES = ((re.compile("[a-z]"), 26), (re.compile("[A-Z]"), 26), (re.compile("[0-9]"), 10))
_OTHER = re.compile("[^a-zA-Z0-9]")
_OTHER_SIZE = 37

_LOOK_ALIKES = str.maketrans("0134578@$€!", "oieastbasei")
_SHORTEST_RUN = 4
_LONGEST_STEM = 32
_LONGEST_PERIOD = 8
# What must stand beside a keyboard run, a word of ours or a personal datum for the password to be its own.
_OWN_BESIDE_RUNS = 4
_OWN_BESIDE_WORDS = 4
_OWN_BESIDE_DATA = 8
_SHORTEST_WORD = 3
_SHORTEST_DATUM = 4


class PasswordProblem(StrEnum):
    """Why a password is refused; each has its own sentence on the page."""

    CHARACTERS = "characters"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    REPEATED = "repeated"
    KEYBOARD = "keyboard"
    PERSONAL = "personal"
    CONTEXT = "context"
    COMMON = "common"
    BREACHED = "breached"
    TOO_SIMPLE = "too_simple"


class PasswordRefused(ValueError):
    """The password does not follow the rule; carries the `code` and never the password."""

    def __init__(self, code: PasswordProblem) -> None:
        super().__init__(code.value)
        self.code = code


def normalise(password: str) -> str:
    """The text that is judged and hashed: NFC, so that one keyboard's é is another's; nothing is trimmed."""
    return unicodedata.normalize("NFC", password)


def strength_bits(password: str) -> float:
    """The theoretical entropy in bits, by length and character classes (CNIL 2022-100)."""
    alphabet = sum(size for members, size in _CLASSES if members.search(password))
    alphabet += _OTHER_SIZE if _OTHER.search(password) else 0
    return len(password) * math.log2(alphabet) if alphabet else 0.0


def check(
    password: str,
    *,
    context: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    minimum: int = MINIMUM_LENGTH,
    breached: Path | None = None,
) -> None:
    """Return if a person may take `password`, else raise `PasswordRefused`, whatever the text.

    `context` are words that name the person or the site: a password that is little else is `context`.
    `forbidden` are texts it must not be built on (NIR, birth date, email, imported password): `personal`.
    `minimum` counts code points after NFC. `breached` is the file of the setting `breached_passwords`.
    """
    if len(password) > MAXIMUM_BYTES:
        raise PasswordRefused(PasswordProblem.TOO_LONG)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise PasswordRefused(PasswordProblem.CHARACTERS)
    text = normalise(password)
    if len(text.encode("utf-8")) > MAXIMUM_BYTES:
        raise PasswordRefused(PasswordProblem.TOO_LONG)
    if len(text) < minimum:
        raise PasswordRefused(PasswordProblem.TOO_SHORT)
    if problem := _guessable(text, context, tuple(forbidden)):
        raise PasswordRefused(problem)
    if strength_bits(text) < FLOOR_BITS:
        raise PasswordRefused(PasswordProblem.TOO_SIMPLE)
    if breached and breached_passwords.holds(breached, text):
        raise PasswordRefused(PasswordProblem.BREACHED)


def _guessable(text: str, context: Iterable[str], forbidden: tuple[str, ...]) -> PasswordProblem | None:
    folded = _fold(text)
    if _is_repeated(folded):
        return PasswordProblem.REPEATED
    if _is_keyboard(text.casefold()):
        return PasswordProblem.KEYBOARD
    data = {_plain(_fold(part)) for datum in forbidden for part in (datum, datum.partition("@")[0])}
    if text in forbidden or _is_made_of(_plain(folded), data, _SHORTEST_DATUM, _OWN_BESIDE_DATA):
        return PasswordProblem.PERSONAL
    words = {*_lines("context_words"), *map(_letters, context)}
    if any(_is_made_of(form, words, _SHORTEST_WORD, _OWN_BESIDE_WORDS) for form in _readings(folded)):
        return PasswordProblem.CONTEXT
    if text.casefold() in _common() or any(_is_stem_repeated(form) for form in _readings(folded)):
        return PasswordProblem.COMMON
    return None


def _fold(text: str) -> str:
    """Lower case, no accent, compatibility forms opened."""
    opened = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in opened if not unicodedata.combining(character))


def _plain(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, _fold(text)))


def _readings(folded: str) -> set[str]:
    """The letters of a folded text, as they stand and with the usual look-alikes read as letters."""
    core = folded.strip("0123456789!?.,;:*#&+-_=/ $€@")
    return {_letters(folded), _letters(core.translate(_LOOK_ALIKES))}


def _is_repeated(folded: str) -> bool:
    periods = range(1, min(_LONGEST_PERIOD, len(folded) // 2) + 1)
    return len(set(folded)) < 4 or any(folded[period:] == folded[:-period] for period in periods)


def _is_keyboard(text: str) -> bool:
    own, start = 0, 0
    while start < len(text):
        run = _run_length(text, start)
        own += 0 if run else 1
        start += run or 1
    return own < _OWN_BESIDE_RUNS


def _run_length(text: str, start: int) -> int:
    """The length of the longest keyboard run at `start`, 0 where none is long enough."""
    if text[start : start + _SHORTEST_RUN] not in _shortest_runs():
        return 0
    size = _SHORTEST_RUN
    while start + size < len(text) and text[start + size - 3 : start + size + 1] in _shortest_runs():
        size += 1
    return size


@cache
def _shortest_runs() -> frozenset[str]:
    rows = [row[::step] for row in _lines("keyboard_rows") for step in (1, -1)]
    return frozenset(
        row[start : start + _SHORTEST_RUN] for row in rows for start in range(len(row) - _SHORTEST_RUN + 1)
    )


def _is_made_of(text: str, words: Iterable[str], shortest: int, own: int) -> bool:
    """Tell whether `text` holds some of `words` and, without them, fewer than `own` characters."""
    left = text
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= shortest:
            left = left.replace(word, "")
    return left != text and len(left) < own


def _is_stem_repeated(letters: str) -> bool:
    stems = (letters[:size] for size in range(3, min(len(letters), _LONGEST_STEM) + 1))
    return any(stem in _stems() and not letters.replace(stem, "") for stem in stems)


@cache
def _stems() -> frozenset[str]:
    """The words under the common passwords: their letters alone."""
    return frozenset(letters for line in _common() if len(letters := _letters(line)) >= 3)


@cache
def _common() -> frozenset[str]:
    return frozenset(_lines("common_passwords"))


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple(resources.files("idp.accounts").joinpath(f"data/{name}.txt").read_text("utf-8").splitlines())
