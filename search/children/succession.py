"""One child at work after another: started early, replaced when it dies or fills too much memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

from search.children.following import Audience, Trainer

MOST_BYTES = 2 * 2**30  # of memory that a child may fill, as Trainer.fills counts it
STARTS = 3  # in a row that may fail
SOON, FULL = 0.75, 0.95  # of its room: the other one is being started, and waited for; what is left is for one trial


class WorkerDied(ChildProcessError):
    """A child process was killed or crashed in the middle of a training; the text says how."""


class WorkerClosed(WorkerDied):
    """A worker was closed while it was in use, because the study ends."""


class Stillborn(ChildProcessError):
    """A child died before it could take an order, and there is no other one; the text says how."""


class Succession:
    """The child that takes orders, and at times the one that will take its place.

    A child that fills much of its room, as `Trainer.fills` counts it, works on until another one is ready; one that
    fills nearly all of it gets no order. Where the first trial alone filled more than half of `most_bytes`, two of
    them are never alive: the child works until its room is nearly full and is ended before the next one is started,
    which its next trial waits for. One thread uses it; another one may `close` it.
    """

    def __init__(self, command: Sequence[str], most_bytes: int = MOST_BYTES) -> None:
        self.command, self.most_bytes = command, most_bytes
        self._first_orders: list[Mapping[str, Any]] = []
        self.at_work: Trainer | None = None
        self._coming: Trainer | None = None
        self._alive: list[Trainer] = []
        self._lock, self._closed = Lock(), False

    def start(self) -> None:
        """Start a child unless one is there; return at once."""
        if self.at_work is None:
            self._start_another()

    def expect(self, order: Mapping[str, Any]) -> None:
        """Send an order that no child answers to the one that is there, and to each that comes after it."""
        with self._lock:
            self._first_orders.append(order)
            for trainer in self._alive:
                trainer.expect(order)

    def settle(self, audience: Audience) -> None:
        """Wait until the child is ready and has read what it expects; raise ChildProcessError when none can start."""
        self.ready(audience).finish_reading(audience)

    def ready(self, audience: Audience) -> Trainer:
        """Return the child that takes the next order; raise ChildProcessError when none can be started.

        One that dies while it starts, as any process may be killed, is followed by another one, `STARTS` in all.
        """
        for _ in range(STARTS - 1):
            with suppress(Stillborn):
                return self._ready(audience)
        return self._ready(audience)

    def _ready(self, audience: Audience) -> Trainer:
        self.start()
        old, coming = self.at_work, self._coming
        if coming is None:
            return old
        if coming.becomes_ready(audience, awaited=old is None or old.fills(self.most_bytes) > FULL):
            self.at_work, self._coming, past = coming, None, old
        elif coming.has_died:
            self._coming, past = None, coming
        else:
            return old
        words = "" if self.at_work else f"no worker can be started: {self._last_words(coming)}"
        if past is not None:
            self._end(past)
        if self.at_work is None:
            raise Stillborn(words)
        return self.at_work

    def recycle(self, trainer: Trainer) -> None:
        """Start another child if this one fills nearly as much memory as it may; end it first where it is large."""
        is_large = trainer.at_first > self.most_bytes / 2
        if trainer.fills(self.most_bytes) <= (FULL if is_large else SOON):
            return
        if is_large:
            self.drop(trainer)
        self._start_another()

    def drop(self, trainer: Trainer) -> None:
        """End the child at work; the next order begins with another one."""
        self.at_work = None
        self._end(trainer)

    def death(self, trainer: Trainer) -> WorkerDied:
        """Return how the child at work died; another one is being started."""
        words = self._last_words(trainer)
        self.drop(trainer)
        self._start_another()
        return WorkerDied(words)

    def begin_close(self) -> None:
        """Tell the children to end, which hold nothing that must be kept, and start no more; return at once."""
        with self._lock:
            self._closed = True
            for trainer in self._alive:
                trainer.child.begin_kill()

    def close(self) -> None:
        """Kill the children and wait until they are gone."""
        self.begin_close()
        with self._lock:
            alive = tuple(self._alive)
        for trainer in alive:
            trainer.child.kill()

    def _start_another(self) -> None:
        with self._lock:  # who closes must see every child
            self._require_open()
            if self._coming is None:
                self._coming = Trainer(self.command)
                self._alive.append(self._coming)
                for order in self._first_orders:
                    self._coming.expect(order)

    def _last_words(self, trainer: Trainer) -> str:
        words = trainer.child.obituary()
        with self._lock:  # after it: `close` must not wait, and may be what killed the child
            self._require_open()
        return words

    def _end(self, trainer: Trainer) -> None:
        trainer.child.kill()
        with self._lock:
            self._alive.remove(trainer)

    def _require_open(self) -> None:
        if self._closed:
            raise WorkerClosed("the worker is closed, for the study ends")
