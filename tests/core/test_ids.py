"""Identifiers are ordered by time and never twice the same."""

from itertools import pairwise
from uuid import UUID

import time_machine

from idp.core.ids import new_id


def test_they_are_uuids_of_version_7():
    """RFC 9562 §5.7."""
    made = UUID(bytes=new_id())
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_later_ones_sort_after_earlier_ones():
    """To the millisecond."""
    with time_machine.travel(2_000_000_000, tick=False) as clock:
        made = []
        for _ in range(50):
            made.append(new_id())
            clock.shift(0.001)
    assert all(earlier < later for earlier, later in pairwise(made))


def test_a_thousand_of_one_millisecond_differ():
    """74 random bits."""
    with time_machine.travel(2_000_000_000, tick=False):
        assert len({new_id() for _ in range(1000)}) == 1000
