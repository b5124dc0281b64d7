"""Who has changed and who stands where, for the member base: references, states, dates. No number, no address."""

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

import orjson

from idp.core import clock
from idp.core.runtime import current

_PAGE = 1_000
# Under way only as long as it lives; a member has one open change at most.
_SELECT = (
    "SELECT member.id, member.member_ref, member.state, change.state, member.changed_at, member.invited_at"
    " FROM legacy_member AS member LEFT JOIN identifier_change AS change ON change.member_id = member.id"
    " AND change.state NOT IN ('done', 'abandoned') AND change.expires_at > :now"
    " WHERE member.id > :last ORDER BY member.id LIMIT :page"
)


class Line(NamedTuple):
    """A member: `state` of the row, `step` of a change under way, times in UTC (ISO 8601); empty where there is none.

    Every value begins with a letter or a digit, so that no spreadsheet takes it for a formula.
    """

    member_ref: str
    state: str
    step: str
    changed_at: str
    invited_at: str


def lines() -> Iterator[Line]:
    """Every member, in the order of the first import, a page at a time."""
    last = b""
    while page := current().sql.all(_SELECT, {"now": clock.now(), "last": last, "page": _PAGE}):
        for _, reference, state, step, changed_at, invited_at in page:
            yield Line(reference, state, step or "", _time(changed_at), _time(invited_at))
        last = page[-1][0]


def write(file: IO[str], *, as_json: bool = False) -> None:
    """Every member into `file`: CSV with a heading, or a JSON array of objects with the same names."""
    if as_json:
        file.write("[")
        for number, line in enumerate(lines()):
            file.write(",\n" * (number > 0) + orjson.dumps(line._asdict()).decode())
        file.write("]\n")
        return
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Line._fields)
    writer.writerows(lines())


def _time(seconds: int | None) -> str:
    return clock.as_datetime(seconds).isoformat() if seconds else ""
