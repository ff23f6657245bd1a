"""refine: train a network on from the weights that it has, in the compiled engine; a teacher may stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.augmentations import needed_facts
from zoo.dataset import Splits
from zoo.errors import BadValue, TooSlow
from zoo.trained import Trained
from zoo.training.fitting import data_for, fit_program
from zoo.training.lessons import distillation, taught
from zoo.training.program import Program

if TYPE_CHECKING:
    import keras

    from zoo.workspace import Workspace

# of a program that is used once: XLA's own compilation would take longer than it saves
PLAIN = {"jit_compile": False, "precision": "float32", "fidelity": "epochs", "stop_after": 0}


@dataclass(frozen=True)
class Teacher:
    """Scores (training rows, outputs) to learn from in the order of the rows, and how much of the loss is theirs.

    Scores are logits of classes, or quantities in standard deviations; logs of probabilities are logits too.
    """

    scores: np.ndarray
    temperature: float = 4.0
    share: float = 0.7


@dataclass(frozen=True)
class Refined:
    """A network that was trained on, with the weights of its best epoch, counted from 1, and its metrics by epoch."""

    network: keras.Model
    history: tuple[Mapping[str, float], ...]
    epoch: int


def refine(
    network: keras.Model,
    trained: Trained,
    splits: Splits,
    workspace: Workspace,
    changes: Mapping[str, Any],
    teacher: Teacher | None = None,
) -> Refined:
    """Train `network`, prepared rows to scores, on from its weights; it then holds those of the best epoch.

    Its recipe is that of `trained`, with the `changes` of `train`: epochs, learning_rate ... The network may hold
    layers of any kind. With a teacher rows are not augmented: its scores are of rows as they are, and beside shifted
    digits they cost .7 points of accuracy. The training loss then is `zoo.training.lessons.distillation`, called
    `train/loss` in the history. Raises BadValue for a change or a teacher that does not fit, Diverged where training
    diverges, TooSlow where the time that `workspace` is within was up before the end: half of a lesson repeats nowhere.
    """
    recipe = replace(trained.recipe, train=replace(trained.recipe.train, **{**PLAIN, **changes}))
    if teacher is not None:
        recipe = replace(recipe, augment={})
    train, validation = data_for(recipe, splits, workspace)
    lesson = None
    if teacher is not None:
        _require_fitting(teacher, splits)
        lesson = distillation(splits.task, teacher.temperature, teacher.share)
        train = train._replace(y=taught(train.y, teacher.scores))
    program = Program(recipe, splits.task, needed_facts(recipe.augment, splits), network=network, lesson=lesson)
    found = fit_program(recipe, splits, program, (train, validation), workspace.left_s)
    if found.timed_out:
        raise TooSlow("the time limit was up while the model was made smaller. Allow more, or fewer epochs of it.")
    network.set_weights(found.weights)
    history = found.history if teacher is None else tuple(map(_of_mixed_loss, found.history))
    return Refined(network, history, found.epoch)


def _require_fitting(teacher: Teacher, splits: Splits) -> None:
    wanted = len(splits.train), splits.task.outputs
    if teacher.scores.shape != wanted:
        raise BadValue(
            f"the teacher's scores are {teacher.scores.shape}; they must be {wanted}, one row a training row."
        )
    if not np.isfinite(teacher.scores).all():
        raise BadValue("the teacher's scores are not all finite; clip probabilities before their logarithm is taken.")


def _of_mixed_loss(logs: Mapping[str, float]) -> dict[str, float]:
    """Return an epoch's metrics by names that do not pass the mixed loss for that of the answers alone."""
    return {"train/loss" if name in ("train/log_loss", "train/rmse") else name: value for name, value in logs.items()}
