"""The two catalogues say the same things, and the templates ask for nothing else."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
ROOMS = "web|account|accounts|legacy|interaction|oidc|mail|help|security"
QUOTED_KEY = re.compile(rf'["\']((?:{ROOMS})-[a-z0-9-]+)["\']')
ID_OF_AN_ELEMENT = re.compile(r'\b(?:id|for|name|aria-labelledby)="[^"]*"')


class Variables(Visitor):  # type: ignore[misc]
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def catalogue(locale: str) -> dict[str, set[str]]:
    """Every key of a language with the arguments it takes."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "idp/translations" / locale).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path.name}: {entry.content}"
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, f"{path.name}: {entry.id.name} is there twice"
                variables = Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


def test_both_languages_have_the_same_keys_and_arguments() -> None:
    assert catalogue("fr") == catalogue("en")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_text_a_template_asks_for_exists(path: Path) -> None:
    asked = set(QUOTED_KEY.findall(ID_OF_AN_ELEMENT.sub("", path.read_text(encoding="utf-8"))))
    assert asked <= catalogue("fr").keys()


def test_no_french_line_can_break_before_its_punctuation() -> None:
    for path in (ROOT / "idp/translations/fr").glob("*.ftl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"\S [;:!?»](\s|$)|« ", line), f"{path.name}: {line}"


def test_templates_hold_no_inline_style_or_handler() -> None:
    for path in TEMPLATES:
        if "mail" not in path.parts:
            assert not re.search(r"\sstyle=|\son[a-z]+=", path.read_text(encoding="utf-8")), path.name
