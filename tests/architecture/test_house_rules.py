"""The house rules of the code that no linter knows (the import contracts are run by `make lint`)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

import idp

ROOT = Path(idp.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "migrations/versions" not in str(path))
PROVIDER = [path for path in FILES if ROOT / "demo" not in path.parents]
READS_TIME = {
    "time.time",
    "time.time_ns",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "dt.date.today",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node


def test_files_are_short():
    """Under 300 lines, half of them under 150."""
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {path: length for path, length in lengths.items() if length >= 300} == {}
    assert median(lengths.values()) < 150


def test_functions_are_short():
    """Under 40 lines, docstring included."""
    long = {
        f"{name(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in FILES
        for node in definitions(path)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 40
    }
    assert long == {}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_module_says_what_lives_in_it(path):
    """And each public class and function what it promises."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_time_is_read_in_one_place():
    """So that a test can move it, and nothing is missed."""
    found = {
        f"{name(path)}:{node.lineno}"
        for path in PROVIDER
        if name(path) != "core/clock.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in READS_TIME
    }
    assert found == set()


def test_services_never_commit():
    """The request does, before the answer leaves; commands and jobs say `transaction()`."""
    found = {
        f"{name(path)}:{node.lineno}"
        for path in PROVIDER
        if name(path) not in ("core/db.py", "web/pages.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    assert found == set()


def test_the_bridge_can_be_removed():
    """Beside its own folder, one line in each of the few places that put the product together."""
    naming = {name(path) for path in PROVIDER if "idp.legacy_bridge" in path.read_text("utf-8")}
    assert {path for path in naming if not path.startswith("legacy_bridge/")} <= {
        "app.py", "backoffice/bridge.py", "cli.py", "jobs.py", "migrations/__init__.py", "operations/check_work.py",
        "policy.py", "retention.py",
    }  # fmt: skip


def test_every_template_begins_with_its_context():
    """Whoever changes a page sees what it is given."""
    templates = sorted((ROOT.parent / "templates").rglob("*.*"))
    assert templates
    without = [str(path) for path in templates if not path.read_text("utf-8").startswith("{#")]
    assert [path for path in without if not path.endswith("macros.html")] == []
