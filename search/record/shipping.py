"""Shipping beside the trials: a thread that sends what is spooled to MLflow, so that no trial waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Event, Thread
from types import TracebackType

REST_S = 2.0  # at most between two rounds: a round also tells of the study's own run, however many trials it tells of
_LEAST_S, _TIMES = 0.5, 20  # a shorter rest is that many times the CPU of the round before: 5 % of a core


class Shipping:
    """Calls `ship` in a thread of its own when it is asked to, resting in between up to `rest_s` seconds.

    As a callback of trainings it is asked after each epoch. Leaving the `with` block ends the thread after the round it
    is in; what is left the next call of `ship` sends.
    """

    def __init__(self, ship: Callable[[], None], rest_s: float = REST_S) -> None:
        self._ship, self._rest_s = ship, rest_s
        self._asked, self._over = Event(), Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Shipping:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._over.set()
        self._asked.set()
        if kind is None:  # who ends by an error or Ctrl-C waits for nothing
            self._thread.join()

    def ask(self) -> None:
        """Have what is spooled by now shipped soon; return at once."""
        self._asked.set()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Have the points of an epoch shipped soon, as a callback of a training: a page shows it while it runs."""
        self.ask()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            if self._over.is_set():
                return
            self._asked.clear()
            began = time.thread_time()
            self._ship()
            spent = time.thread_time() - began
            self._over.wait(min(self._rest_s, max(_LEAST_S, _TIMES * spent)))
