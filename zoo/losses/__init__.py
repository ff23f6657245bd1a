"""Losses by name: a file each, from answers and a model's scores to one number a row.

`y` are labels (rows,) int32 and `scores` logits (rows, classes), or quantities (rows,) or (rows, horizon) and a model's
(rows, outputs) in standard deviations. A training lowers the mean over the rows of a batch, each row's loss times its
weight; one marked `whole_batch` takes the weights itself and gives one number for all rows. What a loss takes besides
by name are Live settings of training, as `train.focal_gamma`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoo.errors import BadValue, unknown
from zoo.registry import Registry
from zoo.task import Task

if TYPE_CHECKING:
    from zoo.recipe import TrainConfig

LOSSES = Registry("zoo.losses", "loss")
AUTO = "auto"
DEFAULTS = {"classification": "cross_entropy", "regression": "mse"}
# whose mean is the metric that histories are watched by: log_loss, and the square of rmse
PLAIN = ("cross_entropy", "binary_cross_entropy", "mse")


def names() -> tuple[str, ...]:
    """Return every name that `train.loss` takes; `auto` is the usual one of the task."""
    return (AUTO, *LOSSES.names())


def losses_for(kind: str) -> tuple[str, ...]:
    """Return the names of the losses of classification or regression, without importing any."""
    return tuple(name for name in LOSSES.names() if kind in LOSSES.entries[name].facts["kinds"])


def settings_of(name: str) -> tuple[str, ...]:
    """Return the names of the settings of training that a loss takes, without importing it."""
    return LOSSES.entries[name].keywords


def taking(setting: str) -> tuple[str, ...]:
    """Return the names of the losses that take a setting of training, without importing any."""
    return LOSSES.taking(setting)


def loss_for(train: TrainConfig, task: Task) -> str:
    """Return the name of the loss that `train` means for `task`.

    Raises BadValue for one of another kind of answer or number of classes, and for smoothing where there are no labels.
    """
    name = DEFAULTS[task.kind] if train.loss == AUTO else train.loss
    if name not in LOSSES.entries:
        raise unknown(LOSSES.kind, name, names())
    facts, usual = LOSSES.entries[name].facts, DEFAULTS[task.kind]
    if task.kind not in facts["kinds"]:
        others = ", ".join(losses_for(task.kind))
        raise BadValue(f"train.loss is {name}, which is not for {task.kind}: {others} are. Try {usual}.")
    if facts.get("classes", len(task.classes)) != len(task.classes):
        wanted = facts["classes"]
        raise BadValue(f"train.loss is {name}, which is for {wanted} classes, not {len(task.classes)}. Try {usual}.")
    if train.loss == AUTO and train.label_smoothing and "label_smoothing" not in settings_of(name):
        raise BadValue(f"train.label_smoothing is {train.label_smoothing:g}; {name} has no labels to smooth. Try 0.")
    return name


def is_plain(train: TrainConfig, task: Task) -> bool:
    """Return whether the mean loss of a training is the metric of its task that LOSS names, or the square of that."""
    name = loss_for(train, task)
    return name in PLAIN and not (train.label_smoothing and "label_smoothing" in settings_of(name))
