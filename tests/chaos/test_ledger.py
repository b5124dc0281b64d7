"""What was promised, what may be, and what is a violation."""

import time

import pytest

from chaos.ledger import Fact, Ledger, Refused, Unknown


def test_an_answer_makes_a_fact_sure() -> None:
    """What it was before is no longer possible."""
    fact = Fact(False)
    with fact.moving(True):
        assert fact.sure is None
    assert fact.sure is True
    assert not fact.settle(False)


def test_a_lost_answer_leaves_both_until_one_is_found() -> None:
    """Then the other is a violation."""
    fact = Fact(0)
    with pytest.raises(Unknown), fact.moving(1):
        raise Unknown
    assert fact.sure is None
    assert fact.settle(0)
    assert not fact.settle(1)


def test_what_is_good_twice_is_a_violation() -> None:
    """A code, a link, a letter code."""
    ledger = Ledger()
    ledger.spend("code", "a")
    ledger.spend("code", "b")
    assert ledger.violations == []
    ledger.spend("code", "a")
    assert ledger.violations == ["a code was good 2 times"]


def test_only_what_begins_in_the_calm_must_end_well() -> None:
    """A refusal during a fault is counted."""
    ledger = Ledger()
    begun = time.monotonic()
    ledger.note("redirect", begun, Refused("503"))
    ledger.settle_down(0)
    ledger.note("redirect", begun - 1, Unknown("reset"))
    assert ledger.violations == []
    ledger.note("redirect", time.monotonic() + 1, Refused("503"))
    assert len(ledger.violations) == 1
    tally = ledger.turn()
    assert (tally.refused, tally.unknown, tally.done) == (2, 1, 0)
    assert ledger.turn().refused == 0
