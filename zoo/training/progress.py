"""How far a training is: what it has found so far, and the steps done of the epoch that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.goals import gain
from zoo.training.program import Program
from zoo.training.tally import Tally

FACTS = ("history", "best", "best_epoch", "lowest_loss", "risen_epoch", "steps")


@dataclass
class Progress:
    """The history of a training, the best weights so far, and the last epoch that was better in any way.

    `steps` are those done of the epoch that runs, `tally` the sums over their rows.
    """

    monitor: str
    loss: str
    history: list[Mapping[str, float]] = field(default_factory=list)
    best: tuple[float, float] = (-np.inf, -np.inf)  # goal, then minus validation loss: many epochs tie on accuracy
    best_epoch: int = 0
    weights: tuple[np.ndarray, ...] = ()
    lowest_loss: float = np.inf
    risen_epoch: int = 0
    steps: int = 0
    tally: Tally = field(default_factory=Tally.zero)

    @property
    def epoch(self) -> int:
        """The epoch that runs, counted from 1."""
        return len(self.history) + 1

    @property
    def idle(self) -> int:
        """How many epochs have ended since the last one that was better in any way."""
        return len(self.history) - self.risen_epoch

    def advance(self, logs: Mapping[str, float], program: Program) -> None:
        """Take in the metrics of the epoch that ran; the program's weights are kept when they are the best so far."""
        self.history.append(logs)
        epoch, self.steps, self.tally = len(self.history), 0, Tally.zero()
        goal, loss = gain(self.monitor, logs[f"val/{self.monitor}"]), logs[f"val/{self.loss}"]
        if goal > self.best[0] or loss < self.lowest_loss:
            self.risen_epoch = epoch
        self.lowest_loss = min(self.lowest_loss, loss)
        if (goal, -loss) > self.best:
            self.best, self.best_epoch, self.weights = (goal, -loss), epoch, program.weights()

    def packed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return all of it as arrays and JSON values."""
        best = {f"best.{place}": weight for place, weight in enumerate(self.weights)}
        tally = {f"tally.{name}": part.numpy() for name, part in self.tally._asdict().items()}
        return best | tally, {name: getattr(self, name) for name in FACTS}

    def restore(self, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Become what `packed` was called of."""
        for name in FACTS:
            setattr(self, name, facts[name])
        self.best = tuple(facts["best"])
        self.weights = tuple(arrays[f"best.{place}"] for place in range(sum(n.startswith("best.") for n in arrays)))
        self.tally = Tally(*(tf.constant(arrays[f"tally.{name}"]) for name in Tally._fields))
