"""A child process: values cross both ways, its noise does not, and its end is told in one line."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from queue import Empty

import pytest

from zoo.child import DIED, Child

ECHO = """
import sys
from zoo.child import channel
parent = channel()
while True:
    heard = parent.heard.get()
    print("noise", heard)
    sys.stderr.write("last words\\n")
    sys.stderr.flush()
    if heard == "exit":
        raise SystemExit(3)
    parent.tell(heard)
"""


@pytest.fixture
def child():
    child = Child((sys.executable, "-c", ECHO), "echo")
    yield child
    child.kill()


def test_plain_values_cross_both_ways_bit_for_bit_and_what_is_printed_does_not(child):
    values = [{"a": [1, None, "ü\n"]}, 0.1 + 0.2, math.inf, 5e-324]
    for value in values:
        child.send(value)
    assert [child.receive(60) for _ in values] == values


def test_numbers_of_numpy_are_sent_as_pythons():
    code = "import numpy; from zoo.child import channel; channel().tell([numpy.float32(0.1), numpy.int64(3)])"
    child = Child((sys.executable, "-c", code), "teller")
    assert child.receive(60) == [0.10000000149011612, 3]
    child.kill()


def test_silence_is_empty_and_an_end_is_told_with_the_last_words(child):
    with pytest.raises(Empty):
        child.receive(0)
    child.send("exit")
    assert child.receive(60) is DIED
    assert child.obituary() == "the echo ended with exit code 3, its last words: last words"


def test_a_line_torn_by_a_kill_is_no_value():
    child = Child((sys.executable, "-c", f"import sys; sys.stdout.write({json.dumps([1])!r} + '\\n[1, 2')"), "torn")
    assert [child.receive(60), child.receive(60)] == [[1], DIED]
    child.kill()


def test_what_is_sent_to_a_dead_child_is_heard_by_nobody(child):
    child.kill()
    child.kill()
    child.send("anything")
    assert child.receive(60) is DIED


def test_a_killed_child_leaves_no_process_and_a_child_ends_with_its_parent():
    code = f"import sys, time; from zoo.child import Child; c = Child((sys.executable, '-c', {ECHO!r}), 'echo')"
    parent = Child((sys.executable, "-c", f"{code}; print(c.pid, flush=True); time.sleep(600)"), "parent")
    grandchild = parent.receive(60)
    parent.kill()
    for pid in (parent.pid, grandchild):
        while _is_there(pid):
            time.sleep(0.05)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
