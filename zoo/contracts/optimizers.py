"""What every optimizer promises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from zoo.contracts import Promise, require
from zoo.contracts.bench import Bench, same
from zoo.contracts.fresh import require_rebuilt
from zoo.contracts.training import require_live, small_recipe, trained_twice
from zoo.live import live_values
from zoo.optimizers import OPTIMIZERS, make_optimizer
from zoo.recipe import Recipe
from zoo.training.extras import OF_OPTIMIZER
from zoo.training.feeding import data_of
from zoo.training.fitting import live_values_of
from zoo.training.program import Program
from zoo.training.tally import Tally
from zoo.training.updating import update_of

if TYPE_CHECKING:
    from zoo.dataset import Splits

START = np.random.default_rng(0).normal(size=(3, 2)).astype("float32")
EXTREMES = np.array([[1e4, -1e4], [0.0, -0.0], [1e-40, -1e-40]], "float32")
RATES = (1e-3, 1e-2, 1e-1, 1.0)
STEPS = 100
FORMS = ("keras", "paper")
GO_ON = "import sys; from zoo.contracts.optimizers import go_on; go_on(sys.argv[1])"


def forms_of(name: str) -> tuple[str, ...]:
    """Return the forms that an optimizer has: Keras's and its paper's, or the one."""
    return FORMS if "form" in signature(OPTIMIZERS.get(name)).parameters else FORMS[:1]


def described(name: str, bench: Bench) -> None:
    """Require a docstring, and an optimizer of Keras's kind."""
    require(OPTIMIZERS.entries[name].summary, f"{name} has no docstring. Say what its step is.")
    made = make_optimizer(name, 0.1, 0.25)
    kind = type(made).__name__
    require(isinstance(made, keras.optimizers.Optimizer), f"{name} returns {kind}; it must be a keras Optimizer.")
    rate = float(made.learning_rate)
    require(abs(rate - 0.1) < 1e-6, f"asked for the learning rate 0.1 it has {rate:g}. Pass learning_rate on.")


def finite(name: str, bench: Bench) -> None:
    """Require finite weights after steps along gradients that are huge, zero or too small for float32."""
    for form in forms_of(name):
        steps = _Steps(name, form=form)
        for gradient in (EXTREMES, EXTREMES[::-1], np.zeros_like(EXTREMES)):
            weights = steps.take(gradient)
            require(np.isfinite(weights).all(), "after steps along extreme gradients weights are not finite.")


def lowered(name: str, bench: Bench) -> None:
    """Require that it descends: sum(w^2) falls in 100 steps at one of the usual learning rates, without decay."""
    lengths = [_length_after(name, rate) for rate in RATES]
    before = float(np.sum(START**2))
    told = ", ".join(f"{length:.3g} at {rate:g}" for length, rate in zip(lengths, RATES, strict=True))
    require(min(lengths) < before, f"from {before:.3g} the sum of w^2 came in {STEPS} steps to {told}; it must fall.")


def live(name: str, bench: Bench) -> None:
    """Require that learning rate, weight decay and its own values change its steps without another trace."""
    splits = bench.splits()
    require_live(small_recipe(optimizer=name), "train.learning_rate", splits, bench)
    steps = _Steps(name)
    told = "the weight decay does not reach it. Pass weight_decay on to the Keras optimizer"
    require("weight_decay" in steps.variables, f"{told}.")
    require_live(small_recipe(optimizer=name, learning_rate=0.1), "train.weight_decay", splits, bench)
    for value in OF_OPTIMIZER:
        if value in signature(OPTIMIZERS.get(name)).parameters:
            require_live(small_recipe(optimizer=name, **{value: 0.5}), f"train.{value}", splits, bench)


def stored(name: str, bench: Bench) -> None:
    """Require that Keras makes it again from what it saves of it."""
    for form in forms_of(name):
        made = make_optimizer(name, 0.1, 0.25, form=form)
        again = keras.optimizers.deserialize(json.loads(json.dumps(keras.optimizers.serialize(made))))
        is_same = type(again) is type(made) and again.get_config() == made.get_config()
        require(is_same, "made again from its config it is another one. Complete get_config.")


