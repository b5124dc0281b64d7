"""Whatever the audit puts down of an account has its sentence in the person's own record."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Of no account, or of one that is no more; of a colleague, whose sentence begins otherwise.
UNTOLD = {"account_erased", "bridge_closed", "members_invited", "pepper_rotated"}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_every_event_of_an_account_has_a_sentence(locale: str) -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "idp").rglob("*.py")]
    events = {name for text in sources for name in re.findall(r'audit\.record\(\s*"(\w+)"', text)}
    events |= {name for text in sources for name in re.findall(r'(?:changes\.)?tell\(\w+, "(\w+)", source', text)}
    sentences = (ROOT / f"idp/translations/{locale}/record.ftl").read_text("utf-8")
    told = set(re.findall(r"^account-event-(\S+) =", sentences, re.M))
    assert len(events) > 40
    missing = {name for name in events - UNTOLD if name.replace("_", "-") not in told}
    assert {name for name in missing if not re.match("staff_(ended|enrolled|invited|sign_)", name)} == set()
