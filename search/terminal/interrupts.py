"""A command that trains: Ctrl-C and SIGTERM keep what is done, and say so; standard output is for the answer alone."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from search.terminal.outcome import Stopped
from search.watcher import Watcher

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(watcher: Watcher, kept: Callable[[], str]) -> Iterator[None]:
    """End the block by Stopped when a signal comes, with the text that `kept` gives then; close the watcher after it.

    Signals are handled as before once the block has ended. What code inside prints, such as a user's own part, is talk.
    """

    def on_interrupt(_signal: int, _frame: Any) -> None:
        watcher.stop_asked = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, on_interrupt) for number in SIGNALS}
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise Stopped(kept()) from None
    finally:
        watcher.close()
        for number, handler in before.items():
            signal.signal(number, handler)
