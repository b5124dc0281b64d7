"""The change of identifiers by step and by day, out of what the jobs have counted already."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from idp.backoffice import snapshot
from idp.backoffice.snapshot import Facts
from idp.core import clock
from idp.core.runtime import current

DAYS: Final = 30
_DAY = 86_400

# The steps of a change, first to last: a name for the catalogue, and the events (with their way) that count.
STEPS: Final = (
    ("number", (("sign_in", "nir"),)),
    ("started", (("identifier_change_started", None),)),
    ("proved", (("mailbox_proved", "change"), ("account_proved", None))),
    ("changed", (("identifier_changed", None),)),
)
# What stops people, and what they ask for when it does.
TROUBLES: Final = (
    ("refused", (("sign_in_refused", "nir"),)),
    ("blocked", (("sign_in_closed", "nir"),)),
    ("after", (("nir_after_change", None),)),
    ("guided", (("guided_asked", None),)),
    ("letter", (("letter_asked", None),)),
    ("letter-wrong", (("letter_refused", None),)),
    ("wrong-account", (("account_refused", None), ("linking_refused", None))),
    ("address-refused", (("address_refused", None),)),
    ("recovery", (("recovery_asked", None),)),
    ("answer", (("secret_answer_refused", None),)),
    ("contested", (("change_contested", None),)),
    ("undone", (("change_undone", None),)),
)
_Events = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) and how often each step was reached."""

    date: dt.date
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Funnel:
    """`days`, oldest first, today last; `steps` and `troubles` of all of them; `now` is the last snapshot, if any."""

    days: list[Day]
    steps: dict[str, int]
    troubles: dict[str, int]
    now: Facts | None


def look() -> Funnel:
    """The funnel of the last thirty days."""
    today = clock.now() // _DAY
    rows = current().sql.all(
        "SELECT day, event, way, count FROM daily_count WHERE day > :since", {"since": today - DAYS}
    )
    counted = {(day, event, way): count for day, event, way, count in rows}
    days = [
        Day(
            clock.as_datetime(day * _DAY).date(),
            {name: _sum(counted, events, day) for name, events in STEPS},
        )
        for day in range(today - DAYS + 1, today + 1)
    ]
    return Funnel(
        days=days,
        steps={name: sum(day.counts[name] for day in days) for name, _ in STEPS},
        troubles={name: total for name, events in TROUBLES if (total := _sum(counted, events))},
        now=snapshot.read(),
    )


def _sum(counted: dict[tuple[int, str, str], int], events: _Events, day: int | None = None) -> int:
    return sum(
        count
        for (on, event, way), count in counted.items()
        if day in (None, on) and any(event == wanted and by in (None, way) for wanted, by in events)
    )
