"""How things stand, counted by a job every few minutes: no page counts a million rows."""

from typing import Any

import orjson

from idp.backoffice import bridge
from idp.core import clock, outbox
from idp.core.runtime import current
from idp.web import mailer

EVERY = 300
_KEY = "funnel:snapshot"
_LIFE = 7 * 86_400
_IMPORTS = 5
_REASONS = 12
Facts = dict[str, Any]


def refresh() -> None:
    """Count anew; a job."""
    facts = {"at": clock.now(), "change": bridge.funnel(), "imports": _imports(), "messages": _messages()}
    current().ephemeral.put(_KEY, facts, _LIFE)


def read() -> Facts | None:
    """The last one, or None before the first: `at`, `change` (the funnel), `imports` and `messages`."""
    return current().ephemeral.get(_KEY)


def _imports() -> list[Facts]:
    """The last runs, newest first: kind, times, counts, and the reasons of refusals where they are still kept."""
    rows = current().sql.all(
        f"SELECT id, kind, counts, started_at, finished_at FROM import ORDER BY id DESC LIMIT {_IMPORTS}",  # noqa: S608
        {},
    )
    return [
        {
            "kind": kind,
            "started_at": started_at,
            "finished_at": finished_at,
            **{name: orjson.loads(counts).get(name, 0) for name in ("rows", "imported", "updated", "refused")},
            "reasons": _reasons(identifier),
        }
        for identifier, kind, counts, started_at, finished_at in rows
    ]


def _reasons(import_id: bytes) -> dict[str, int]:
    return dict(
        current().sql.all(
            "SELECT reason, count(*) FROM import_refusal WHERE import_id = :id GROUP BY reason"  # noqa: S608
            f" ORDER BY count(*) DESC, reason LIMIT {_REASONS}",
            {"id": import_id},
        )
    )


def _messages() -> Facts:
    """Messages and letters by what became of them, why they were given up, and whether the relay takes any."""
    states = {"waiting": 0, "retrying": 0, "given_up": 0}
    for kind, state, number in outbox.depth():
        if kind in outbox.MESSAGES:
            states[state] += number
    return {**states, "reasons": outbox.reasons(), "relay_fails": mailer.relay_fails()}
