"""What the provider has acknowledged, and what nobody knows because the answer was lost."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Unknown(Exception):
    """The connection died, or no answer came: whether the request was done, nobody knows."""


class Refused(Exception):
    """The provider said that it cannot now: a 5xx or a 429, with something to read."""


class Stuck(Exception):
    """An orderly answer with which this action cannot go on: a 4xx, an error for the site, no message."""


class Fact(Generic[T]):
    """Something that the provider keeps: the values it may have, one alone unless an answer was lost."""

    def __init__(self, *possible: T) -> None:
        self.possible: set[T] = set(possible)

    @contextmanager
    def moving(self, value: T) -> Iterator[None]:
        """The block asks for `value`: sure at its end, possible where it does not come to its end."""
        self.possible.add(value)
        yield
        self.possible = {value}

    @property
    def sure(self) -> T | None:
        """The value, where there is one alone."""
        return next(iter(self.possible)) if len(self.possible) == 1 else None

    def settle(self, found: T) -> bool:
        """Whether what was found may be; from now on nothing else may."""
        if found not in self.possible:
            return False
        self.possible = {found}
        return True


@dataclass
class Tally:
    """What became of the actions of one stretch of time."""

    done: int = 0
    refused: int = 0
    unknown: int = 0
    stuck: int = 0


def _absent() -> Fact[bool]:
    return Fact(False)


@dataclass
class Ledger:
    """Facts by what they are about; every list only grows."""

    accounts: dict[str, Fact[bool]] = field(default_factory=lambda: defaultdict(_absent))
    passwords: dict[str, Fact[str]] = field(default_factory=dict)
    # By address and client.
    consents: dict[tuple[str, str], Fact[bool]] = field(default_factory=lambda: defaultdict(_absent))
    # By member_ref.
    changes: dict[str, Fact[bool]] = field(default_factory=lambda: defaultdict(_absent))
    # Refresh families by `z`: the living generation, and whether they were ended.
    generations: dict[bytes, Fact[int]] = field(default_factory=dict)
    ended: dict[bytes, Fact[bool]] = field(default_factory=lambda: defaultdict(_absent))
    # Session cookies that were signed out, access tokens that were revoked: refused from then on.
    left: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    # How often a code, link, letter code or ticket was good.
    spent: Counter[str] = field(default_factory=Counter)
    # What no log may hold.
    secrets: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    checks: int = 0
    tally: Tally = field(default_factory=Tally)
    # From when on an action that fails is a violation; None while something is broken.
    calm_since: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, good: bool, otherwise: Callable[[], str]) -> None:
        """Count a check; a bad one is a violation, in the words of `otherwise`."""
        with self.lock:
            self.checks += 1
            if not good:
                self.violations.append(otherwise())

    def spend(self, kind: str, value: str) -> None:
        """`value` was good for something, now."""
        with self.lock:
            self.spent[f"{kind} {value}"] += 1
            times = self.spent[f"{kind} {value}"]
        self.check(times == 1, lambda: f"a {kind} was good {times} times")

    def note(self, action: str, begun: float, error: Exception | None) -> None:
        """Put down how an action ended; one that began in the calm has to end well."""
        with self.lock:
            match error:
                case None:
                    self.tally.done += 1
                case Refused():
                    self.tally.refused += 1
                case Unknown():
                    self.tally.unknown += 1
                case _:
                    self.tally.stuck += 1
            calm = self.calm_since is not None and begun >= self.calm_since
        if error is not None:
            self.check(not calm, lambda: f"in the calm, {action}: {type(error).__name__} {error}")

    def turn(self) -> Tally:
        """The tally so far; a new one begins."""
        with self.lock:
            tally, self.tally = self.tally, Tally()
        return tally

    def settle_down(self, after: float) -> None:
        """From `after` seconds on, whatever begins must end well."""
        self.calm_since = time.monotonic() + after

    def expect_trouble(self) -> None:
        """Something is about to be broken."""
        self.calm_since = None
