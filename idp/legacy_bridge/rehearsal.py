"""What an import of a member file would meet, told before anything is written: no row, no hash, no run."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from idp.accounts.identifiers import AddressError, AddressProblem, parse_address
from idp.core.batch_import import Claims, RowRefused
from idp.core.csv_file import CsvFile
from idp.legacy_bridge import old_file
from idp.legacy_bridge.importing import MemberItem, MemberLoader, format_of

# Names that no network serves (RFC 2606 and 6761, RFC 8375, ICANN's own).
_DEAD_DOMAINS = ("invalid", "localhost", "local", "internal", "home.arpa", "onion", "alt")
_PLACE = old_file.COLUMNS.index("contact_email")


@dataclass
class Rehearsal:
    """The report; line numbers by reason, of rows that would be refused, and of those loaded without a part of them."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    refused: dict[str, "array[int]"] = field(default_factory=dict)
    incomplete: dict[str, "array[int]"] = field(default_factory=dict)

    def refuse(self, line: int, reason: str) -> None:
        """Note a row that would not be loaded."""
        self.outcomes["refused"] += 1
        self.refused.setdefault(reason, array("L")).append(line)


class _Rehearser(MemberLoader):
    """The loader, told to count addresses among what rows claim."""

    def claims(self, values: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
        yield from super().claims(values)
        kind, mailbox = _kind_of_address(values[_PLACE])
        if kind == "usable":
            yield mailbox, False


def rehearse(file: CsvFile) -> Rehearsal:
    """Read the whole file, twice, in constant memory but for the line numbers of what is wrong."""
    loader, report = _Rehearser(), Rehearsal()
    with closing(Claims()) as claims:
        claims.add_all(claim for row in file.rows() if not row.problem for claim in loader.claims(row.values))
        for record in file.rows():
            report.rows += 1
            if record.problem:
                report.refuse(record.line, record.problem)
                continue
            _count_address(report, record.values, claims)
            try:
                item = loader.read(record.line, record.values, claims)
                loader.look_up(item)
            except RowRefused as refusal:
                report.refuse(record.line, refusal.reason)
            else:
                _count(report, item)
    return report


def as_json(report: Rehearsal, file: CsvFile) -> dict[str, Any]:
    """The report for a program."""
    return {
        "file": file.path.name,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "rows": report.rows,
        **{name: report.outcomes[name] for name in ("imported", "updated", "unchanged", "refused")},
        "statuses": dict(report.statuses.most_common()),
        "formats": dict(report.formats.most_common()),
        "addresses": {name: report.addresses[name] for name in ("usable", "shared", "missing", "malformed", "dead")},
        "refused_lines": {reason: lines.tolist() for reason, lines in report.refused.items()},
        "incomplete_lines": {reason: lines.tolist() for reason, lines in report.incomplete.items()},
    }


def _count(report: Rehearsal, item: MemberItem) -> None:
    if item.refused:
        report.refuse(item.line, item.refused)
        return
    report.outcomes[item.outcome] += 1
    report.statuses[item.member.status] += 1
    report.formats[format_of(item.member.foreign.made_by) if item.member.foreign else "none"] += 1
    for warning in item.warnings:
        report.incomplete.setdefault(warning, array("L")).append(item.line)


def _count_address(report: Rehearsal, values: Sequence[str], claims: Claims) -> None:
    """Shared ones are usable too, but for nothing that must be proved (docs/rules.md §3 row 3)."""
    kind, mailbox = _kind_of_address(values[_PLACE])
    report.addresses[kind] += 1
    if kind == "usable" and claims.count(mailbox)[0] > 1:
        report.addresses["shared"] += 1


def _kind_of_address(text: str) -> tuple[str, bytes]:
    """What can be told of an address without asking a network, and its claim."""
    try:
        address = parse_address(text)
    except AddressError as error:
        return ("missing" if error.code == AddressProblem.EMPTY else "malformed"), b""
    domain = "." + address.canonical.rpartition("@")[2]
    dead = any(domain.endswith("." + name) for name in _DEAD_DOMAINS)
    return ("dead" if dead else "usable"), b"mailbox:" + address.canonical.encode()
