"""The NIR, the French social security number: read, checked, digested, never shown (docs/rules.md §3.2 and §4)."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from idp.legacy_bridge.birth_date import BirthDate

_LONGEST = 64
_SEPARATORS = re.compile(r"[\s./-]+")
_CHARACTERS = re.compile(r"[0-9A-Z]*")
_NUMBER = re.compile(r"[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d\d|2[AB])\d{3}\d{3}", re.ASCII)
# Provisional numbers (NNP) and those of passing migrants: fund and serial, nothing about a birth.
_WITHOUT_BIRTH = re.compile(r"[5-8][012]\d{11}", re.ASCII)
# What a person means as a NIR, a digit too few or too many included.
_RESEMBLES = re.compile(r"[1-8]\d{4}(?:\d\d|2[AB])\d{5,9}", re.ASCII)
_CORSICA = {"2A": "19", "2B": "18"}


class NirProblem(StrEnum):
    """Why a text is no NIR."""

    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    LENGTH = "length"
    SHAPE = "shape"
    KEY = "key"


class NirError(ValueError):
    """The text is no NIR; carries the `code` and never the text."""

    def __init__(self, code: NirProblem) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class Nir:
    """One social security number: 13 characters, upper-case, Corsica's letter kept, no key."""

    canonical: str

    def __post_init__(self) -> None:
        if not (_NUMBER.fullmatch(self.canonical) or _WITHOUT_BIRTH.fullmatch(self.canonical)):
            raise NirError(NirProblem.SHAPE)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a NIR as people and old exports write it: 13 characters, or 15 with a key that is right.

        Raises `NirError`, and nothing else, whatever the text.
        """
        if len(text) > _LONGEST:
            raise NirError(NirProblem.TOO_LONG)
        compact = _compact(text)
        if not _CHARACTERS.fullmatch(compact):
            raise NirError(NirProblem.CHARACTERS)
        if len(compact) not in (13, 15):
            raise NirError(NirProblem.LENGTH)
        nir = cls(compact[:13])
        if len(compact) == 15 and compact[13:] != _key(nir.canonical):
            raise NirError(NirProblem.KEY)
        return nir

    def digest(self, key: bytes) -> bytes:
        """The 32 bytes stored for look-up in place of the number: HMAC-SHA-256 under the NIR pepper."""
        return hmac.digest(key, b"nir:v1:" + self.canonical.encode("ascii"), "sha256")

    def agrees_with(self, birth_date: BirthDate) -> bool:
        """Tell whether nothing in the number contradicts the recorded `birth_date`.

        Months 31 to 42 are month − 30 of an incomplete record; 20 to 30 and 43 to 99 say no month.
        """
        if _WITHOUT_BIRTH.fullmatch(self.canonical):
            return True
        if int(self.canonical[1:3]) != birth_date.year % 100:
            return False
        code = int(self.canonical[3:5])
        month = code - 30 if 31 <= code <= 42 else code
        return month > 12 or birth_date.month in (0, month)

    def __repr__(self) -> str:
        return "Nir(•••)"

    __str__ = __repr__


def rotated_digest(key: bytes, digest: bytes) -> bytes:
    """The digest of a row whose NIR is not at hand when the pepper changes: HMAC(new key, old digest)."""
    return hmac.digest(key, digest, "sha256")


def looks_like_nir(text: str) -> bool:
    """Tell whether somebody typed a NIR, right or mistyped, where another thing was asked for."""
    return len(text) <= _LONGEST and _RESEMBLES.fullmatch(_compact(text)) is not None


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _key(nir13: str) -> str:
    department = nir13[5:7]
    return f"{97 - int(nir13[:5] + _CORSICA.get(department, department) + nir13[7:]) % 97:02}"
