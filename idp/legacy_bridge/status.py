"""How far the bridge has come: counts alone, read from indexes, so that a million members take a moment."""

from typing import Any

from idp.core import clock
from idp.core.runtime import current
from idp.core.throttle import DAY
from idp.legacy_bridge import sunset
from idp.legacy_bridge.models import OPEN_STATES

_DAYS = 7
Counts = dict[str, int]


def funnel() -> dict[str, Any]:
    """Members by state, changes by step, the last seven days, what went out, and the last day of the door.

    Who has changed is counted by the Espaces that have an account, for the tombstones go with the door.
    """
    states = _counts("SELECT state, count(*) FROM legacy_member GROUP BY state ORDER BY state")
    states.pop("changed", None)
    changed = _count("SELECT count(*) FROM membership")
    total = changed + sum(states.values())
    last = sunset.last_day()
    return {
        "members": total,
        "changed": changed,
        "share_changed": round(changed / total, 4) if total else 0.0,
        "not_changed": states,
        "changes": _changes(),
        "last_7_days": {"changed_by_day": _changed_by_day(), **_asked_for()},
        "invited": _count("SELECT count(*) FROM legacy_member WHERE invited_at IS NOT NULL AND invited_at <= :now"),
        "last_day": last.isoformat() if last else None,
        "days_left": max(0, (last - sunset.today()).days + 1) if last else None,
    }


def _changes() -> dict[str, Any]:
    """Changes under way, by the step they stand at, and ended ones."""
    return {
        "open": _counts(
            f"SELECT state, count(*) FROM identifier_change WHERE state IN {OPEN_STATES} AND +expires_at > :now"  # noqa: S608
            " GROUP BY state ORDER BY state"
        ),
        "finished": _count("SELECT count(*) FROM identifier_change WHERE state = 'done'"),
        "linked": _count(
            "SELECT count(*) FROM identifier_change WHERE state = 'done' AND linked_account_id IS NOT NULL"
        ),
        "abandoned": _count(
            "SELECT count(*) FROM identifier_change WHERE state = 'abandoned'"  # noqa: S608
            f" OR (state IN {OPEN_STATES} AND +expires_at <= :now)"
        ),
    }


def _changed_by_day() -> Counts:
    """How many changed on each of the last seven days, today last."""
    today = clock.now() - clock.now() % DAY
    return {
        clock.as_datetime(start).date().isoformat(): _count(
            "SELECT count(*) FROM identifier_change WHERE state = 'done' AND completed_at >= :start"
            " AND completed_at < :end",
            start=start,
            end=start + DAY,
        )
        for start in range(today - (_DAYS - 1) * DAY, today + 1, DAY)
    }


def _asked_for() -> Counts:
    """What was asked for by those who could not sign in; kept a week."""
    since = clock.now() - _DAYS * DAY
    kinds = _counts("SELECT kind, count(*) FROM guided_request WHERE created_at >= :since GROUP BY kind", since=since)
    return {
        "forgotten_passwords": kinds.get("forgotten", 0),
        "unlocks": kinds.get("unlock", 0),
        "letters": _count("SELECT count(*) FROM letter WHERE created_at >= :since", since=since),
        "letters_used": _count("SELECT count(*) FROM letter WHERE used_at >= :since", since=since),
        "account_recoveries": _count("SELECT count(*) FROM recovery WHERE created_at >= :since", since=since),
        "account_recoveries_done": _count("SELECT count(*) FROM recovery WHERE completed_at >= :since", since=since),
    }


def _count(statement: str, **values: int) -> int:
    row = current().sql.one(statement, {"now": clock.now(), **values})
    assert row is not None
    return int(row[0])


def _counts(statement: str, **values: int) -> Counts:
    return dict(current().sql.all(statement, {"now": clock.now(), **values}))
