"""What a run prints."""

from collections import Counter
from dataclasses import dataclass

from chaos.ledger import Tally

_HEAD = ("fault", "engine", "flows", "refused", "maybe", "stuck", "recovered", "checks", "violations")


@dataclass(frozen=True)
class Row:
    """One fault: what became of the actions during it, seconds until all was well, checks and violations since."""

    fault: str
    engine: str
    tally: Tally
    recovered: float
    checks: int
    violations: tuple[str, ...]


def line(row: Row) -> str:
    """A row of the table."""
    tally = row.tally
    return (
        f"{row.fault:34} {row.engine:9} {tally.done:6} {tally.refused:8} {tally.unknown:6} {tally.stuck:6}"
        f" {row.recovered:8.1f}s {row.checks:7} {len(row.violations):11}"
    )


def head() -> str:
    """The names of the columns."""
    return "{:34} {:9} {:>6} {:>8} {:>6} {:>6} {:>9} {:>7} {:>11}".format(*_HEAD)


def print_troubles(troubles: Counter[str]) -> None:
    """What the nodes have written of failures, the most frequent first: some belong to a fault, some do not."""
    for text, count in troubles.most_common(15):
        print(f"  {count:6} × {text[:300]}")


def print_summary(rows: list[Row]) -> None:
    """The sum of it all, and each violation."""
    flows, checks = sum(row.tally.done for row in rows), sum(row.checks for row in rows)
    violations = [(row, text) for row in rows for text in row.violations]
    print(f"\n{len(rows)} events, {flows} flows, {checks} checks, {len(violations)} violations")
    for row, text in violations[:40]:
        print(f"VIOLATION ({row.engine}, {row.fault}): {text}")
