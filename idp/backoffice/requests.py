"""What takes two: asked for by one colleague, done when another agrees within a day (docs/rules.md §3.1)."""

from dataclasses import dataclass
from typing import Final, Literal

from idp.core import clock
from idp.core.ids import new_id
from idp.core.runtime import current

LIFE: Final = 86_400
Kind = Literal["unfreeze", "release_letter"]
_OPEN = "decided_by IS NULL AND expires_at > :now"


class NotYours(Exception):
    """The request is settled, too old, or one's own."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits; `asker` is the name of who asked."""

    id: bytes
    kind: Kind
    subject_id: bytes
    reason: str
    asked_by: bytes
    asker: str
    expires_at: int


def ask(kind: Kind, subject_id: bytes, reason: str, staff_id: bytes) -> bool:
    """Ask for an act, while writing; False where the same is asked for already."""
    now = clock.now()
    return bool(
        current().sql.run(
            "INSERT INTO staff_request (id, kind, subject_id, reason, asked_by, asked_at, expires_at)"  # noqa: S608
            " SELECT :id, CAST(:kind AS VARCHAR), :subject_id, :reason, :staff_id, :now, :end WHERE NOT EXISTS"
            " (SELECT 1 FROM staff_request WHERE kind = CAST(:kind AS VARCHAR) AND subject_id = :subject_id"
            f" AND {_OPEN})",
            {
                "id": new_id(),
                "kind": kind,
                "subject_id": subject_id,
                "reason": reason,
                "staff_id": staff_id,
                "now": now,
                "end": now + LIFE,
            },
        )
    )


def waiting(subject_id: bytes | None = None) -> list[Request]:
    """The requests that wait, oldest first; of one subject, where it is given."""
    of_one = " AND subject_id = :subject_id" if subject_id else ""
    values = {"now": clock.now(), **({"subject_id": subject_id} if subject_id else {})}
    rows = current().sql.all(
        "SELECT staff_request.id, kind, subject_id, reason, asked_by, staff.name, expires_at FROM staff_request"  # noqa: S608
        f" JOIN staff ON staff.id = asked_by WHERE {_OPEN}{of_one} ORDER BY asked_at LIMIT 200",
        values,
    )
    return [Request(*row) for row in rows]


def find(identifier: bytes) -> Request | None:
    """A request that waits."""
    return next((each for each in waiting() if each.id == identifier), None)


def agree(identifier: bytes, staff_id: bytes) -> None:
    """Agree, while writing: of two who do, one gets `NotYours`; so does who asked, or whose asker has left."""
    _decide(identifier, staff_id, "TRUE", "asked_by != :staff_id AND EXISTS"
            " (SELECT 1 FROM staff WHERE id = asked_by AND state = 'active')")  # fmt: skip


def decline(identifier: bytes, staff_id: bytes) -> None:
    """Say no, or take one's own request back; while writing. Raises `NotYours`."""
    _decide(identifier, staff_id, "FALSE", "TRUE")


def _decide(identifier: bytes, staff_id: bytes, agreed: str, where: str) -> None:
    decided = current().sql.run(
        f"UPDATE staff_request SET decided_by = :staff_id, decided_at = :now, agreed = {agreed}"  # noqa: S608
        f" WHERE id = :id AND {_OPEN} AND {where}",
        {"id": identifier, "staff_id": staff_id, "now": clock.now()},
    )
    if not decided:
        raise NotYours
