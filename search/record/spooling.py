"""What a training leaves in its trial's spool as it goes on: metrics, learning rate and health, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from search.record.epoch_rates import RATE, rate_of
from search.record.spool import Spool
from zoo.goals import LOSS
from zoo.recipe import Recipe
from zoo.training.rungs import rungs

DIVERGED = "health/diverged"
_LOSSES = tuple(f"val/{name}" for name in LOSS.values())


@dataclass(frozen=True)
class Spooling:
    """Writes each epoch's metrics to a spool, safe against a power cut at rungs; `rows` are those of an epoch.

    The compiled program tells the metrics; the learning rate follows from the recipe.
    """

    spool: Spool
    recipe: Recipe
    rows: int
    _epochs: list[int] = field(default_factory=list)
    _losses: list[float] = field(default_factory=list)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Append one point to each metric."""
        self._append(epoch, logs, fsync=epoch in rungs(self.recipe.train.epochs))

    def on_resume(self, history: Sequence[Mapping[str, float]]) -> None:
        """Append the points of the epochs that an earlier attempt trained."""
        for epoch, logs in enumerate(history, start=1):
            self._append(epoch, logs)

    def diverged(self) -> None:
        """Append that a loss, a weight or an answer was not finite, which ends a training at once."""
        self.spool.metrics(len(self._epochs), {DIVERGED: 1})

    def _append(self, epoch: int, logs: Mapping[str, float], fsync: bool = False) -> None:
        rate = rate_of(self.recipe, epoch, self.rows, self._losses)
        told = dict(sorted(logs.items(), key=_is_beside))
        self.spool.metrics(epoch, told if rate is None else {**told, RATE: rate}, fsync)
        self._epochs.append(epoch)
        self._losses.extend(logs[name] for name in _LOSSES if name in logs)


def _is_beside(metric: tuple[str, float]) -> bool:
    """Tell whether a metric is not of validation rows; pages show first, and compare trials by, what was told first."""
    return not metric[0].startswith("val/")
