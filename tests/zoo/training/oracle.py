"""The oracle of the training engine: the same recipe on the same visits, by the engine and by `keras.Model.fit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from zoo.augmentations import needed_facts
from zoo.builders import build, builder_space
from zoo.dataset import Split, Splits
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.trained import Trained
from zoo.training.fitting import fit
from zoo.training.rungs import subset
from zoo.training.weighting import balanced_order, epoch_order
from zoo.workspace import Workspace

SMALL: Mapping[str, Mapping[str, Any]] = {
    "mlp": {"depth": 2, "units": 16, "activation": "elu"},
    "cnn": {"stages": 2, "filters": 4},
    "resnet": {"stages": 2, "filters": 4},
    "ds_cnn": {"blocks": 1, "filters": 8},
    "linear": {"initializer": "glorot_uniform"},  # zeros have no length to compare with
    "wide_deep": {"depth": 1, "units": 8},
    "lstm": {"layers": 1, "units": 8, "direction": "bidirectional"},
    "gru": {"layers": 1, "units": 8, "direction": "bidirectional"},
    "rnn": {"layers": 1, "units": 32},
    "tcn": {"blocks": 2, "filters": 8},
    "text_cnn": {"windows": 2, "filters": 8, "width": 8},
    "transformer": {"blocks": 1, "width": 8, "heads": 2, "positions": "learned"},
}
KERAS = {  # stock optimizers, as a user would write them
    "adam": lambda rate, decay, most: keras.optimizers.AdamW(rate, decay, global_clipnorm=most),
    "sgd": lambda rate, decay, most: keras.optimizers.SGD(rate, weight_decay=decay, global_clipnorm=most),
    "momentum": lambda rate, decay, most: keras.optimizers.SGD(rate, 0.9, weight_decay=decay, global_clipnorm=most),
    "rmsprop": lambda rate, decay, most: keras.optimizers.RMSprop(rate, weight_decay=decay, global_clipnorm=most),
    "nesterov": lambda rate, decay, most: keras.optimizers.SGD(
        rate, 0.9, nesterov=True, weight_decay=decay, global_clipnorm=most
    ),
    "adagrad": lambda rate, decay, most: keras.optimizers.Adagrad(rate, weight_decay=decay, global_clipnorm=most),
    "adadelta": lambda rate, decay, most: keras.optimizers.Adadelta(rate, weight_decay=decay, global_clipnorm=most),
    "adamw": lambda rate, decay, most: keras.optimizers.AdamW(rate, decay, global_clipnorm=most),
}
COMPILED = {
    "classification": (keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"]),
    "regression": (keras.losses.MeanSquaredError(), ["mae"]),
}
RATES = {"adam": 3e-3, "rmsprop": 3e-3, "sgd": 0.05, "momentum": 0.05}
RATES |= {"nesterov": 0.05, "adagrad": 0.05, "adadelta": 1.0, "adamw": 3e-3}
KERNELS = ("kernel", "recurrent_kernel", "embeddings")


@dataclass(frozen=True)
class Course:
    """A training's weights before it and after each epoch, and what was said of each epoch."""

    weights: Sequence[Sequence[np.ndarray]]
    history: Sequence[Mapping[str, float]]
    trained: Trained | None = None


@dataclass
class Snapshots:
    """A callback that keeps a program's weights at the end of each epoch."""

    program: Any
    taken: list[Sequence[np.ndarray]]

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        self.taken.append(self.program.weights())


def recipe(builder: str, epochs: int = 3, seed: int = 5, dropout: float = 0.0, **train: Any) -> Recipe:
    """Return a recipe of a small model; nothing is drawn in it but start weights and the order of rows."""
    model = {**SMALL.get(builder, {}), **({"dropout": dropout} if "dropout" in builder_space(builder) else {})}
    config = TrainConfig(**{"epochs": epochs, "patience": epochs, **train})
    return Recipe(Source("digits"), builder, model, train=config, seed=seed)


def live_of(wanted: Recipe) -> dict[str, float]:
    """Return the Live values of a recipe, as a program's `reset` takes them."""
    space = builder_space(wanted.builder)
    strengths = {f"augment.{name}": value for name, value in wanted.augment.items()}
    model = {name: wanted.model.get(name, p.default) for name, p in space.items() if p.live}
    return {**model, **strengths, **asdict(wanted.train)}


def by_engine(wanted: Recipe, splits: Splits, workspace: Workspace, callbacks: Sequence[Any] = ()) -> Course:
    """Train by `fit`, the engine's own way in."""
    program = workspace.program(wanted, splits.task, needed_facts(wanted.augment, splits), len(splits.train))
    program.reset(wanted.seed, live_of(wanted))
    snapshots = Snapshots(program, [program.weights()])
    trained = fit(wanted, splits, workspace, [*callbacks, snapshots])
    return Course(snapshots.taken, trained.history, trained)


