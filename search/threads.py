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
        threads = [Thread(target=_kept, args=(loop, raised), daemon=True) for _ in range(self.count)]
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads) and not raised:
                threads[0].join(_PAUSE) if threads[0].is_alive() else time.sleep(_PAUSE)
        except BaseException as error:
            raised.insert(0, error)
        if raised:
            self._stop(threads)
            raise raised[0]

    def _stop(self, threads: Iterable[Thread]) -> None:
        self.stopping.set()
        self.abandon()
        until = time.monotonic() + _PATIENCE
        for thread in threads:
            if thread.ident is not None:  # Ctrl-C may have come before it was started
                thread.join(max(0.0, until - time.monotonic()))


def _kept(loop: Callable[[], None], raised: list[BaseException]) -> None:
    try:
        loop()
    except BaseException as error:
        raised.append(error)
