"""docs/asvs.md has every requirement of level 2, and each that is met names a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/asvs.md").read_text("utf-8")
# How many requirements of levels 1 and 2 each section of version 5.0.0 has.
SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
}  # fmt: skip
ROWS = re.findall(r"^\| (\d\.\d\.\d+) \| ([12]) \| [^|]+ \| (met|deviation|n/a) \| ([^|]+) \| ([^|]*) ?\|$", PAGE, re.M)
CITED = set(re.findall(r"`([\w/]+\.py)::([\w:]+)`", PAGE))


def test_every_requirement_of_level_two_has_its_row():
    assert [row[0] for row in ROWS] == [f"{name}.{n}" for name, count in SECTIONS.items() for n in range(1, count + 1)]


def test_what_is_met_names_its_test():
    assert [number for number, _, state, _, shown in ROWS if state != "n/a" and "::" not in shown] == []


@pytest.mark.parametrize(("path", "name"), sorted(CITED))
def test_a_test_that_is_named_is_there(path: str, name: str):
    assert is_there(path, name)


def test_a_test_that_is_not_there_would_be_missed():
    """What the check above is worth."""
    path, name = min(CITED)
    assert not is_there(path, name + "_of_tomorrow")
    assert not is_there("no/such_file.py", name)


def is_there(path: str, name: str) -> bool:
    file = ROOT / "tests" / path
    found = re.findall(r"(?:def|class) (\w+)", file.read_text("utf-8")) if file.is_file() else []
    return set(name.split("::")) <= {*found}