def by_keras(
    wanted: Recipe,
    splits: Splits,
    start: Sequence[np.ndarray],
    watched: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Course:
    """Train a stock model from the weights `start` by `keras.Model.fit`, which visits the rows in the same order.

    `watched` has it judge the validation rows too.
    """
    model, train = compiled_by_keras(wanted, splits.task, start), wanted.train
    rows, weights, history = splits.train, [start], []
    for epoch in range(1, (train.stop_after or train.epochs) + 1):
        order = visits(wanted, epoch, rows)
        given = {"x": rows.x[order], "y": targets_of(rows)[order], **_weights(train, rows, order)}
        given["validation_data"] = (splits.validation.x, targets_of(splits.validation)) if watched else None
        given |= {"epochs": epoch, "initial_epoch": epoch - 1, "callbacks": list(callbacks)}
        said = model.fit(**given, batch_size=train.batch_size, shuffle=False, verbose=0).history
        history.append({name: values[0] for name, values in said.items()})
        weights.append(model.get_weights())
    return Course(weights, history)


def compiled_by_keras(wanted: Recipe, task: Task, start: Sequence[np.ndarray]) -> keras.Model:
    """Return a stock model with the weights `start`, as a user of Keras would compile what the recipe says."""
    model, train = build(wanted.builder, task, **wanted.model), wanted.train
    model.set_weights(start)
    for weight in model.trainable_weights:
        # of 0 for embeddings too: Keras would take a repeated token's gradients as several, and square each by itself
        if weight.name in KERNELS and (train.l2 or weight.name == "embeddings"):
            weight.regularizer = keras.regularizers.L2(train.l2)
    loss, metrics = COMPILED[task.kind]
    optimizer = KERAS[train.optimizer](train.learning_rate, train.weight_decay, train.clip_norm or None)
    model.compile(optimizer, loss, metrics=metrics)
    return model


def visits(wanted: Recipe, epoch: int, rows: Split) -> np.ndarray:
    """Return the rows that an epoch visits, in their order."""
    places = np.arange(len(rows))
    if wanted.train.fidelity == "rows":
        assert 10 <= wanted.train.epochs <= 27
        places = subset(wanted.seed, None if rows.scale else rows.y, len(rows), 1 / 3 if epoch <= 3 else 1.0)
    if wanted.train.sampling == "balanced":
        return places[balanced_order(wanted.seed, epoch, rows.y[places])]
    return places[epoch_order(wanted.seed, epoch, len(places))]


def targets_of(rows: Split) -> np.ndarray:
    """Return answers as Keras's losses take them: labels (rows,), quantities (rows, horizon)."""
    return rows.y if rows.scale is None else rows.y.reshape(len(rows), -1)


def _weights(train: TrainConfig, rows: Split, order: np.ndarray) -> dict[str, Any]:
    """Return the weights that `keras.Model.fit` is given; it does not take those of rows and of classes at once."""
    own = None if rows.weights is None else rows.weights[order] / rows.weights.mean(dtype="float64")
    if train.class_weight == "none":
        return {"sample_weight": own}
    if own is not None:
        return {"sample_weight": own * compute_sample_weight("balanced", rows.y)[order]}
    classes = np.unique(rows.y)
    weights = compute_class_weight("balanced", classes=classes, y=rows.y)
    return {"class_weight": dict(zip(classes.tolist(), weights, strict=True))}


def distance(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> float:
    """Return the norm of the difference, relative to the norm."""
    one, other = (np.concatenate([np.ravel(w) for w in weights]).astype("float64") for weights in (ours, theirs))
    return float(np.linalg.norm(one - other) / np.linalg.norm(other))


def same(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> bool:
    """Return whether all weights are the same to the bit."""
    return all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


def require_alike(ours: Course, theirs: Course, epochs: int = 3) -> None:
    """Require the same weights after each of `epochs`, and that there was something to learn.

    In norm to 1e-6; and each weight alone, for moving averages weigh little beside kernels.
    """
    assert len(ours.weights) == len(theirs.weights) == epochs + 1
    assert distance(theirs.weights[-1], theirs.weights[0]) > 1e-3
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        assert distance(one, other) < 1e-6
        for ours_alone, theirs_alone in zip(one, other, strict=True):
            np.testing.assert_allclose(ours_alone, theirs_alone, rtol=1e-4, atol=1e-5)
