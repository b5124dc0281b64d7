"""The last day of the NIR door (docs/rules.md §1): a setting, or what the first import stored."""

import calendar
import datetime as dt

from idp.core import clock
from idp.core.runtime import current

_MONTHS = 18


def last_day() -> dt.date | None:
    """The last day on which the door opens; None before the first import where no setting says one."""
    if current().settings.bridge_sunset:
        return current().settings.bridge_sunset
    row = current().sql.one("SELECT day FROM bridge_sunset", {})
    return dt.date.fromisoformat(row[0]) if row else None


def is_over() -> bool:
    """Whether the last day has passed."""
    last = last_day()
    return last is not None and _today() > last


def store_default() -> dt.date | None:
    """Store today + 18 months, at the first import without the setting; that day, or None where nothing was to do."""
    if current().settings.bridge_sunset:
        return None
    month = _today().month - 1 + _MONTHS
    year, month = _today().year + month // 12, month % 12 + 1
    day = _today().replace(year=year, month=month, day=min(_today().day, calendar.monthrange(year, month)[1]))
    stored = current().sql.run(
        "INSERT INTO bridge_sunset (id, day) VALUES (1, :day) ON CONFLICT DO NOTHING", {"day": day.isoformat()}
    )
    return day if stored else None


def _today() -> dt.date:
    return clock.as_datetime(clock.now()).date()
