"""Asking a child: one answer a question, and a reason where there is none."""

from __future__ import annotations

import sys

import pytest

from zoo import asking
from zoo.asking import ROOM, Lost, ask
from zoo.child import Child

MB = 2**20
HOARDER = """
import time
from zoo.child import channel
parent = channel()
held = [b"x" * (150 << 20)]
parent.tell("ready")
while True:
    wanted = parent.heard.get()
    if wanted == "die":
        raise SystemExit("done for")
    for _ in range(wanted):  # megabytes; it ends by itself far below what a machine has
        held.append(b"x" * (1 << 20))
        time.sleep(0.002)
    if wanted < 500:
        parent.tell(len(held))
    else:
        time.sleep(60)
"""


@pytest.fixture
def child():
    child = Child((sys.executable, "-c", HOARDER), "hoarder")
    assert child.receive(60) == "ready"
    yield child
    child.kill()


def test_each_question_has_its_answer(child):
    assert [ask(child, 1, 60), ask(child, 0, 60)] == [2, 2]


def test_who_says_nothing_in_time_is_lost(child, monkeypatch):
    monkeypatch.setattr(asking, "free_bytes", lambda: 2**40)
    with pytest.raises(Lost, match=r"the hoarder had no answer after 0\.3 s") as caught:
        ask(child, 1000, 0.3)
    assert caught.value.cure is None


def test_who_dies_is_lost_with_its_last_words(child):
    with pytest.raises(Lost, match="ended with exit code 1, its last words: done for"):
        ask(child, "die", 60)


def test_who_takes_nine_tenths_of_what_was_free_is_lost_long_before_its_time(child, monkeypatch):
    monkeypatch.setattr(asking, "free_bytes", lambda: 20 * MB)
    with pytest.raises(Lost, match=r"the hoarder filled \d+ MB of memory, and 20 MB were left free") as caught:
        ask(child, 1000, 60)
    assert caught.value.cure == ROOM


def test_what_was_filled_before_the_question_is_not_held_against_a_child(child, monkeypatch):
    monkeypatch.setattr(asking, "free_bytes", lambda: 10 * MB)
    monkeypatch.setattr(asking, "LOOK_S", 0.005)  # many looks while it fills
    assert ask(child, 40, 60) == 41


def test_a_system_that_tells_no_memory_of_others_ends_nobody(child, monkeypatch):
    monkeypatch.setattr(asking, "free_bytes", lambda: 0)
    monkeypatch.setattr(asking, "filled_by", lambda process: None)
    assert ask(child, 100, 60) == 101
