"""The audit is appended to: no statement of the code changes a line, and one rule takes whole old batches."""

import re
from pathlib import Path

from idp import retention

_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+audit\b(?!_)", re.IGNORECASE)
_ORM = re.compile(r"\b(update|delete|insert)\(\s*AuditLine\b|AuditLine\(")


def test_a_line_is_written_once_and_only_its_seal_is_put_down_later() -> None:
    """Every statement about the table, wherever it stands."""
    found = {
        (path.name, match[1].upper())
        for path in Path("idp").rglob("*.py")
        for match in _WRITES.finditer(path.read_text("utf-8"))
    }
    assert found == {("audit.py", "INSERT INTO"), ("audit_seals.py", "UPDATE")}
    seals = Path("idp/core/audit_seals.py").read_text("utf-8")
    assert re.findall(r"UPDATE audit SET (.*?) WHERE (seal IS NULL)", seals) == [("seal = :number", "seal IS NULL")]


def test_no_model_writes_it() -> None:
    for path in Path("idp").rglob("*.py"):
        text = path.read_text("utf-8").replace("class AuditLine(Base)", "")
        assert not _ORM.search(text), path
        assert 'purge("audit"' not in text, path


def test_retention_alone_takes_lines_after_twelve_months() -> None:
    """By whole sealed batches; the seals stay."""
    assert [(rule.age, rule.key) for rule in retention.RULES if rule.table == "audit"] == [(365, "seal")]
    assert not [rule for rule in retention.RULES if rule.table == "audit_seal"]
