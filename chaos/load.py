"""The load: threads that act, each with dice of its own, until told to stop."""

import random
import threading
import time
from collections.abc import Callable

from chaos import actions, bridge
from chaos.actions import World
from chaos.ledger import Refused, Stuck, Unknown
from chaos.people import Person

Action = Callable[[World, Person, random.Random], None]
# Of people with an account, by weight.
_OFTEN: tuple[tuple[Action, int], ...] = (
    (actions.redirect, 40), (actions.refresh, 20), (actions.cold, 10), (actions.pushed, 6), (actions.consent, 6),
    (actions.leave, 4), (actions.revoke, 4), (actions.device, 4), (actions.reuse_code, 3),
    (actions.reuse_refresh, 2),
)  # fmt: skip
# Those that wait for a message or a letter: few at a time, so that a dead mail server does not stop the rest.
_POSTED: tuple[tuple[Callable[..., None], int], ...] = (
    (actions.register, 5), (actions.recover, 3), (bridge.change, 5), (bridge.letter, 2),
)  # fmt: skip
_WAITERS = 2
# Seconds between the actions of one thread.
_PAUSE = 0.02


class Load:
    """`threads` people at once, the same dice for the same seed; `share` is of what they could do without a rest."""

    def __init__(self, world: World, seed: int, *, share: float | None = None, threads: int = 6) -> None:
        self._world = world
        self._dice = [random.Random(f"{seed}-{number}") for number in range(threads)]
        self._over = threading.Event()
        self._waiters = threading.Semaphore(_WAITERS)
        self._threads = [threading.Thread(target=self._work, args=[dice], daemon=True) for dice in self._dice]
        self._pausing = False
        self._gate = threading.Condition()
        self._active = 0
        self._share = share

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def hold(self) -> None:
        """Begin nothing more, and wait until what was begun has ended."""
        with self._gate:
            self._pausing = True
            self._gate.wait_for(lambda: self._active == 0)

    def go_on(self) -> None:
        """After `hold`."""
        with self._gate:
            self._pausing = False
            self._gate.notify_all()

    def stop(self) -> None:
        """End."""
        self._over.set()
        self.go_on()
        for thread in self._threads:
            thread.join()

    def _work(self, dice: random.Random) -> None:
        while not self._over.is_set():
            with self._gate:
                self._gate.wait_for(lambda: not self._pausing)
                self._active += 1
            begun = time.monotonic()
            try:
                self._act(dice)
            finally:
                with self._gate:
                    self._active -= 1
                    self._gate.notify_all()
            worked = time.monotonic() - begun
            time.sleep(worked * (1 / self._share - 1) if self._share else _PAUSE)

    def _act(self, dice: random.Random) -> None:
        posted = sum(weight for _, weight in _POSTED)
        often = sum(weight for _, weight in _OFTEN)
        if dice.random() * (posted + often) < posted and self._waiters.acquire(blocking=False):
            try:
                self._posted(dice)
            finally:
                self._waiters.release()
            return
        person = self._world.people.take(dice)
        if person is not None:
            act = dice.choices(_OFTEN, [weight for _, weight in _OFTEN])[0][0]
            self._note(act.__name__, lambda: act(self._world, person, dice))
            if person.goes_on:
                self._world.people.put(person)

    def _posted(self, dice: random.Random) -> None:
        act = dice.choices(_POSTED, [weight for _, weight in _POSTED])[0][0]
        if act is not actions.recover:
            self._note(act.__name__, lambda: act(self._world, dice))
            return
        person = self._world.people.take(dice)
        if person is not None:
            # At most three messages a day go to one address: they do it once, and leave.
            self._note(act.__name__, lambda: act(self._world, person, dice))

    def _note(self, name: str, act: Callable[[], None]) -> None:
        begun = time.monotonic()
        error: Exception | None = None
        try:
            act()
        except (Unknown, Refused, Stuck) as failed:
            error = failed
        self._world.ledger.note(name, begun, error)
