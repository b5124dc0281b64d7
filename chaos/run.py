"""One combination, broken again and again under load."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chaos import faults, report
from chaos.actions import World, cold
from chaos.browser import Front
from chaos.deployment import Deployment
from chaos.faults import Fault
from chaos.invariants import Inspector
from chaos.ledger import Ledger, Refused, Stuck, Unknown
from chaos.load import Load
from chaos.people import People, Person, make_members, write_file
from chaos.scaled import Scaled
from chaos.sites import Site

_MEMBERS = 1500
_FIRST_PEOPLE = 12
# A new flow succeeds so soon after the end of a fault.
_BOUND = 15.0
# Seconds after that, until whatever begins must end well; and for how long this is watched.
_SETTLING, _CALM = 1.0, 2.0

Made = tuple[Deployment, Callable[[Any], Iterator[Fault]]]
COMBINATIONS: dict[str, Callable[[Path], Made]] = {
    "embedded": lambda folder: (Deployment(folder), faults.embedded),
    "scale": lambda folder: (Scaled(folder), faults.scaled),
}


def build(deployment: Deployment, seed: int) -> World:
    """The people and sites of a run, and the provider started."""
    ledger = Ledger()
    members = make_members(_MEMBERS, random.Random(seed))
    for member in members:
        ledger.secrets.update((member.nir, member.password))
    write_file(deployment.folder / "members.csv", members)
    front = Front(deployment.issuer, deployment.ports, ledger)
    own, other = Site("site", True, front, ledger), Site("partner", False, front, ledger)
    for site in (own, other):
        site.declare(deployment.clients)
    deployment.start(deployment.folder / "members.csv")
    return World(front, ledger, deployment.mailbox, People(front, members), own, other, deployment.letters)


def run(name: str, make: Callable[[Path], Made], seed: int, only: str = "") -> list[report.Row]:
    """Every fault of a combination; a row each."""
    with tempfile.TemporaryDirectory(prefix="mgen-chaos-") as folder:
        deployment, every = make(Path(folder) / "run")
        try:
            world = build(deployment, seed)
            bench = Bench(name, deployment, world, seed)
            rows = [bench.row(Fault("none", lambda *_: lambda: None))]
            print(report.head(), report.line(rows[0]), sep="\n", flush=True)
            for fault in every(deployment):
                if only in fault.name:
                    rows.append(bench.row(fault))
                    print(report.line(rows[-1]), flush=True)
            bench.load.stop()
            report.print_troubles(deployment.troubles())
        finally:
            deployment.end()
    return rows


class Bench:
    """A deployment under load."""

    def __init__(
        self, name: str, deployment: Deployment, world: World, seed: int, *, share: float | None = None
    ) -> None:
        self._name = name
        self._deployment = deployment
        self._world = world
        self._dice = random.Random(f"{seed}-{name}")
        self._inspector = Inspector(deployment, world, seed)
        self.load = Load(world, seed, share=share)
        # Who tries whether all is well.
        self._canary: Person | None = None
        self._wait_until_well()
        self.load.start()
        while len(world.people) < _FIRST_PEOPLE:
            time.sleep(0.1)
        self._canary = world.people.take(self._dice)
        world.ledger.turn()

    def inspect(self) -> None:
        """Check everything, while the load is held."""
        self._inspector.check()

    def row(self, fault: Fault) -> report.Row:
        """One fault, from its beginning until all has been checked."""
        ledger = self._world.ledger
        checks, violations = ledger.checks, len(ledger.violations)
        ledger.expect_trouble()
        mend = fault.begin(self._deployment, self._dice)
        time.sleep(fault.seconds)
        mend()
        recovered = self._wait_until_well()
        ledger.settle_down(_SETTLING)
        time.sleep(_SETTLING + _CALM)
        self.load.hold()
        tally = ledger.turn()
        self.inspect()
        self.load.go_on()
        return report.Row(
            fault.name, self._name, tally, recovered, ledger.checks - checks, tuple(ledger.violations[violations:])
        )

    def _wait_until_well(self) -> float:
        """Seconds until a new flow succeeds on every node; too many are a violation."""
        begun = time.monotonic()
        while not self._is_well() and time.monotonic() < begun + 2 * _BOUND:
            time.sleep(0.1)
        seconds = time.monotonic() - begun
        self._world.ledger.check(seconds < _BOUND, lambda: f"no new flow in {seconds:.0f} s after the fault")
        return seconds

    def _is_well(self) -> bool:
        try:
            for port in self._deployment.ports:
                front = Front(self._deployment.issuer, [port], self._world.ledger)
                if front.send("GET", "/-/ready", None, {}).status != 200:
                    return False
            if self._canary and not self._canary.goes_on:
                self._canary = self._world.people.take(self._dice)
            if self._canary:
                cold(self._world, self._canary, self._dice)
        except (Unknown, Refused, Stuck):
            return False
        return True