def resumed(name: str, bench: Bench) -> None:
    """Require that what it has gathered, saved by one process, goes on to the same bits in a fresh one."""
    require_resumed({form: small_recipe(optimizer=name, form=form) for form in forms_of(name)}, bench)


def require_resumed(recipes: Mapping[str, Recipe], bench: Bench) -> None:
    """Raise Broken unless a second epoch of each recipe is the same in a fresh process; one process for all."""
    folder, splits, whole = bench.folder(), bench.splits(), {}
    for name, recipe in recipes.items():
        state = after_epochs(recipe, splits, None, 1)["state"]
        np.savez(folder / f"{name}.npz", **state)
        (folder / f"{name}.json").write_text(json.dumps(recipe.to_json()), "utf-8")
        whole[name] = after_epochs(recipe, splits, None, 2)["weights"]
    bench.alone(GO_ON, str(folder))
    for name, weights in whole.items():
        with np.load(folder / f"{name}.weights", allow_pickle=False) as found:
            there = [found[key] for key in found.files]
        require(same(weights, there), f"{name}: gone on with in a fresh process it ends with other weights.")


def repeated(name: str, bench: Bench) -> None:
    """Require that a training repeats by its seed."""
    trained_twice(small_recipe(optimizer=name), bench.splits(), bench)


def rebuilt(name: str, bench: Bench) -> None:
    """Require that a fresh process makes a model again that was trained by it."""
    require_rebuilt(small_recipe(optimizer=name), bench.splits(), bench)


def after_epochs(recipe: Recipe, splits: Splits, state: Mapping[str, Any] | None, epochs: int) -> dict[str, Any]:
    """Return the weights and the state after more epochs of a fresh program, from `state` where there is one."""
    program, data = Program(recipe, splits.task), data_of(splits.train)
    program.reset(recipe.seed, live_values_of(recipe, splits.task))
    if state is not None:
        program.restore(state)
    for _ in range(epochs):
        program.run(data, tf.range(len(data.y)), (0, 4), 10, Tally.zero())
    return {"weights": program.weights(), "state": program.state()}


def go_on(folder: str) -> None:
    """Train each recipe in a folder for another epoch, from its state: what a fresh process is asked for."""
    from zoo.recipe import read_recipe
    from zoo.workspace import Workspace

    with Bench(Workspace(threads=1)) as bench:
        for path in sorted(Path(folder).glob("*.json")):
            recipe = read_recipe(path)
            with np.load(path.with_suffix(".npz"), allow_pickle=False) as state:
                found = after_epochs(recipe, bench.splits(), dict(state), 1)
            with path.with_suffix(".weights").open("wb") as file:
                np.savez(file, *found["weights"])


class _Steps:
    """One compiled step of an optimizer on one weight, whose rates are variables."""

    def __init__(self, name: str, rate: float = 0.01, decay: float = 0.0, **values: Any) -> None:
        with live_values() as self.variables:
            optimizer = make_optimizer(name, 1.0, 1.0, **values)
        self.weight = keras.Variable(START)
        optimizer.build([self.weight])
        optimizer.learning_rate.assign(rate)
        if "weight_decay" in self.variables:
            self.variables["weight_decay"].assign(decay)
        take = update_of(optimizer)
        self._step = tf.function(lambda gradient: take([gradient], [self.weight]), autograph=False)

    def take(self, gradient: np.ndarray) -> np.ndarray:
        """Return the weight after one more step."""
        self._step(tf.constant(gradient))
        return self.weight.numpy()


def _length_after(name: str, rate: float) -> float:
    """Return the sum of w^2 after STEPS steps down that sum; inf where that is not finite."""
    steps, weights = _Steps(name, rate), START
    for _ in range(STEPS):
        weights = steps.take(2 * weights)
    length = float(np.sum(weights.astype("float64") ** 2))
    return length if np.isfinite(length) else np.inf


PROMISES: dict[str, Promise] = {
    "it says what it is, and is a Keras optimizer with the rate that it is given": described,
    "weights stay finite, at huge, zero and vanishing gradients": finite,
    "it descends": lowered,
    "learning rate, weight decay and its own values change it without another trace": live,
    "Keras makes it again from what it saves": stored,
    "a state saved by one process goes on to the same bits in a fresh one": resumed,
    "a training repeats by its seed": repeated,
    "a fresh process makes a model again that was trained by it": rebuilt,
}
