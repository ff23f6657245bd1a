"""Builders for KerasTuner: a HyperModel over the spaces of `zoo tune`. The only file that imports keras_tuner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import keras_tuner

from search.drawing.hyperparameters import drawn
from search.drawing.spaces import StudySpace, adjusted, study_space
from zoo.builders import BUILDERS, build, require_accepts
from zoo.data import load_data
from zoo.dataset import Splits
from zoo.errors import Infeasible
from zoo.goals import direction, watched
from zoo.optimizers import make_optimizer
from zoo.splits import split
from zoo.task import Task
from zoo.training.extras import OF_OPTIMIZER, PLAIN

# of TrainConfig: KerasTuner's objective, callbacks and `search` say what these would
LEFT_TO_KERAS = (
    *("patience", "monitor", "class_weight", "sampling"),
    *("fidelity", "stop_after", "precision", "jit_compile"),
    *("loss", "label_smoothing", "focal_gamma", "huber_delta", "quantile", "l1", "max_norm"),
    *("clip_value", "clip_variable_norm", "sharpness", "lookahead", "lookahead_share", "ema_momentum"),
    *("schedule", "warm_up", "restarts", "rate_end", "plateau_patience", "plateau_factor"),
)
PREPARATION = "preparation."
_DIRECTIONS = {"minimize": "min", "maximize": "max"}  # KerasTuner's words


def hyper_model(
    builder: str,
    task_or_data: Task | Any,
    *,
    target: str | None = None,
    fixed: Mapping[str, Any] | None = None,
    narrowed: Mapping[str, Any] | None = None,
) -> ZooHyperModel:
    """Return the builder as a HyperModel for any tuner of KerasTuner.

    `task_or_data` is a Task, or data as `search.tune` takes it: then `splits` of the result holds its prepared rows.
    `fixed` and `narrowed` take dotted names as `search.tune` does, such as `{"train.epochs": 10}`; `preparation.*` can
    be fixed only, for all trials share the prepared rows. Raises UnknownName, BadValue and Unsupported for what does
    not fit.
    """
    fixed = dict(fixed or {})
    names = [name for name in fixed if name.startswith(PREPARATION)]
    preparation = {name.removeprefix(PREPARATION): fixed.pop(name) for name in names}
    is_task = isinstance(task_or_data, Task)
    splits = None if is_task else split(load_data(task_or_data, target), preparation=preparation)
    task = task_or_data if splits is None else splits.task
    BUILDERS.get(builder)
    require_accepts(builder, task.modality)
    return ZooHyperModel(builder, task, _space(builder, fixed, narrowed or {}), splits)


class ZooHyperModel(keras_tuner.HyperModel):
    """A builder whose `model.*` and `train.*` values KerasTuner draws.

    Its models give what `zoo.build` gives, compiled: scores of each class before the softmax, or a quantity in
    standard deviations, (rows, task.outputs). `objective` is what a tuner should aim at.
    """

    def __init__(self, builder: str, task: Task, space: StudySpace, splits: Splits | None = None) -> None:
        super().__init__(name=builder)
        self.builder, self.task, self.space, self.splits = builder, task, space, splits

    @property
    def objective(self) -> keras_tuner.Objective:
        """The validation metric of this kind of task and its direction; errors are in standard deviations."""
        is_forecast = self.splits is not None and "lookback" in self.splits.dataset.facts
        metric = "mae" if is_forecast else watched("auto", self.task.kind)
        return keras_tuner.Objective(f"val_{metric}", _DIRECTIONS[direction(metric)])

    def build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Return a compiled model; values that cannot be built together fail the trial, not the search."""
        model_values = drawn(hp, "model", self.space.builders[self.builder])
        train = drawn(hp, "train", self.space.train)
        try:
            model = build(self.builder, self.task, **model_values)
        except Infeasible as error:
            raise keras_tuner.errors.FailedTrialError(str(error)) from error
        _regularize(model, train["l2"])
        model.compile(_optimizer(train), **_judged(self.task))
        return model

    def fit(self, hp: keras_tuner.HyperParameters, model: keras.Model, *args: Any, **named: Any) -> Any:
        """Train as `keras.Model.fit` does; epochs and batch size are the drawn ones unless the search names them."""
        train = drawn(hp, "train", self.space.train)
        return model.fit(*args, **{"epochs": train["epochs"], "batch_size": train["batch_size"], **named})


def _space(builder: str, fixed: Mapping[str, Any], narrowed: Mapping[str, Any]) -> StudySpace:
    space = study_space([builder], {}, {})
    train = {name: parameter for name, parameter in space.train.items() if name not in LEFT_TO_KERAS}
    return adjusted(StudySpace(space.builders, train), fixed, narrowed)


def _optimizer(train: Mapping[str, Any]) -> keras.optimizers.Optimizer:
    values = {name: train[name] for name in ("form", *OF_OPTIMIZER) if train[name] != getattr(PLAIN, name)}
    optimizer = make_optimizer(train["optimizer"], train["learning_rate"], train["weight_decay"], **values)
    optimizer.global_clipnorm = train["clip_norm"] or None
    return optimizer


def _regularize(model: keras.Model, l2: float) -> None:
    """Add l2 * sum(w^2) over the kernels, weights of rank 2 and more, to the loss."""
    for weight in model.trainable_variables:
        if l2 and len(weight.shape) > 1:
            weight.regularizer = keras.regularizers.L2(l2)


def _judged(task: Task) -> dict[str, Any]:
    """Return the loss and the metrics of a task, as `compile` takes them."""
    if task.kind == "regression":
        return {"loss": "mean_squared_error", "metrics": [keras.metrics.RootMeanSquaredError("rmse"), "mae"]}
    return {"loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "metrics": ["accuracy"]}
