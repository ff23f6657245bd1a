"""Training of a model that its user compiled: their loss, optimizer and metrics, by `keras.Model.fit` an epoch a call.

All else is as in any other training: the order of visits, what is watched, patience, callbacks, checkpoints, the time
limit, and the names in the history.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.dataset import Splits
from zoo.errors import Diverged, Unsupported, ZooError
from zoo.goals import LOSS, watched
from zoo.metrics import measure
from zoo.recipe import Recipe
from zoo.trained import Trained
from zoo.training.callbacks import Callbacks
from zoo.training.feeding import Data, OnDisk, weighted
from zoo.training.guarding import Guard, checkpoints_of
from zoo.training.owned import Owned
from zoo.training.progress import Progress
from zoo.training.visiting import visits
from zoo.training.weighting import require_classes

if TYPE_CHECKING:
    from zoo.workspace import Workspace

UNANSWERED = "health/unanswered"  # the share of validation rows whose answers are not finite, where there are such


def fit_own(
    recipe: Recipe,
    splits: Splits,
    workspace: Workspace,
    callbacks: Sequence[Any] = (),
    *,
    checkpoint: Path | str | None = None,
    limit_s: float | None = None,
) -> Trained:
    """Train the model that the recipe's plugin builds, as `zoo.training.fitting.fit` trains any other.

    A state is kept at the ends of epochs, with the optimizer's and the random ones. Raises what `fit` raises and what
    `zoo.hypermodels.building.made` does; Unsupported for augmentations and for rows that fill more than the memory.
    """
    guard = Guard(checkpoints_of(checkpoint, recipe, splits), limit_s)
    data = _data(recipe, splits, workspace)
    owned = Owned(recipe, splits.task)
    kind = splits.task.kind
    progress = Progress(watched(recipe.train.monitor, kind), LOSS[kind])
    told = Callbacks(callbacks, owned.network, kind, recipe.train.epochs)
    told.train_begin()
    guard.resume(progress, owned, told)
    try:
        timed_out = _train(_Own(recipe, splits, owned, data, progress, told), guard)
        guard.require_an_epoch(progress)
        _require_answers(progress)
    except ZooError:
        guard.clear()
        raise
    finally:
        gc.collect()  # graphs refer to themselves, and each trial has its own
    told.train_end(progress.history[-1])
    return Trained(recipe, splits.task, progress.weights, tuple(progress.history), progress.best_epoch, timed_out)


class _Own:
    """One training of a user's model: what it learns from, how far it is, and who is told."""

    def __init__(
        self, recipe: Recipe, splits: Splits, owned: Owned, data: Data, progress: Progress, told: Callbacks
    ) -> None:
        self.recipe, self.splits, self.owned = recipe, splits, owned
        self.data, self.progress, self.told = data, progress, told

    @property
    def goes_on(self) -> bool:
        """Whether the recipe, the user's own fit and the callbacks want another epoch."""
        asked = self.recipe.train
        last = min(asked.epochs, asked.stop_after or asked.epochs, self.owned.most_epochs)
        return self.progress.epoch <= last and self.progress.idle < asked.patience and not self.told.stopped

    def epoch(self) -> dict[str, float]:
        """Train one epoch; return its metrics, raise Diverged when an answer or a weight is not finite."""
        number = self.progress.epoch
        order = visits(self.recipe, number, self.splits)
        logs = self.owned.epoch(self.data, order, number, self.recipe.train.batch_size)
        answers, health = self.owned.judged(self.splits.validation.x)
        lost = ~np.isfinite(answers).all(axis=1)
        if not self.owned.is_finite or (lost.any() and self.splits.validation.scale is not None):
            raise Diverged(f"answers or weights are no longer finite after epoch {number}; lower the learning rate.")
        if lost.any():  # young moving averages of batch norm do this to models that recover
            answers, health[UNANSWERED] = _all_wrong(self.splits), float(lost.mean())
        validation = {f"val/{name}": value for name, value in measure(answers, self.splits.validation).items()}
        return _of_training(logs, self.owned, self.splits) | validation | health


def _train(training: _Own, guard: Guard) -> bool:
    """Train until the last epoch, patience or a callback ends it; return whether the time limit did so before."""
    progress, told = training.progress, training.told
    while training.goes_on:
        if guard.time_is_up:
            return True
        epoch = progress.epoch
        told.epoch_begin(epoch)
        logs = training.epoch()
        progress.advance(logs, training.owned)
        told.epoch_end(epoch, logs)
        guard.save_if_due(progress, training.owned)  # once nobody has stopped it: who goes on is not asked again
    return False


def _all_wrong(splits: Splits) -> np.ndarray:
    """Return answers (validation rows, classes) that are sure of a wrong class: no epoch is worth less."""
    classes = splits.task.outputs
    return np.eye(classes, dtype="float32")[(splits.validation.y + 1) % classes]


def _require_answers(progress: Progress) -> None:
    """Raise Diverged when even the best epoch has no finite answers to some rows."""
    epoch = progress.best_epoch
    if UNANSWERED in progress.history[epoch - 1]:
        raise Diverged(f"answers are not finite after epoch {epoch}, the best; add train.epochs, or lower the rate.")


def _data(recipe: Recipe, splits: Splits, workspace: Workspace) -> Data:
    """Return the rows to learn from, weighted as the recipe says."""
    if recipe.augment:
        raise Unsupported(f"augment names {next(iter(recipe.augment))}; a model of your own augments in its layers.")
    require_classes(recipe.train, splits.task.kind)
    train = workspace.tensors(splits.train, splits.dataset.source.memory)
    if isinstance(train.x, OnDisk):
        raise Unsupported("the rows fill more than the memory; a model of your own needs them in it. Try --rows.")
    balanced = recipe.train.class_weight == "balanced"
    return weighted(train, splits.train, splits.task.outputs) if balanced else train


def _of_training(logs: Mapping[str, float], owned: Owned, splits: Splits) -> dict[str, float]:
    """Return what keras.Model.fit tells of an epoch as histories name it: the loss as it was compiled, and metrics.

    A loss that is the squared error of quantities, or the cross entropy, is told as `train/rmse` and `train/log_loss`
    too.
    """
    named = {f"train/{name}": float(value) for name, value in logs.items()}
    if owned.loss_is_plain:
        loss, scale = named["train/loss"], splits.train.scale
        named |= {"train/log_loss": loss} if scale is None else {"train/rmse": max(loss, 0.0) ** 0.5 * scale.deviation}
    return named
