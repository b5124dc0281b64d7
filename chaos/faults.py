"""The faults: how each begins, how it ends, and how long it lasts in between."""

import contextlib
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from chaos.deployment import Deployment
from chaos.proxy import Proxy
from chaos.scaled import Scaled
from idp.core import clock

Ending = Callable[[], None]


@dataclass(frozen=True)
class Fault:
    """`begin` breaks something and returns what mends it."""

    name: str
    begin: Callable[[Any, random.Random], Ending]
    seconds: float = 2.0


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


def _clock(seconds: int, nodes: slice = slice(None)) -> Callable[[Deployment, random.Random], Ending]:
    def step(deployment: Deployment, to: int) -> None:
        for each in deployment.clocks[nodes]:
            clock.step(each, to)

    def begin(deployment: Deployment, _dice: random.Random) -> Ending:
        step(deployment, seconds)
        return lambda: step(deployment, 0)

    return begin


def _cut(wire: str, mode: str) -> Callable[[Scaled, random.Random], Ending]:
    def begin(deployment: Scaled, _dice: random.Random) -> Ending:
        proxy: Proxy = getattr(deployment, wire)
        proxy.set(mode)
        return lambda: proxy.set("pass")

    return begin


def _kill_postgres(deployment: Scaled, _dice: random.Random) -> Ending:
    deployment.postgres.kill()
    return deployment.postgres.start


def _workers_without_postgres(deployment: Scaled, dice: random.Random) -> Ending:
    deployment.postgres.kill()
    _kill_workers(deployment, dice)
    return deployment.postgres.start


def _kill_redis(deployment: Scaled, _dice: random.Random) -> Ending:
    deployment.redis.kill()
    return deployment.redis.start


def _empty_redis(deployment: Scaled, _dice: random.Random) -> Ending:
    deployment.redis.kill()
    deployment.redis.forget()
    return deployment.redis.start


def _pause(store: str) -> Callable[[Scaled, random.Random], Ending]:
    def begin(deployment: Scaled, _dice: random.Random) -> Ending:
        server = getattr(deployment, store)
        server.pause()
        return lambda: server.resume()

    return begin


def _full_postgres(deployment: Scaled, dice: random.Random) -> Ending:
    make_room = _full_disk(deployment, dice)

    def end() -> None:
        make_room()
        # It stops where it cannot write its log: an operator starts it again.
        deployment.start_postgres()

    return end


def _full_disk(deployment: Deployment, _dice: random.Random) -> Ending:
    filler = deployment.data / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
    return filler.unlink


def embedded(deployment: Deployment) -> Iterator[Fault]:
    """What can happen to one node over SQLite."""
    yield from _everywhere()
    if deployment.mounted:
        yield Fault("full disk", _full_disk, 5)


def scaled(deployment: Scaled) -> Iterator[Fault]:
    """What can happen to two nodes, their stores, and the wires between."""
    yield from _everywhere()
    yield Fault("clock + 10 minutes, one node", _clock(600, slice(1)))
    yield Fault("kill -9 of PostgreSQL", _kill_postgres, 0)
    yield Fault("PostgreSQL away", _kill_postgres)
    yield Fault("PostgreSQL away, workers killed", _workers_without_postgres, 8)
    yield Fault("PostgreSQL stands still", _pause("postgres"), 5)
    yield Fault("kill -9 of Redis", _kill_redis, 0)
    yield Fault("Redis away", _kill_redis)
    yield Fault("Redis empty after a restart", _empty_redis, 0)
    yield Fault("Redis stands still", _pause("redis"), 5)
    for wire, store in (("database_wire", "PostgreSQL"), ("redis_wire", "Redis")):
        for mode in ("drop", "reset", "slow", "stall"):
            yield Fault(f"{store}: the wire of a node, {mode}", _cut(wire, mode), 5 if mode == "stall" else 2)
    if deployment.mounted:
        yield Fault("full disk", _full_postgres, 5)


def _everywhere() -> Iterator[Fault]:
    yield Fault("kill -9 of a worker", _kill_worker)
    yield Fault("kill -9 of all workers", _kill_workers)
    yield Fault("kill -9 of the whole node", _kill_node, 1)
    yield Fault("kill -9 of the jobs", _kill_jobs)
    yield Fault("mail server stalls", _mail("stall"), 4)
    yield Fault("mail server refuses", _mail("refuse"))
    yield Fault("mail server drops after DATA", _mail("drop"))
    yield Fault("mail server dead", _dead_mail)
    yield Fault("clock + 10 minutes", _clock(600))
    yield Fault("clock - 10 minutes", _clock(-600))
