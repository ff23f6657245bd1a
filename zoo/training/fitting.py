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
from zoo.goals import LOSS, gain, watched
from zoo.metrics import measure
from zoo.recipe import Recipe, TrainConfig
from zoo.space import space_of
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


def fit(recipe: Recipe, splits: Splits, workspace: Workspace, callbacks: Sequence[Callback] = ()) -> Trained:
    """Train `recipe` on `splits.train`, watched on `splits.validation`; keep the weights of the best epoch.

    Stops when for `train.patience` epochs neither `train.monitor` nor the validation loss has been better than ever:
    on small data accuracy rests on plateaus while the loss still falls. Raises BadValue when `train.monitor` is no
    goal of this kind of answer, Diverged when the loss or a weight stops being finite. Whatever a callback raises
    passes through.
    """
    kind = splits.task.kind
    progress = Progress(watched(recipe.train.monitor, kind), LOSS[kind])
    program = workspace.program(recipe, splits.task)
    program.reset(recipe.seed, _live_values(recipe))
    for epoch in range(1, recipe.train.epochs + 1):
        order = epoch_order(recipe.seed, epoch, len(splits.train))
        tally = _train_epoch(program, workspace.tensors(splits.train), order, recipe.train.batch_size)
        logs = _training_logs(tally, splits.train)
        logs |= _validate(program, workspace.tensors(splits.validation)[0], splits.validation)
        progress.advance(epoch, logs, program)
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
    of_training = {name: getattr(recipe.train, name) for name, p in space_of(TrainConfig).items() if p.live}
    return {**of_model, **of_training}


def _train_epoch(program: Program, data: Data, order: np.ndarray, batch: int) -> Tally:
    rows, visits, tally = len(order), tf.constant(order), Tally.zero()
    steps, first = -(-rows // batch), 0
    while first < steps:
        last = min(steps, first + program.pace.steps)
        tally = program.run(data, visits, (first, last), batch, tally)
        first = last
    return tally


def _training_logs(tally: Tally, train: Split) -> dict[str, float]:
    """Return what the epoch's own answers, dropout and all, were worth."""
    mean = float(tally.loss) / len(train)
    if train.scale is not None:
        return {"train/rmse": mean**0.5 * train.scale.deviation}
    return {"train/log_loss": mean, "train/accuracy": int(tally.correct) / len(train)}


def _validate(program: Program, x: tf.Tensor, split: Split) -> dict[str, float]:
    logits = program.logits(x).astype("float64")
    if not np.isfinite(logits).all():
        raise Diverged(f"an answer to a validation row is not finite; {CURE}.")
    answers = logits if split.kind == "regression" else _softmax(logits)
    return {f"val/{name}": value for name, value in measure(answers, split).items()}


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)
