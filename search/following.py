"""The parent's side of a training in a child process: it hears what happens, calls callbacks and says when to stop."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from queue import Empty
from typing import Any

from zoo.child import DIED, Child
from zoo.errors import Unsupported

HEED_S = 0.2
HOOKS = ("on_resume", "on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")
ENDS = ("finished", "stopped", "failed")


class Audience:
    """The callbacks of one training; raises Unsupported for one that needs the model, which is in another process."""

    def __init__(self, callbacks: Sequence[Any]) -> None:
        for callback in callbacks:
            if hasattr(callback, "set_model"):
                name = type(callback).__name__
                raise Unsupported(f"callback {name} needs the model, which a worker trains. Train with workers=0.")
        self.callbacks = callbacks

    @property
    def hooks(self) -> list[str]:
        """The hooks of a training that any callback has."""
        return [name for name in HOOKS if any(hasattr(callback, name) for callback in self.callbacks)]

    def heed(self) -> None:
        """Call `heed` of the callbacks that have it: what they raise ends the training between epochs too."""
        self._call("heed")

    def hear(self, told: Mapping[str, Any]) -> None:
        """Call the hook that the child tells of."""
        if told["kind"] == "begun":
            self._call("on_begun", told["parameters"])
        elif told["kind"] == "hook":
            self._call(told["name"], *told["given"])

    def _call(self, name: str, *given: Any) -> None:
        for callback in self.callbacks:
            if hasattr(callback, name):
                getattr(callback, name)(*given)


class Trainer:
    """One child process that trains; `resident` is how many bytes of memory it filled when it told last."""

    def __init__(self, command: Sequence[str]) -> None:
        self.child = Child(command, "worker")
        self.is_ready = self.has_died = False
        self.resident = self._at_first = 0

    def fills(self, most: int) -> float:
        """Return how much of the room it had after its first trial is filled, up to `most` bytes of memory: 1 is all.

        The room is an eighth of `most` at least: where data fills nearly all, it would in another child too.
        """
        return (self.resident - self._at_first) / max(most - self._at_first, most // 8)

    def becomes_ready(self, audience: Audience, awaited: bool) -> bool:
        """Return whether the child can take orders, which is waited for if asked to; False for one that died."""
        while not self.is_ready and not self.has_died:
            if self._hear(HEED_S if awaited else 0) is None and not awaited:
                break
            audience.heed()
        return self.is_ready and not self.has_died

    def train(self, order: Mapping[str, Any], audience: Audience) -> Mapping[str, Any] | None:
        """Return how the child says that an order to train ended: one of ENDS; None when it died."""
        self.child.send(order)
        while not self.has_died:
            told = self._hear(HEED_S)
            if told is None:
                audience.heed()
            elif told["kind"] in ENDS:
                self._at_first = self._at_first or self.resident
                return told
            else:
                audience.hear(told)
                if told.get("waits"):
                    self.child.send({"kind": "go"})
        return None

    def stop(self, patience_s: float) -> bool:
        """End the training; return whether the child has said within `patience_s` seconds that it did."""
        self.child.send({"kind": "stop"})
        until = time.monotonic() + patience_s
        while not self.has_died and (left := until - time.monotonic()) > 0:
            told = self._hear(left)
            if told is not None and told["kind"] in ENDS:
                return True
        return False

    def _hear(self, limit_s: float) -> Mapping[str, Any] | None:
        """Return what the child tells within `limit_s` seconds; None for nothing, or when it died."""
        try:
            told = self.child.receive(limit_s)
        except Empty:
            return None
        if told is DIED:
            self.has_died = True
            return None
        self.is_ready, self.resident = True, told.get("resident", self.resident)
        return told
