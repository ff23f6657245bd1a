"""A signal ends what trains by Stopped, and the signals are as they were afterwards."""

from __future__ import annotations

import os
import signal

import pytest

from search.terminal.interrupts import SIGNALS, interruptible
from search.terminal.outcome import Stopped
from search.watcher import Watcher


class Closed(Watcher):
    """Counts how often it was closed."""

    times = 0

    def close(self):
        self.times += 1


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_block_and_says_what_is_kept(number):
    watcher, before = Closed(), [signal.getsignal(one) for one in SIGNALS]
    with pytest.raises(Stopped, match="^3 of 9 trials kept$"), interruptible(watcher, lambda: "3 of 9 trials kept"):
        os.kill(os.getpid(), number)
    assert watcher.stop_asked and watcher.times == 1
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_what_the_block_raises_passes_and_the_watcher_is_closed():
    watcher = Closed()
    with pytest.raises(ZeroDivisionError), interruptible(watcher, lambda: ""):
        raise ZeroDivisionError
    assert not watcher.stop_asked and watcher.times == 1


def test_what_the_block_prints_is_talk_and_what_comes_after_it_is_the_answer(capsys):
    with interruptible(Closed(), lambda: ""):
        print("a part of one's own")
    print("{}")
    assert capsys.readouterr() == ("{}\n", "a part of one's own\n")
