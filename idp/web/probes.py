"""Asking a store without waiting for it longer than one wants to."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Generic, TypeVar

from idp.core.runtime import current

T = TypeVar("T")


class Probe(Generic[T]):
    """A question to a store, put in a thread of its own, over a connection of its own.

    Who asks while it is being put gets the same answer: a stalled store holds one thread, however often it is asked.
    """

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._asked: Future[T] | None = None

    def ask(self) -> Future[T]:
        """The answer that will come, or what the question raised."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # What is logged there is of the request that asked.
                work = copy_context().run
                threading.Thread(target=work, args=(self._put, self._asked), name="probe", daemon=True).start()
            return self._asked

    def _put(self, answer: Future[T]) -> None:
        try:
            found = self._question()
        except Exception as error:
            current().sql.close()
            answer.set_exception(error)
        else:
            current().sql.close()
            answer.set_result(found)
