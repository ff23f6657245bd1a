"""Workers: child processes that import TensorFlow once and train trial after trial."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from search.children.failing import Failure, error_of
from search.children.following import Audience, Trainer
from search.children.runners import Finished
from search.children.succession import MOST_BYTES, Succession
from zoo.memory import budget
from zoo.recipe import Recipe, Source

COMMAND = (sys.executable, "-m", "search.children._worker")
STOP_S = 2.0


class Worker:
    """Trains in a child process, which is started early, and anew when it died or fills too much memory.

    One thread runs trials; another one may `close` the worker. Rows may fill `memory` bytes of a child's memory, where
    their source does not say, else half of what is free.
    """

    def __init__(
        self,
        threads: int = 1,
        command: Sequence[str] = COMMAND,
        most_bytes: int = MOST_BYTES,
        memory: int | None = None,
    ) -> None:
        given = (threads,) if memory is None else (threads, memory)
        self.children = Succession((*command, *map(str, given)), most_bytes)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start a child unless one is there; return at once."""
        self.children.start()

    def expect(self, source: Source, preparation: Mapping[str, Any]) -> None:
        """Let the child, and those that come after it, read and prepare data before the first trial asks for it."""
        self.children.expect({"kind": "read", "data": source.to_json(), "preparation": dict(preparation)})

    def settle(self, callbacks: Sequence[Any] = ()) -> None:
        """Wait until the child is ready and has read what it expects, heeding as `run` does; raises the same."""
        self.children.settle(Audience(callbacks))

    def run(
        self,
        recipe: Recipe,
        folder: Path,
        callbacks: Sequence[Any] = (),
        waits: Sequence[int] = (),
        *,
        checkpoint: Path | None = None,
        limit_s: float | None = None,
    ) -> Finished:
        """Train `recipe` as `search.children.runners.Runner.run` says; the child reads its data from where it lies.

        Several times a second the `heed()` of callbacks that have one is called as well. Raises what the training
        raised, by `failing.error_of`; TooSlow for a child that does not heed its limit; WorkerDied when the
        child dies; ChildProcessError when none can be started; WorkerClosed once the worker is closed.
        """
        audience = Audience(callbacks)
        places = {"folder": str(folder), "checkpoint": None if checkpoint is None else str(checkpoint)}
        asked = {"waits": list(waits), "hooks": audience.hooks, "limit_s": limit_s}
        order = {"kind": "train", "recipe": recipe.to_json(), **asked, **places}
        trainer = self.children.ready(audience)
        try:
            end = trainer.train(order, audience)
        except BaseException as error:
            self._stop(trainer, STOP_S if isinstance(error, Exception) else 0)
            raise
        if end is None:
            raise self.children.death(trainer)
        self.children.recycle(trainer)
        if end["kind"] == "failed":
            raise error_of(Failure(*end["failure"]))
        return Finished(**end["finished"])

    def close(self) -> None:
        """Kill the children at once; a `run` in another thread ends with WorkerClosed."""
        self.children.close()

    def begin_close(self) -> None:
        """Begin what `close` does and return at once."""
        self.children.begin_close()

    def _stop(self, trainer: Trainer, patience_s: float) -> None:
        """End a training that is not wanted any more, and with it a child that does not listen in time."""
        if trainer.stop(patience_s):
            self.children.recycle(trainer)
        else:
            self.children.drop(trainer)


class Crew:
    """`count` workers for as many threads of one study; leaving the `with` block closes them.

    Rows may fill `memory` bytes in each: half of what is free now, shared among them and this process.
    """

    def __init__(
        self, count: int, threads: int = 1, command: Sequence[str] = COMMAND, most_bytes: int = MOST_BYTES
    ) -> None:
        self.memory = budget(None) // (count + 1)
        self.workers = tuple(Worker(threads, command, most_bytes, self.memory) for _ in range(count))
        self._free: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.workers:
            self._free.put(worker)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the children; return at once."""
        for worker in self.workers:
            worker.start()

    def expect(self, source: Source, preparation: Mapping[str, Any]) -> None:
        """Let all children read and prepare data before the first trial asks for it."""
        for worker in self.workers:
            worker.expect(source, preparation)

    def settle(self, callbacks: Sequence[Any] = ()) -> None:
        """Wait until all children are ready and have read, so that they take no time from what is timed."""
        for worker in self.workers:
            worker.settle(callbacks)

    @contextmanager
    def borrow(self) -> Iterator[Worker]:
        """Lend a worker that nobody has inside the block, waiting for one if need be."""
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)

    def run(self, *trial: Any, **control: Any) -> Finished:
        """Train by a free worker, as `Worker.run` does."""
        with self.borrow() as worker:
            return worker.run(*trial, **control)

    def close(self) -> None:
        """Kill all children; trainings in other threads end with WorkerClosed."""
        for worker in self.workers:
            worker.begin_close()
        for worker in self.workers:
            worker.close()
