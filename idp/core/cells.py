"""What the cells of an old file may hold: checks that every kind of file shares."""

import datetime as dt
import re
import unicodedata

from idp.core import clock
from idp.core.batch_import import RowRefused

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Control characters, and the invisible ones that turn a text around.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
# What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@")


def reference(text: str, reason: str) -> str:
    """A key of the old system: letters, digits, dot, dash. Raises `RowRefused`."""
    if not _REFERENCE.fullmatch(text.strip()):
        raise RowRefused(reason)
    return text.strip()


def words(text: str) -> str:
    """A name as people read it, in NFC. Raises `RowRefused` for unseen characters and for formulas."""
    if not text.isprintable() and any(unicodedata.category(character) in _UNSEEN for character in text):
        raise RowRefused("control_characters")
    name = unicodedata.normalize("NFC", text.strip())
    if name.startswith(_FORMULA):
        raise RowRefused("formula")
    return name


def day(text: str) -> dt.date | None:
    """A day in the form `AAAA-MM-JJ`, not in the future; None for anything else."""
    try:
        found = dt.date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else None
    except ValueError:
        return None
    return found if found and found <= clock.as_datetime(clock.now()).date() else None


def choice(text: str, meanings: dict[str, bool], reason: str) -> bool:
    """One of two words. Raises `RowRefused`."""
    try:
        return meanings[text.strip().lower()]
    except KeyError:
        raise RowRefused(reason) from None
