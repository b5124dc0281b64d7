"""A password is masked, may be pasted, and tells a password manager what it is (ASVS 6.2.6, 6.2.7)."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
SCRIPTS = {path: path.read_text("utf-8") for path in (ROOT / "idp/static").glob("*.js")}


def test_one_macro_makes_them_all_masked_and_named():
    places = [path.name for path, text in TEMPLATES.items() if 'type="password"' in text]
    assert places == ["macros.html"]
    macro = TEMPLATES[ROOT / "templates/macros.html"]
    named = re.findall(r'password_field\(.*?"((?:current|new)-password)"', macro)
    assert named == ["current-password", "new-password", "new-password"]
    calls = [call for text in TEMPLATES.values() for call in re.findall(r"m\.password_field\(.*?\) \}\}", text)]
    assert len(calls) > 8
    assert not [call for call in calls if "autocomplete" in call or '"off"' in call]


def test_nothing_looks_at_what_is_pasted():
    assert not [path for path, text in {**TEMPLATES, **SCRIPTS}.items() if re.search(r"onpaste|[\"']paste[\"']", text)]


def test_nothing_random_comes_from_a_predictable_source():
    """ASVS 6.5.3: `secrets` and `os.urandom` alone."""
    sources = {path: path.read_text("utf-8") for path in (ROOT / "idp").rglob("*.py")}
    assert not [path for path, text in sources.items() if re.search(r"^\s*(import random|from random)\b", text, re.M)]
