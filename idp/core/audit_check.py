"""Looking at the whole audit: whether every line is as it was sealed, and every line in full for who must read it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from idp.core import clock
from idp.core.audit_seals import COLUMNS, AuditSeal, content_of, digest_of, spelled
from idp.core.db import Row
from idp.core.ids import first_id
from idp.core.runtime import current

KEPT: Final = 365 * 86_400
"""For how many seconds retention keeps a line (docs/rules.md §1)."""

# Between the clocks of nodes, and of the longest transaction: a line that much older than what was sealed before it
# was not there then.
LATE: Final = 600
_PAGE = 1_000
_SEALS = 50
_SEAL = "number, lines, first_at, last_at, content, digest, sealed_at"


@dataclass
class Report:
    """What was found: how many seals and lines, how many retention took, how many wait, and each fault in words.

    `head` is the last seal and its digest: who keeps it elsewhere can tell that the end was not cut off.
    """

    seals: int = 0
    lines: int = 0
    taken: int = 0
    waiting: int = 0
    head: tuple[int, str] | None = None
    faults: list[str] = field(default_factory=list)


def verify(kept: tuple[int, str] | None = None) -> Report:
    """Recompute the chain from its first seal to its last; reads everything, a part at a time.

    `kept` is a `head` of former times: without it, nothing tells that the end was cut off as a whole.
    """
    report, before, latest = Report(), b"", 0
    for seals, lines in _parts():
        for seal in seals:
            if seal.number != report.seals + 1:
                report.faults.append(f"seals {report.seals + 1} to {seal.number - 1} were removed")
            fault = _fault_of_seal(seal, before, latest) or _fault_of_lines(seal, lines.get(seal.number, []), report)
            if fault:
                report.faults.append(f"{_named(seal)}: {fault}")
            if kept and seal.number == kept[0] and spelled(seal.digest) != kept[1]:
                report.faults.append(f"{_named(seal)}: it is not the one that was kept")
            report.seals, before, latest = seal.number, seal.digest, max(latest, seal.last_at)
            report.head = (seal.number, spelled(seal.digest))
    if kept and report.seals < kept[0]:
        report.faults.append(f"the end was cut off: seal {kept[0]} was kept, and the last one is {report.seals}")
    _look_outside(report, latest)
    return report


def export(since: int | None = None, until: int | None = None) -> Iterator[bytes]:
    """The lines from `since` on and before `until` (seconds since the epoch), oldest first, each as one JSON line."""
    last, end = first_id(since or 0), first_id(until if until is not None else clock.now() + 86_400)
    while page := current().sql.all(
        f"SELECT {COLUMNS}, seal FROM audit WHERE id > :last AND id < :end ORDER BY id LIMIT {_PAGE}",  # noqa: S608
        {"last": last, "end": end},
    ):
        for row in page:
            yield _as_json(row)
        last = page[-1][0]


def _parts() -> Iterator[tuple[list[AuditSeal], dict[int, list[Row]]]]:
    """The seals, some at a time, with their lines by number."""
    last = 0
    while rows := current().sql.all(
        f"SELECT {_SEAL} FROM audit_seal WHERE number > :last ORDER BY number LIMIT {_SEALS}",  # noqa: S608
        {"last": last},
    ):
        names = _SEAL.split(", ")
        seals = [AuditSeal(**dict(zip(names, row, strict=True))) for row in rows]
        lines: dict[int, list[Row]] = {}
        for *line, number in current().sql.all(
            f"SELECT {COLUMNS}, seal FROM audit WHERE seal >= :first AND seal <= :last ORDER BY seal, id",  # noqa: S608
            {"first": seals[0].number, "last": seals[-1].number},
        ):
            lines.setdefault(number, []).append(tuple(line))
        yield seals, lines
        last = seals[-1].number


def _fault_of_seal(seal: AuditSeal, before: bytes, latest: int) -> str | None:
    made = (seal.number, seal.lines, seal.first_at, seal.last_at, seal.content, seal.sealed_at)
    if seal.digest != digest_of(*made, before):
        return "the seal, or the one before it, was changed"
    if seal.first_at < latest - LATE:
        return "it holds a line much older than those sealed before it: inserted, or written by a clock that was wrong"
    return None


def _fault_of_lines(seal: AuditSeal, lines: list[Row], report: Report) -> str | None:
    report.lines += len(lines)
    missing = seal.lines - len(lines)
    if missing > 0 and seal.last_at <= clock.now() - KEPT:
        report.taken += missing
        return None
    if missing > 0:
        return f"{missing} of {seal.lines} lines were removed"
    if missing < 0:
        return f"{-missing} lines were inserted"
    return None if content_of(lines) == seal.content else "a line was changed"


def _look_outside(report: Report, latest: int) -> None:
    """The lines that no seal answers for."""
    sql = current().sql
    for number, count in sql.all(
        "SELECT seal, count(*) FROM audit WHERE seal IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM audit_seal WHERE number = seal) GROUP BY seal ORDER BY seal",
        {},
    ):
        report.faults.append(f"seal {number} was removed: {count} lines say that they belong to it")
    report.waiting = _count("SELECT count(*) FROM audit WHERE seal IS NULL")
    old = _count("SELECT count(*) FROM audit WHERE seal IS NULL AND at < :late", late=latest - LATE)
    if old:
        report.faults.append(f"{old} lines without a seal are much older than those sealed already: inserted")


def _count(statement: str, **values: int) -> int:
    row = current().sql.one(statement, values)
    assert row is not None
    return int(row[0])


def _named(seal: AuditSeal) -> str:
    return f"seal {seal.number} ({_time(seal.first_at)} to {_time(seal.last_at)})"


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def _as_json(row: Row) -> bytes:
    identifier, at, event, account_id, member_ref, client_id, source, detail, seal = row
    line: dict[str, Any] = {
        "id": identifier.hex(),
        "at": _time(at),
        "event": event,
        "account_id": account_id and account_id.hex(),
        "member_ref": member_ref,
        "client_id": client_id,
        "source": source,
        "detail": orjson.loads(detail) if detail else {},
        "seal": seal,
    }
    return orjson.dumps(line)
