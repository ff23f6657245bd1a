"""The parent's side of a training in a child process: it hears what happens, calls callbacks and says when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from queue import Empty
from typing import Any

from zoo.child import DIED, Child
from zoo.errors import TooSlow, Unsupported
from zoo.training.hooks import HOOKS

HEED_S = 0.2
GRACE_S = 30.0  # at least, to make the program before the first step, and to end the last one
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
        """Call the hook that the child tells of; after `on_trained` it writes its weights."""
        if told["kind"] == "begun":
            self._call("on_begun", told["parameters"])
        elif told["kind"] == "trained":
            self._call("on_trained")
        elif told["kind"] == "hook":
            self._call(told["name"], *told["given"])

    def _call(self, name: str, *given: Any) -> None:
        for callback in self.callbacks:
            if hasattr(callback, name):
                getattr(callback, name)(*given)


class Patience:
    """How long a child is waited for that has `limit_s` seconds to train: as long again at most, from the first step.

    It is waited for `GRACE_S` at least, and for ever without a limit. A training ends in time by itself, unless it
    hangs.
    """

    def __init__(self, limit_s: float | None) -> None:
        self.limit_s, self._until = limit_s, math.inf

    def hear(self, told: Mapping[str, Any]) -> None:
        """Begin to count when the model is built."""
        if told["kind"] == "begun" and self.limit_s is not None:
            self._until = time.monotonic() + self.limit_s + max(GRACE_S, self.limit_s)

    def require(self) -> None:
        """Raise TooSlow when the child should have ended long ago."""
        if time.monotonic() > self._until:
            late = max(GRACE_S, self.limit_s)
            raise TooSlow(
                f"the training did not end {late:g} s after its {self.limit_s:g} s were up, so its worker was ended. "
                "Allow more, or make the model or the data smaller."
            )


class Trainer:
    """One child process that trains.

    `resident` is how many bytes of memory it filled when it told last, `at_first` when its first trial had ended.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.child = Child(command, "worker")
        self.is_ready = self.has_died = False
        self.resident = self.at_first = 0
        self._unread = 0

    def fills(self, most: int) -> float:
        """Return how much of its room is filled since its first trial: 1 is all.

        The room is what that trial left of `most` bytes of memory, and an eighth of `most` at least: where data fills
        nearly all, it would in another child too. So a child may hold `most` bytes, or an eighth of `most` above what
        its first trial filled, whichever is more.
        """
        return (self.resident - self.at_first) / max(most - self.at_first, most // 8)

    def expect(self, order: Mapping[str, Any]) -> None:
        """Send an order to read what trials will ask for."""
        self._unread += 1
        self.child.send(order)

    def finish_reading(self, audience: Audience) -> None:
        """Wait until all that is expected is read, or the child has died."""
        while self._unread and not self.has_died:
            if self._hear(HEED_S) is None:
                audience.heed()

    def becomes_ready(self, audience: Audience, awaited: bool) -> bool:
        """Return whether the child can take orders, which is waited for if asked to; False for one that died."""
        while not self.is_ready and not self.has_died:
            if self._hear(HEED_S if awaited else 0) is None and not awaited:
                break
            audience.heed()
        return self.is_ready and not self.has_died

    def train(self, order: Mapping[str, Any], audience: Audience) -> Mapping[str, Any] | None:
        """Return how the child says that an order to train ended: one of ENDS; None when it died.

        Raises TooSlow for a child that does not heed the limit of its training.
        """
        self.child.send(order)
        patience = Patience(order.get("limit_s"))
        while not self.has_died:
            told = self._hear(HEED_S)
            if told is None:
                audience.heed()
            elif told["kind"] in ENDS:
                self.at_first = self.at_first or self.resident
                return told
            else:
                patience.hear(told)
                audience.hear(told)
                if told.get("waits"):
                    self.child.send({"kind": "go"})
            patience.require()
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
        self._unread -= told["kind"] == "read"
        return told
