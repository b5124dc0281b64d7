"""docs/specifications.md keeps its word: what it names exists, and no test by clause is missing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/specifications.md").read_text("utf-8")
ROWS = re.findall(r"^\| ((?!specification|---|what )[^|]+) \| [^|]+ \| (`[^|]+`) \| (`[^|]+`) \|$", TEXT, re.M)


def names(cell):
    return re.findall(r"`([\w/]+\.py)`", cell)


def test_every_specification_has_a_module_and_a_test_that_exist():
    assert len(ROWS) == len(re.findall(r"^\| .* \| .*\.py` \|$", TEXT, re.M)) > 30
    for specification, modules, tests in ROWS:
        for folder, cell in (("idp", modules), ("tests", tests)):
            assert names(cell), specification
            assert [name for name in names(cell) if not (ROOT / folder / name).is_file()] == [], specification


def test_every_test_by_clause_is_named():
    named = {name for name in names(TEXT) if name.startswith("spec/")}
    assert named == {f"spec/{path.name}" for path in (ROOT / "tests/spec").glob("test_*.py")}


def test_every_module_that_names_its_specification_is_in_the_row_of_it():
    """A module begins with what it obeys: `... (RFC 9126): ...`."""
    for path in (ROOT / "idp/oidc").glob("*.py"):
        first = path.read_text("utf-8").partition('"""')[2].partition("\n")[0]
        for number in re.findall(r"RFC (\d+)", first):
            rows = [modules for specification, modules, _ in ROWS if number in specification]
            left_out = TEXT.partition("## Left out")[2]
            assert any(f"oidc/{path.name}" in modules for modules in rows) or f"RFC {number}" in left_out, path.name
