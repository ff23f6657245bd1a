"""What a child hears between the epochs of a training."""

from __future__ import annotations

from queue import SimpleQueue

import pytest

from search.children._worker import Relay, Stopped


class Parent:
    """Keeps what it is told, and has said `said` beforehand."""

    def __init__(self, *said: str) -> None:
        self.told, self.heard = [], SimpleQueue()
        for kind in said:
            self.heard.put({"kind": kind})

    def tell(self, value):
        self.told.append(value)


def test_an_epoch_is_told_and_training_goes_on_unless_the_parent_says_stop():
    parent = Parent()
    Relay(parent, [3], ["on_epoch_end"]).on_epoch_end(1, {"val/accuracy": 0.5})
    assert parent.told == [
        {"kind": "hook", "name": "on_epoch_end", "given": (1, {"val/accuracy": 0.5}), "waits": False}
    ]


def test_hooks_that_nobody_has_are_not_told():
    parent = Parent()
    Relay(parent, [3], []).on_epoch_end(1, {})
    assert parent.told == []


@pytest.mark.parametrize("epoch", [1, 3], ids=["elsewhere", "where it waits"])
def test_stop_ends_the_training(epoch):
    with pytest.raises(Stopped):
        Relay(Parent("read", "stop"), [3], []).on_epoch_end(epoch, {})


def test_where_it_waits_only_go_lets_it_go_on():
    parent = Parent("read", "go", "next")
    Relay(parent, [3], ["on_epoch_end"]).on_epoch_end(3, {})
    assert parent.told[0]["waits"]
    assert parent.heard.get()["kind"] == "next"
