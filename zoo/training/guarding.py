"""What looks after a training between slices of steps: its time limit, and the states that outlast a kill."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from zoo.dataset import Splits
from zoo.errors import TooSlow
from zoo.recipe import Recipe
from zoo.training.callbacks import Callbacks
from zoo.training.checkpoint import Checkpoints
from zoo.training.program import Program
from zoo.training.progress import Progress


class Guard:
    """The clock and the checkpoints of one training: None for no limit, and for no states."""

    def __init__(
        self, checkpoints: Checkpoints | None, limit_s: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._checkpoints, self._clock, self._began = checkpoints, clock, clock()
        self._limit_s = np.inf if limit_s is None else limit_s

    @property
    def seconds(self) -> float:
        """How long the training has taken, before it was resumed too."""
        return self._clock() - self._began

    @property
    def time_is_up(self) -> bool:
        """Whether the training has taken as long as it may."""
        return self.seconds >= self._limit_s

    def require_an_epoch(self, progress: Progress) -> None:
        """Raise TooSlow when no epoch has ended."""
        if not progress.history:
            raise TooSlow(
                f"the time limit of {self._limit_s:g} s was up before the first epoch ended. Allow more, or make the "
                "model or the data smaller."
            )

    def save_if_due(self, progress: Progress, program: Program) -> None:
        """Save all that a new process needs to go on from here, when the last state is old enough."""
        if self._checkpoints and self._checkpoints.due():
            arrays, facts = progress.packed()
            self._checkpoints.save(arrays | program.state(), facts | {"seconds": self.seconds})

    def resume(self, progress: Progress, program: Program, callbacks: Callbacks) -> None:
        """Go on from the newest state, if there is one; callbacks are told what was trained before."""
        saved = self._checkpoints.load() if self._checkpoints else None
        if saved is None:
            return
        arrays, facts = saved
        progress.restore(arrays, facts)
        callbacks.resumed(tuple(progress.history))
        callbacks.epoch_begin(progress.epoch)
        program.restore(arrays)  # last: what callbacks set again was set when the state was saved
        self._began -= facts["seconds"]

    def clear(self) -> None:
        """Forget all states: the training has ended."""
        if self._checkpoints:
            self._checkpoints.clear()


def checkpoints_of(folder: Path | str | None, recipe: Recipe, splits: Splits) -> Checkpoints | None:
    """Return the states in `folder` of training this recipe on these splits, None without a folder."""
    if folder is None:
        return None
    parts = [recipe.to_json(), splits.task.to_json(), len(splits.train), len(splits.validation)]
    return Checkpoints(Path(folder), hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest())
