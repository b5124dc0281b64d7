"""The last day of the NIR door (docs/rules.md §1): a setting, or what the first import stored."""

import calendar
import datetime as dt

from idp.core import clock
from idp.core.runtime import current

_MONTHS = 18
_MONTHS_OF_ROWS = 3


def last_day() -> dt.date | None:
    """The last day on which the door opens; None before the first import where no setting says one."""
    if current().settings.bridge_sunset:
        return current().settings.bridge_sunset
    row = current().sql.one("SELECT day FROM bridge_sunset", {})
    return dt.date.fromisoformat(row[0]) if row else None


def is_over() -> bool:
    """Whether the last day has passed."""
    last = last_day()
    return last is not None and today() > last


def rows_end() -> dt.date | None:
    """The last day on which rows of the old file are kept: three months after the door's, None where it has none."""
    last = last_day()
    return _months_after(last, _MONTHS_OF_ROWS) if last else None


def store_default() -> dt.date | None:
    """Store today + 18 months, at the first import without the setting; that day, or None where nothing was to do."""
    if current().settings.bridge_sunset:
        return None
    day = _months_after(today(), _MONTHS)
    stored = current().sql.run(
        "INSERT INTO bridge_sunset (id, day) VALUES (1, :day) ON CONFLICT DO NOTHING", {"day": day.isoformat()}
    )
    return day if stored else None


def _months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def today() -> dt.date:
    """The day it is, in UTC."""
    return clock.as_datetime(clock.now()).date()
