"""The table of what a backup holds knows every table of the schema."""

from idp import migrations
from idp.operations.kept import KEPT, LEFT_OUT


def test_every_table_is_kept_or_left_out():
    """A new one is a decision: may what lies in it be used again after a restore?"""
    assert KEPT.keys() | LEFT_OUT == set(migrations.metadata().tables)
    assert not KEPT.keys() & LEFT_OUT


def test_nothing_that_is_kept_can_be_spent():
    """What is spent carries the time when that was; contests, which give nothing to anybody, are the exception."""
    spent = {"spent_at", "used_at", "uses_left", "generation", "ended_at", "consumed_at"}
    found = {table for table in KEPT if spent & set(migrations.metadata().tables[table].columns.keys())}
    assert found == {"mailbox_proof"}
