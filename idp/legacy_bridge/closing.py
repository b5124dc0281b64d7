"""After the last day of the NIR door: digests, tombstones and old verifiers go, and the counts prove it.

docs/rules.md §1 and §3.3. Those who never changed keep their row, without number or password, until the retention rule
deletes it three months later; a change that is under way can still be finished.
"""

from dataclasses import dataclass

from idp.core import audit, batches, clock
from idp.core.runtime import current
from idp.legacy_bridge import sunset

# What may only be read while the door is open.
_WHOLE_TABLES = ("digest_form", "legacy_format", "guided_request", "letter")
_COUNTS = {
    "digests": "SELECT count(*) FROM legacy_member WHERE nir_digest IS NOT NULL",
    "passwords": "SELECT count(*) FROM legacy_member WHERE password IS NOT NULL",
    "tombstones": "SELECT count(*) FROM legacy_member WHERE state = 'changed'",
    "digest_forms": "SELECT count(*) FROM digest_form",
    "password_formats": "SELECT count(*) FROM legacy_format",
    "guided_requests": "SELECT count(*) FROM guided_request",
    "letters": "SELECT count(*) FROM letter",
}


class NotOver(Exception):
    """The NIR door has not had its last day; the text says which that is."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What was there, what is left (each 0, but for changes made in the last two hours), and the rows still to go."""

    last_day: str
    dry_run: bool
    before: dict[str, int]
    after: dict[str, int]
    never_changed: int
    deleted_after: str


def close(*, dry_run: bool = False) -> Closing:
    """Remove them, in small transactions; done twice, or taken up after a crash, it ends the same. Raises `NotOver`."""
    last, rows_end = sunset.last_day(), sunset.rows_end()
    if last is None or rows_end is None or not sunset.is_over():
        raise NotOver(f"the NIR door is open until {last}, that day included" if last else "no last day has been set")
    before = _counts()
    if not dry_run:
        batches.each("SELECT id FROM legacy_member WHERE id > :last ORDER BY id LIMIT :size", _strip)
        with current().sql.together(alone=True):
            for table in _WHOLE_TABLES:
                current().sql.run(f"DELETE FROM {table}", {})  # noqa: S608
            audit.record("bridge_closed", removed=before)
        current().sql.purge("legacy_member")
    never = current().sql.all("SELECT count(*) FROM legacy_member WHERE state != 'changed'", {})
    return Closing(last.isoformat(), dry_run, before, _counts(), never[0][0], rows_end.isoformat())


def _counts() -> dict[str, int]:
    return {name: current().sql.all(statement, {})[0][0] for name, statement in _COUNTS.items()}


def _strip(row: batches.Row) -> None:
    sql = current().sql
    # The browser of a change just made still looks at its last page.
    values = {"id": row[0], "made_before": clock.now() - current().settings.ticket_life}
    if not sql.run(
        "DELETE FROM legacy_member WHERE id = :id AND state = 'changed' AND coalesce(changed_at, 0) <= :made_before",
        values,
    ):
        sql.run(
            "UPDATE legacy_member SET nir_digest = NULL, password = NULL, pepper = '' WHERE id = :id"
            " AND (nir_digest IS NOT NULL OR password IS NOT NULL)",
            values,
        )
