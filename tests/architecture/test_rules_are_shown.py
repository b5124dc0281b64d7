"""docs/rules.md keeps its word: what is cited exists, and what it tells of the code is so."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "docs/rules.md").read_text("utf-8")
# Each "## 3. …" or "### 3.2 …" with what follows it.
SECTIONS = dict(re.findall(r"^##+ ([\d.]*\d)\.? (.*?)(?=^##|\Z)", RULES, re.M | re.S))
ROWS = {f"{name} row {row}" for name, text in SECTIONS.items() for row in re.findall(r"^(?:\| )?(\d+)[. ]", text, re.M)}
RULE_NAMES = {*SECTIONS, *ROWS, *re.findall(r"^- \*\*(7\.\d+) ", RULES, re.M)}


def cited(text):
    """`§3 rows 6 to 9, §7.3` as "3 row 6", …, "7.3"."""
    for section, rows in re.findall(r"(?<!\d )§(\d+(?:\.\d+)?)(?: rows? (\d+(?:(?:, | and | to )\d+)*))?", text):
        spans = re.findall(r"(\d+)(?: to (\d+))?", rows)
        numbers = [number for first, last in spans for number in range(int(first), int(last or first) + 1)]
        yield from (f"{section} row {number}" for number in numbers) if numbers else [section]


def test_every_rule_that_is_cited_is_there():
    files = [path for folder in ("idp", "tests", "docs") for path in (ROOT / folder).rglob("*.[pm][yd]")]
    texts = [text for path in files for text in re.findall(r"docs/rules\.md (§[^;:`\"]*)", path.read_text("utf-8"))]
    assert len(texts) > 50
    assert {rule for text in [*texts, RULES] for rule in cited(text)} - RULE_NAMES == set()


def test_every_test_that_shows_a_rule_is_there():
    for path, name in re.findall(r"`([\w/]+\.py)::([\w:]+)`", RULES):
        found = re.findall(r"(?:def|class) (\w+)", (ROOT / "tests" / path).read_text("utf-8"))
        assert set(name.split("::")) <= {*found}, f"{path}::{name}"


def test_every_counter_is_as_the_table_has_it():
    settings = tomllib.loads((ROOT / "config/default.toml").read_text("utf-8"))
    for place, name, number in re.findall(r"`([\w/]+\.py|setting): (\w+) = (\d+)`", SECTIONS["9"]):
        values = settings if place == "setting" else vars(import_module(f"idp.{place[:-3].replace('/', '.')}"))
        assert values[name] == int(number), name


def test_every_form_is_on_a_way_that_the_table_has(app):
    ways = {tuple(way.split("/")[1:3]) for way in re.findall(r"^\| [^|]+ \| `(/[^`]+)` \|", SECTIONS["10"], re.M)}
    forms = {tuple(rule.rule.split("/")[1:3]) for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    assert {form for form in forms if form[0] != "oidc"} - ways == {("connexion", "deconnexion")}
