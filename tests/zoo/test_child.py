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
    told = json.dumps({"told": [1]})
    child = Child((sys.executable, "-c", f"import sys; sys.stdout.write({told!r} + '\\n' + {told!r}[:-3])"), "torn")
    assert [child.receive(60), child.receive(60)] == [[1], DIED]
    child.kill()


STRAY = """
import os
os.write(1, b'warning: old\\n3\\n[1]\\nnull\\n{"a": 1}\\n"told"\\n\\xff\\xfe\\nhalf a line')
from zoo.child import channel
parent = channel()
parent.tell("first")
print("more")
os.write(1, b"still more")
parent.tell(None)
"""


def test_stray_lines_on_standard_output_are_no_values_and_stop_none():
    child = Child((sys.executable, "-c", STRAY), "stray")
    assert [child.receive(60) for _ in range(3)] == ["first", None, DIED]
    child.kill()


def test_a_child_that_falls_silent_and_lives_on_is_ended_for_its_obituary():
    child = Child((sys.executable, "-c", "import os, time; os.close(1); time.sleep(600)"), "mute")
    assert child.receive(60) is DIED
    assert child.obituary() == "the mute fell silent and was ended"
    assert not _is_there(child.pid)
    child.kill()


def test_an_obituary_can_be_asked_for_while_the_child_is_killed_and_after_it(child):
    child.begin_kill()
    assert child.receive(60) is DIED
    child.kill()
    assert child.obituary() == "the echo was killed by SIGKILL (out of memory?)"


def test_what_is_sent_to_a_dead_child_is_heard_by_nobody(child):
    child.kill()
    child.kill()
    child.send("anything")
    assert child.receive(60) is DIED


def test_a_killed_child_leaves_no_process_and_a_child_ends_with_its_parent():
    code = f"import sys, time; from zoo.child import *; c = Child((sys.executable, '-c', {ECHO!r}), 'echo')"
    parent = Child((sys.executable, "-c", f"{code}; channel().tell(c.pid); time.sleep(600)"), "parent")
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
