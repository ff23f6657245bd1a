"""A watcher that several threads tell hears one thing at a time."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from search.watcher import Watcher, one_at_a_time


class Slow(Watcher):
    """Keeps what it is told; the first time it waits in the middle."""

    def __init__(self) -> None:
        self.heard, self.inside, self.goes_on = [], Event(), Event()

    def said(self, text):
        self.heard.append(f"{text} begins")
        if text == "first":
            self.inside.set()
            assert self.goes_on.wait(30)
        self.heard.append(f"{text} ends")


def test_two_threads_are_heard_one_after_the_other():
    slow = Slow()
    watcher = one_at_a_time(slow)
    threads = [Thread(target=watcher.said, args=(text,)) for text in ("first", "second")]
    threads[0].start()
    assert slow.inside.wait(30)
    threads[1].start()
    slow.goes_on.set()
    for thread in threads:
        thread.join()
    assert slow.heard == ["first begins", "first ends", "second begins", "second ends"]


def test_stopping_is_heeded_while_something_is_said():
    slow = Slow()
    watcher = one_at_a_time(slow)
    speaking = Thread(target=watcher.said, args=("first",))
    speaking.start()
    assert slow.inside.wait(30)
    slow.stop_asked = True
    with pytest.raises(KeyboardInterrupt):
        watcher.heed()
    with pytest.raises(KeyboardInterrupt):
        watcher.on_epoch_end(1, {})
    slow.goes_on.set()
    speaking.join()


def test_what_a_watcher_keeps_can_be_read_through_it():
    assert one_at_a_time(Slow()).progress is None
