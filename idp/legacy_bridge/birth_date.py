"""A birth date as the old file knows it, perhaps incomplete, and as a member types it (docs/rules.md §4)."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Self

_LONGEST = 32
_EARLIEST_YEAR = 1880
_YOUNGEST = 16
_SEPARATOR = r"(?:\s*[/.-]\s*|\s+)"
_FILE_FORM = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})", re.ASCII)
_COMPACT = re.compile(r"(\d\d)(\d\d)(\d{4}|\d\d)", re.ASCII)


class BirthDateError(ValueError):
    """The text is no birth date; it never repeats the text."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A day of birth; `month` and `day` are 0 where the civil record does not know them.

    Raises `BirthDateError` for a date that cannot be. `repr` shows nothing of it.
    """

    year: int = field(repr=False)
    month: int = field(repr=False)
    day: int = field(repr=False)

    def __post_init__(self) -> None:
        if self.year < _EARLIEST_YEAR or (self.day and not self.month):
            raise BirthDateError("not a birth date")
        try:
            dt.date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise BirthDateError("not a birth date") from None

    @classmethod
    def from_file(cls, text: str) -> Self:
        """Read the old file's form, `AAAA-MM-JJ` with `00` for an unknown part, or raise `BirthDateError`."""
        found = _FILE_FORM.fullmatch(text.strip())
        if found is None:
            raise BirthDateError("not in the form of the file")
        year, month, day = map(int, found.groups())
        return cls(year, month, day)

    @classmethod
    def parse(cls, text: str, *, today: dt.date) -> Self:
        """Read what a member types: `JJ/MM/AAAA` with `/ . -` or spaces, one-digit parts, `JJMMAAAA`, ISO.

        Two digits of a year mean the latest that is at least 16 years before this one: no member is a child.
        Raises `BirthDateError` for any other text, an impossible date, or one after `today`.
        """
        if len(text) > _LONGEST:
            raise BirthDateError("too long")
        typed = unicodedata.normalize("NFKC", text).strip()
        if found := _DAY_FIRST.fullmatch(typed) or _COMPACT.fullmatch(typed):
            day, month, year = found.groups()
        elif found := _YEAR_FIRST.fullmatch(typed):
            year, month, day = found.groups()
        else:
            raise BirthDateError("not a form we know")
        born = cls(_full_year(year, today), int(month), int(day))
        if (born.year, born.month, born.day) > (today.year, today.month, today.day):
            raise BirthDateError("in the future")
        return born

    def matches(self, typed: "BirthDate") -> bool:
        """Tell whether `typed` says this recorded date; a part the record lacks is typed 00 or 01."""
        return (
            self.year == typed.year
            and typed.month in ((self.month,) if self.month else (0, 1))
            and typed.day in ((self.day,) if self.day else (0, 1))
        )

    @property
    def iso(self) -> str:
        """The form of the file, which `from_file` reads back."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """How its digits stand in a password: day first, year first, year in two digits."""
        day, month, year = f"{self.day:02}", f"{self.month:02}", f"{self.year:04}"
        return day + month + year, year + month + day, day + month + year[2:]


def _full_year(digits: str, today: dt.date) -> int:
    if len(digits) == 4:
        return int(digits)
    latest = today.year - _YOUNGEST
    return latest - (latest - int(digits)) % 100
