"""fit: train one recipe on prepared splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from zoo.augmentations import checked_strengths, needed_facts
from zoo.builders import builder_space
from zoo.dataset import Split, Splits
from zoo.goals import LOSS, gain, watched
from zoo.recipe import Recipe, TrainConfig
from zoo.space import space_of
from zoo.task import Task
from zoo.trained import Trained
from zoo.training.feeding import Data, pieces, weighted
from zoo.training.judging import metrics_of
from zoo.training.program import Judged, Program, Tally
from zoo.training.weighting import balanced_order, epoch_order, require_classes

if TYPE_CHECKING:
    from zoo.workspace import Workspace


class Callback(Protocol):
    """What may watch a training, and end it by raising."""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Receive the metrics of `epoch`, counted from 1, such as `val/accuracy`."""


@dataclass
class Progress:
    """The history of a training, the best weights so far, and the last epoch that was better in any way."""

    monitor: str
    loss: str
    history: list[Mapping[str, float]] = field(default_factory=list)
    best: tuple[float, float] = (-np.inf, -np.inf)  # goal, then minus validation loss: many epochs tie on accuracy
    best_epoch: int = 0
    weights: tuple[np.ndarray, ...] = ()
    lowest_loss: float = np.inf
    risen_epoch: int = 0

    def advance(self, epoch: int, logs: Mapping[str, float], program: Program) -> None:
        """Take in the metrics of `epoch`; the program's weights are kept when they are the best so far."""
        self.history.append(logs)
        goal, loss = gain(self.monitor, logs[f"val/{self.monitor}"]), logs[f"val/{self.loss}"]
        if goal > self.best[0] or loss < self.lowest_loss:
            self.risen_epoch = epoch
        self.lowest_loss = min(self.lowest_loss, loss)
        if (goal, -loss) > self.best:
            self.best, self.best_epoch, self.weights = (goal, -loss), epoch, program.weights()


def fit(
    recipe: Recipe,
    splits: Splits,
    workspace: Workspace,
    callbacks: Sequence[Callback] = (),
    *,
    checkpoint: Path | None = None,
    limit_s: float | None = None,
) -> Trained:
    """Train `recipe` on `splits.train`, watched on `splits.validation`; keep the weights of the best epoch.

    Stops when for `train.patience` epochs neither `train.monitor` nor the validation loss has been better than ever:
    on small data accuracy rests on plateaus while the loss still falls. Rows on the disk that fill more memory than
    the source allows are read chunk by chunk, and give the same bits. Raises BadValue when `train.monitor` is no
    goal of this kind of answer or there are no classes to balance, Unsupported for an augmentation that does not
    suit, Diverged when the loss or a weight stops being finite. Whatever a callback raises passes through.
    """
    task, seed = splits.task, recipe.seed
    progress = Progress(watched(recipe.train.monitor, task.kind), LOSS[task.kind])
    live, (train, validation) = _live_values(recipe, task), _data(recipe, splits, workspace)
    program = workspace.program(recipe, task, needed_facts(recipe.augment, splits))
    program.reset(seed, live)
    for epoch in range(1, recipe.train.epochs + 1):
        tally = _train_epoch(program, train, _order(recipe, epoch, splits.train), recipe.train.batch_size)
        judged = program.judged(validation)
        logs = _training_logs(tally, splits.train) | _validation_logs(judged, splits.validation)
        logs |= _health_logs(tally, judged, -(-len(splits.train) // recipe.train.batch_size))
        progress.advance(epoch, logs, program)
        for callback in callbacks:
            callback.on_epoch_end(epoch, logs)
        if epoch - progress.risen_epoch >= recipe.train.patience:
            break
    return Trained(recipe, task, progress.weights, tuple(progress.history), progress.best_epoch)


def _data(recipe: Recipe, splits: Splits, workspace: Workspace) -> tuple[Data, Data]:
    """Return the rows to learn from, weighted as the recipe says, and those to watch."""
    require_classes(recipe.train, splits.task.kind)
    memory = splits.dataset.source.memory
    train, validation = (workspace.tensors(part, memory) for part in (splits.train, splits.validation))
    balanced = recipe.train.class_weight == "balanced"
    return (weighted(train, splits.train, splits.task.outputs) if balanced else train), validation


def _order(recipe: Recipe, epoch: int, train: Split) -> np.ndarray:
    if recipe.train.sampling == "balanced":
        return balanced_order(recipe.seed, epoch, train.y)
    return epoch_order(recipe.seed, epoch, len(train))


def _live_values(recipe: Recipe, task: Task) -> dict[str, float]:
    space = builder_space(recipe.builder)
    of_model = {name: recipe.model.get(name, parameter.default) for name, parameter in space.items() if parameter.live}
    of_training = {name: getattr(recipe.train, name) for name, p in space_of(TrainConfig).items() if p.live}
    strengths = checked_strengths(recipe.augment, task)
    return {**of_model, **of_training, **{f"augment.{name}": value for name, value in strengths.items()}}


def _train_epoch(program: Program, data: Data, order: np.ndarray, batch: int) -> Tally:
    tally = Tally.zero()
    for piece, visits in pieces(data, order, batch):
        steps, first = -(-len(visits) // batch), 0
        while first < steps:
            last = min(steps, first + program.pace.steps)
            tally = program.run(piece, visits, (first, last), batch, tally)
            first = last
    return tally


def _training_logs(tally: Tally, train: Split) -> dict[str, float]:
    """Return what the epoch's own answers, dropout, augmentation and row weights and all, were worth."""
    mean = float(tally.loss) / len(train)
    if train.scale is not None:
        return {"train/rmse": mean**0.5 * train.scale.deviation}
    return {"train/log_loss": mean, "train/accuracy": int(tally.correct) / len(train)}


def _validation_logs(judged: Judged, split: Split) -> dict[str, float]:
    return {f"val/{name}": value for name, value in metrics_of(judged.sums, split).items()}


def _health_logs(tally: Tally, judged: Judged, steps: int) -> dict[str, float]:
    """Return the signs of health: dead and saturated units only where the model has some that can be."""
    logs = {"gradient_norm": float(tally.gradient_norm) / steps, "update_ratio": float(tally.update_ratio)}
    if judged.alive.size:
        logs["dead_units"] = 1 - float(judged.alive.mean())
    if judged.saturated is not None:
        logs["saturated"] = judged.saturated
    return {f"health/{name}": value for name, value in logs.items()}
