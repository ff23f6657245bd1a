"""Running one loop in several threads, so that Ctrl-C or a failure in one of them ends all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Event, Thread

_PAUSE, _PATIENCE = 0.1, 2.0  # seconds; a thread that takes longer to end is left behind


@dataclass(frozen=True)
class Threads:
    """How many threads run a loop; `abandon` ends what they wait for, and `stopping` is set before it is called.

    One thread is the caller's own.
    """

    count: int = 1
    abandon: Callable[[], None] = lambda: None
    stopping: Event = field(default_factory=Event)

    def run(self, loop: Callable[[], None]) -> None:
        """Run `loop` in every thread until all have returned.

        What one raises ends all, and so does Ctrl-C: `stopping` is set, `abandon` called, and the threads get two
        seconds to end; one that takes longer is left behind. Then Ctrl-C is raised, without it what was raised first.
        In the caller's own thread `loop` is only called.
        """
        if self.count <= 1:
            loop()
            return
        raised: list[BaseException] = []
        crew = [_Running(loop, raised) for _ in range(self.count)]
        try:
            for one in crew:
                one.start()
            while not raised and (running := [one for one in crew if not one.over.is_set()]):
                running[0].over.wait(_PAUSE)
        except BaseException as error:
            raised.insert(0, _interrupt_in(error) or error)
        if raised:
            self._stop(crew)
            raise raised[0]

    def _stop(self, crew: Iterable[_Running]) -> None:
        self.stopping.set()
        self.abandon()
        until = time.monotonic() + _PATIENCE
        for one in crew:
            if one.ident is not None:  # Ctrl-C may have come before it was started
                one.over.wait(max(0.0, until - time.monotonic()))


def _interrupt_in(error: BaseException | None) -> KeyboardInterrupt | None:
    """Return the Ctrl-C that an error came of: one right behind another makes CPython's locks raise RuntimeError."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error


class _Running(Thread):
    """A thread that says itself when its loop is `over`.

    A `Thread.join` that Ctrl-C breaks off takes a living thread for ended (CPython 3.11), and nobody waits for it then.
    """

    def __init__(self, loop: Callable[[], None], raised: list[BaseException]) -> None:
        super().__init__(daemon=True)
        self._loop, self._raised, self.over = loop, raised, Event()

    def run(self) -> None:
        """Run the loop, keep what it raises, and say that it is over."""
        try:
            self._loop()
        except BaseException as error:
            self._raised.append(error)
        finally:
            self.over.set()
