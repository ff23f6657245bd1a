"""Shipping beside the trials: a thread that sends what is spooled to MLflow, so that no trial waits for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType

REST_S = 2.0  # between two rounds: a round also tells of the study's own run, however many trials it tells of


class Shipping:
    """Calls `ship` in a thread of its own when it is asked to, at most once every `rest_s` seconds.

    Leaving the `with` block ends the thread after the round it is in; what is left the next call of `ship` sends.
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

    def _run(self) -> None:
        while True:
            self._asked.wait()
            if self._over.is_set():
                return
            self._asked.clear()
            self._ship()
            self._over.wait(self._rest_s)
