"""fit: train one recipe on prepared splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import tensorflow as tf

from zoo.builders import builder_space
from zoo.dataset import Split, Splits
from zoo.errors import Diverged
from zoo.metrics import METRICS
from zoo.recipe import Recipe
from zoo.trained import Trained
from zoo.training.program import CURE, Data, Program, Tally

if TYPE_CHECKING:
    from zoo.workspace import Workspace


class Callback(Protocol):
    """What may watch a training, and end it by raising."""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Receive the metrics of `epoch`, counted from 1, such as `val/accuracy`."""


@dataclass
class Progress:
    """The history of a training, the best weights so far, and the last epoch that was better in any way."""

    history: list[Mapping[str, float]] = field(default_factory=list)
    best: tuple[float, float] = (-np.inf, -np.inf)  # goal, then minus validation loss: many epochs tie on accuracy
    best_epoch: int = 0
    weights: tuple[np.ndarray, ...] = ()
    lowest_loss: float = np.inf
    risen_epoch: int = 0


def fit(recipe: Recipe, splits: Splits, workspace: Workspace, callbacks: Sequence[Callback] = ()) -> Trained:
    """Train `recipe` on `splits.train`, watched on `splits.validation`; keep the weights of the best epoch.

    Stops when for `train.patience` epochs neither `train.monitor` nor the validation loss has been better than ever:
    on small data accuracy rests on plateaus while the loss still falls. Raises Diverged when the loss or a weight
    stops being finite. Whatever a callback raises passes through.
    """
    program = workspace.program(recipe, splits.task)
    program.reset(recipe.seed, _live_values(recipe))
    progress = Progress()
    for epoch in range(1, recipe.train.epochs + 1):
        order = epoch_order(recipe.seed, epoch, len(splits.train))
        logs = _train_epoch(program, workspace.tensors(splits.train), order, recipe.train.batch_size)
        logs |= _validate(program, workspace.tensors(splits.validation)[0], splits.validation)
        _advance(progress, program, epoch, logs, recipe.train.monitor)
        for callback in callbacks:
            callback.on_epoch_end(epoch, logs)
        if epoch - progress.risen_epoch >= recipe.train.patience:
            break
    return Trained(recipe, splits.task, progress.weights, tuple(progress.history), progress.best_epoch)


def epoch_order(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the order in which `epoch` visits the training rows: it follows from the seed and the epoch alone."""
    return np.random.default_rng((seed, epoch)).permutation(rows).astype("int32")


def _live_values(recipe: Recipe) -> dict[str, float]:
    space = builder_space(recipe.builder)
    of_model = {name: recipe.model.get(name, parameter.default) for name, parameter in space.items() if parameter.live}
    return {**of_model, "learning_rate": recipe.train.learning_rate, "weight_decay": recipe.train.weight_decay}


def _train_epoch(program: Program, data: Data, order: np.ndarray, batch: int) -> dict[str, float]:
    rows, visits, tally = len(order), tf.constant(order), Tally.zero()
    steps, first = -(-rows // batch), 0
    while first < steps:
        last = min(steps, first + program.pace.steps)
        tally = program.run(data, visits, (first, last), batch, tally)
        first = last
    return {"train/log_loss": float(tally.loss) / rows, "train/accuracy": int(tally.correct) / rows}


def _validate(program: Program, x: tf.Tensor, split: Split) -> dict[str, float]:
    logits = program.logits(x).astype("float64")
    if not np.isfinite(logits).all():
        raise Diverged(f"an answer to a validation row is not finite; {CURE}.")
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    probabilities = shifted / shifted.sum(-1, keepdims=True)
    return {f"val/{name}": metric(probabilities, split.y) for name, metric in METRICS.items()}


def _advance(progress: Progress, program: Program, epoch: int, logs: Mapping[str, float], monitor: str) -> None:
    progress.history.append(logs)
    goal, loss = logs[f"val/{monitor}"], logs["val/log_loss"]
    if goal > progress.best[0] or loss < progress.lowest_loss:
        progress.risen_epoch = epoch
    progress.lowest_loss = min(progress.lowest_loss, loss)
    if (goal, -loss) > progress.best:
        progress.best, progress.best_epoch, progress.weights = (goal, -loss), epoch, program.weights()
