"""What the documents for operators say can be typed, and what the doctor points to is there."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from idp.cli import group

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("docs/runbook.md", "docs/operating-the-bridge.md", "deploy/README.md", "README.md")
_COMMAND = re.compile(r"(?:^|`)mgen-connect ([a-z][^`#\n]*)", re.MULTILINE)


def commands():
    for name in DOCUMENTS:
        for found in _COMMAND.findall((ROOT / name).read_text("utf-8")):
            yield pytest.param(shlex.split(found.rstrip("\\")), id=f"{name}: {found.strip()}")


@pytest.mark.parametrize("words", list(commands()))
def test_every_command_exists(words):
    """With its options."""
    known, options = group, set()
    while words and isinstance(known, click.Group) and (inner := known.get_command(click.Context(known), words[0])):
        known, words = inner, words[1:]
    assert known is not group
    options = {name for each in known.params for name in each.opts}
    assert {word for word in words if word.startswith("--")} <= options | {"--help"}
    assert not (isinstance(known, click.Group) and words and not words[0].startswith("-"))


def test_every_command_of_the_runbook_helps():
    """`--help` of each."""
    for found in _COMMAND.findall((ROOT / "docs/runbook.md").read_text("utf-8")):
        path = [word for word in found.split() if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
        assert CliRunner().invoke(group, [*path, "--help"]).exit_code == 0, found


def test_the_doctor_points_to_sections_that_exist():
    """And so do the sections among themselves."""
    headings = set(re.findall(r"^## (.+)$", (ROOT / "docs/runbook.md").read_text("utf-8"), re.MULTILINE))
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "idp/operations").glob("*.py"))
    pointed = set(re.findall(r'docs/runbook\.md, ([A-Z][^"]+?)"', sources))
    assert pointed
    assert pointed <= headings
