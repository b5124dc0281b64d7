"""Long work over a big table while people sign in: small write transactions, with pauses in which others write."""

import time
from collections.abc import Callable
from typing import Any

from idp.core import clock
from idp.core.runtime import current

SIZE = 500
_PAUSE = 0.005
Row = tuple[Any, ...]


def each(select: str, do: Callable[[Row], None]) -> int:
    """Do something to every row, a batch a transaction; how many there were.

    `select` takes the rows after `:last`, `:size` of them, in the order of their first column, which is their id.
    """
    done, last = 0, b""
    while True:
        started = clock.steady()
        with current().sql.together(alone=True):
            rows = current().sql.all(select, {"last": last, "size": SIZE})
            for row in rows:
                do(row)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1][0]
        pause(started)


def pause(started: float) -> None:
    """Wait as long as the work since `started` (`clock.steady`) took: whoever waits to write gets a turn."""
    time.sleep(max(_PAUSE, clock.steady() - started))
