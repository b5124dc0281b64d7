"""The faults: how each begins, how it ends, and how long it lasts in between."""

import contextlib
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chaos.deployment import Deployment
from idp.core import clock

Ending = Callable[[], None]


@dataclass(frozen=True)
class Fault:
    """`begin` breaks something and returns what mends it."""

    name: str
    begin: Callable[[Deployment, random.Random], Ending]
    seconds: float = 3.0


def _nothing() -> None:
    return None


def _kill_worker(deployment: Deployment, dice: random.Random) -> Ending:
    dice.choice(deployment.nodes).kill_worker(dice.randrange(2))
    return _nothing


def _kill_workers(deployment: Deployment, _dice: random.Random) -> Ending:
    for node in deployment.nodes:
        node.kill_workers()
    return _nothing


def _kill_node(deployment: Deployment, dice: random.Random) -> Ending:
    node = dice.choice(deployment.nodes)
    node.kill()
    return node.start


def _kill_jobs(deployment: Deployment, _dice: random.Random) -> Ending:
    for node in deployment.nodes:
        for process in node.jobs():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    return _nothing


def _mail(mode: str) -> Callable[[Deployment, random.Random], Ending]:
    def begin(deployment: Deployment, _dice: random.Random) -> Ending:
        deployment.mailbox.mode = mode
        return lambda: setattr(deployment.mailbox, "mode", "good")

    return begin


def _dead_mail(deployment: Deployment, _dice: random.Random) -> Ending:
    deployment.mailbox.stop()
    return deployment.mailbox.start


def _clock(seconds: int) -> Callable[[Deployment, random.Random], Ending]:
    def begin(deployment: Deployment, _dice: random.Random) -> Ending:
        clock.step(deployment.clock, seconds)
        return lambda: clock.step(deployment.clock, 0)

    return begin


def _full_disk(deployment: Deployment, _dice: random.Random) -> Ending:
    filler = deployment.data / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    return filler.unlink


def embedded(deployment: Deployment) -> Iterator[Fault]:
    """What can happen to one node over SQLite."""
    yield Fault("kill -9 of a worker", _kill_worker)
    yield Fault("kill -9 of all workers", _kill_workers)
    yield Fault("kill -9 of the whole node", _kill_node, 1)
    yield Fault("kill -9 of the jobs", _kill_jobs)
    yield Fault("mail server stalls", _mail("stall"), 5)
    yield Fault("mail server refuses", _mail("refuse"))
    yield Fault("mail server drops after DATA", _mail("drop"))
    yield Fault("mail server dead", _dead_mail)
    if deployment.mounted:
        yield Fault("full disk", _full_disk, 6)
    yield Fault("clock + 10 minutes", _clock(600))
    yield Fault("clock - 10 minutes", _clock(-600))
