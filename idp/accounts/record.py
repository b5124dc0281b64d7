"""A person's own record: the lines of the audit about their account, or about the Espace personnel that it holds."""

from typing import Any, NamedTuple

import orjson

from idp.core.runtime import current

PAGE = 30
_COLUMNS = "id, at, event, client_id, source, detail"
# Each half by its own index. A line about both is one line.
_HALF = (
    f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS} FROM audit WHERE {{}} AND id < :before"  # noqa: S608
    " ORDER BY id DESC LIMIT :most) AS {}"
)
_LINES = (
    f"{_HALF.format('account_id = :account_id', 'own')} UNION {_HALF.format('member_ref = :member_ref', 'member')}"
    " ORDER BY 1 DESC LIMIT :most"
)
NEWEST = b"\xff" * 16
"""Sorts after the id of every line."""


class Line(NamedTuple):
    """What happened; `at` in seconds since the epoch, `source` the address it came from, `detail` words of the code."""

    id: bytes
    at: int
    event: str
    client_id: str | None
    source: str | None
    detail: dict[str, Any]


def lines(account_id: bytes | None, member_ref: str | None, *, before: bytes = NEWEST, most: int = PAGE) -> list[Line]:
    """The newest lines, or those older than the line `before`; at most `most`."""
    values = {"account_id": account_id, "member_ref": member_ref, "before": before, "most": most}
    return [
        Line(identifier, at, event, client_id, source, orjson.loads(detail) if detail else {})
        for identifier, at, event, client_id, source, detail in current().sql.all(_LINES, values)
    ]
