"""What looks after a training between slices of steps: its time limit, and the states that outlast a kill."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from zoo.dataset import Splits
from zoo.errors import TooSlow
from zoo.lazy import LazyRows
from zoo.recipe import Recipe
from zoo.training.callbacks import Callbacks
from zoo.training.checkpoint import Checkpoints
from zoo.training.program import Program
from zoo.training.progress import Progress

if TYPE_CHECKING:
    from zoo.training.owned import Owned

STATE = 1  # counts up when what a state holds, or what a training does with it, changes
SAMPLED = 64  # rows of each part


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

    def save_if_due(self, progress: Progress, program: Program | Owned) -> None:
        """Save all that a new process needs to go on from here, when the last state is old enough."""
        if self._checkpoints and self._checkpoints.due():
            arrays, facts = progress.packed()
            self._checkpoints.save(arrays | program.state(), facts | {"seconds": self.seconds})

    def resume(self, progress: Progress, program: Program | Owned, callbacks: Callbacks) -> None:
        """Go on from the newest state, if there is one; callbacks are told what was trained before.

        An epoch that was cut short has begun for them.
        """
        saved = self._checkpoints.load() if self._checkpoints else None
        if saved is None:
            return
        arrays, facts = saved
        progress.restore(arrays, facts)
        callbacks.resumed(tuple(progress.history))
        if progress.steps:
            callbacks.epoch_begin(progress.epoch)
        program.restore(arrays)  # last: what callbacks set again was set when the state was saved
        self._began -= facts["seconds"]

    def clear(self) -> None:
        """Forget all states: the training cannot end well."""
        if self._checkpoints:
            self._checkpoints.clear()


def checkpoints_of(folder: Path | str | None, recipe: Recipe, splits: Splits) -> Checkpoints | None:
    """Return the states in `folder` of training this recipe on these splits, None without a folder."""
    return None if folder is None else Checkpoints(Path(folder), _key(recipe, splits))


def _key(recipe: Recipe, splits: Splits) -> str:
    """Return the hash of all that a state follows from: it is of no use to a training that differs in any of it.

    Rows go in by the hash of the data that they are from, answers and weights by their own; of rows in memory some
    do too, for they may have been prepared in another way than the recipe says.
    """
    made_by = {"state": STATE, "tensorflow": tf.__version__, "keras": keras.__version__}
    parts = [made_by, recipe.to_json(), splits.task.to_json(), splits.dataset.source.sha256]
    found = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    for rows in (splits.train, splits.validation):
        some = None if isinstance(rows.x, (np.memmap, LazyRows)) else rows.x[:: 1 + len(rows) // SAMPLED]
        for array in (rows.y, rows.weights, some):
            found.update(repr((None, ()) if array is None else (array.dtype, array.shape)).encode())
            found.update(b"" if array is None else np.ascontiguousarray(array).data)
    return found.hexdigest()
