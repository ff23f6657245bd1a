"""What every loss promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.contracts import Promise, require
from zoo.contracts.bench import CLASSES, Bench
from zoo.contracts.fresh import require_rebuilt
from zoo.contracts.gradients import require_finite, require_slopes
from zoo.contracts.training import require_live, small_recipe, trained_twice
from zoo.losses import LOSSES, settings_of
from zoo.recipe import SWITCHES, TrainConfig
from zoo.training.fitting import fit

EXTREMES = np.array([1e4, -1e4, 0.0, 1e-40, -1e-40, 1.0, -1.0, 88.0], "float32")
ROWS = 400
HORIZON = 3


def classes_of(name: str) -> int:
    """Return of how many classes a loss is tried, 0 for one of quantities."""
    facts = LOSSES.entries[name].facts
    return facts.get("classes", CLASSES) if "classification" in facts["kinds"] else 0


def described(name: str, bench: Bench) -> None:
    """Require a docstring."""
    require(LOSSES.entries[name].summary, f"{name} has no docstring. Say what it returns.")


def finite(name: str, bench: Bench, **values: float) -> None:
    """Require finite losses, one a row, and gradients, of random and of extreme scores."""
    for y, scores, where in (*_random(name), *_extreme(name)):
        loss = _loss(name, y, **values)
        losses = require_finite(loss, scores, where)
        shape = () if _is_of_batches(name) else (len(scores),)
        of = "one number" if _is_of_batches(name) else f"one number a row, {shape}"
        told = f"targets {y.shape} and scores {scores.shape} have losses {losses.shape} of {losses.dtype}"
        require(losses.shape == shape and losses.dtype == "float32", f"{told}; they must be {of} of float32.")


def sloped(name: str, bench: Bench) -> None:
    """Require that its gradient is its central difference."""
    for y, scores, _ in _random(name):
        require_slopes(_loss(name, y), scores)


def lowered(name: str, bench: Bench) -> None:
    """Require that trainings lower it and repeat by their seed."""
    for classes in _kinds(name):
        splits = bench.splits(classes=classes)
        recipe = small_recipe({"units": 32}, epochs=4, loss=name, learning_rate=0.02)
        history = fit(recipe, splits, bench.workspace).history
        label = next(one for one in ("train/loss", "train/log_loss", "train/rmse") if one in history[0])
        told = f"{label} went from {history[0][label]:.4g} to {history[-1][label]:.4g} in {len(history)} epochs"
        require(history[-1][label] < history[0][label], f"{told}; it must fall.")
        trained_twice(recipe, splits, bench)


def rebuilt(name: str, bench: Bench) -> None:
    """Require that a fresh process makes a model again that was trained by it."""
    require_rebuilt(small_recipe(loss=name), bench.splits(classes=next(_kinds(name))), bench)


def live(name: str, bench: Bench) -> None:
    """Require that each of its settings changes a training without another trace."""
    for classes in _kinds(name):
        for setting in settings_of(name):
            recipe = small_recipe(loss=name, **({setting: 0.5} if setting in SWITCHES else {}))
            require_live(recipe, f"train.{setting}", bench.splits(classes=classes), bench)


def _kinds(name: str) -> Iterator[int]:
    """Yield of how many classes it is trained, 0 of quantities, for each kind of answer that it is for."""
    kinds = LOSSES.entries[name].facts["kinds"]
    if "classification" in kinds:
        yield classes_of(name)
    if "regression" in kinds:
        yield 0


def _is_of_batches(name: str) -> bool:
    return bool(LOSSES.entries[name].facts.get("whole_batch"))


def _loss(name: str, y: np.ndarray, **values: float) -> Callable[[Any], Any]:
    """Return the loss as a function of scores, its settings variables as in a program, at defaults or `values`."""
    given = (tf.ones(len(y)),) if _is_of_batches(name) else ()
    wanted = {**{setting: getattr(TrainConfig(), setting) for setting in settings_of(name)}, **values}
    settings = {setting: tf.Variable(value, dtype="float32") for setting, value in wanted.items()}
    truth, function = tf.constant(y), LOSSES.get(name)
    return lambda scores: function(truth, scores, *given, **settings)


def _random(name: str) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    random, where = np.random.default_rng(1), "random scores"
    for classes in _kinds(name):
        if classes:
            scores = random.normal(0, 3, (ROWS, classes)).astype("float32")
            yield random.integers(0, classes, ROWS).astype("int32"), scores, where
            continue
        y, scores = random.normal(size=(2, ROWS, HORIZON)).astype("float32")
        yield y[:, 0], scores[:, :1], where
        yield y, scores, f"{where} of forecasts"


def _extreme(name: str) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    where = "extreme scores"
    for classes in _kinds(name):
        if classes:
            scores = np.array([np.roll(EXTREMES, place)[:classes] for place in range(len(EXTREMES))])
            yield (np.arange(len(scores)) % classes).astype("int32"), scores, where
        else:
            yield np.roll(EXTREMES, 3), EXTREMES[:, np.newaxis], where


PROMISES: dict[str, Promise] = {
    "it says what it is": described,
    "losses, one a row, and gradients are finite, at random and extreme scores": finite,
    "its gradient is its central difference": sloped,
    "trainings lower it and repeat by their seed": lowered,
    "a fresh process makes a model again that was trained by it": rebuilt,
    "Live settings change a training without another trace": live,
}
