"""What every activation promises."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from zoo.activations import ACTIVATIONS, activate, pieces, values_of
from zoo.builders import build, builder_space
from zoo.contracts import Promise, require
from zoo.contracts.bench import Bench, task_of
from zoo.contracts.fresh import own_modules, require_loadable, require_rebuilt
from zoo.contracts.gradients import require_finite, require_slopes
from zoo.contracts.training import require_live, small_recipe, trained_twice
from zoo.converter import Order
from zoo.errors import ConversionFailed
from zoo.formats import Variant
from zoo.formats._convert import write_job
from zoo.formats.tflite import TFLite
from zoo.trained import Trained

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = ((6,), (5, 6), (4, 5, 6))  # of a row: channels last
EXTREMES = (1e4, -1e4, 0.0, -0.0, 1e-40, -1e-40, 3.0, -3.0, 1.0, -1.0, 88.0, -88.0)
FILES = {"float32": 1e-5, "int8": 0.06, "int16x8": 0.01}  # precisions, and how far a file's probabilities may be off
FLEX = ("FLEX", "CUSTOM")
MADE_OF = "Build it of keras.layers and keras.ops only, so that files need neither this project nor yours"


def model_of(name: str, shape: tuple[int, ...] = (6,), **values: float) -> keras.Model:
    """Return the activation as a model that answers rows of `shape`; what it learns are random numbers."""
    inputs = keras.Input((*shape[:-1], shape[-1] * pieces(name)))
    model = keras.Model(inputs, activate(inputs, name, **values))
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.1, 0.9, weight.shape) for weight in model.weights])
    return model


def rows(name: str, shape: tuple[int, ...], count: int = 7) -> np.ndarray:
    """Return random rows as `model_of` takes them."""
    size = (count, *shape[:-1], shape[-1] * pieces(name))
    return np.random.default_rng(2).normal(0, 3, size).astype("float32")


def described(name: str, bench: Bench) -> None:
    """Require a docstring, and that all it takes besides is Live."""
    require(ACTIVATIONS.entries[name].summary, f"{name} has no docstring. Say what it returns.")
    fixed = [value for value, parameter in values_of(name).items() if not parameter.live]
    require(
        not fixed, f"{', '.join(fixed)} of {name} is not Live. Mark it so: Annotated[float, Float(0.0, 1.0), Live]."
    )


def finite(name: str, bench: Bench) -> None:
    """Require finite answers and gradients of random and of extreme numbers, shaped as its rows."""
    for shape in SHAPES:
        model, x = model_of(name, shape), rows(name, shape)
        made = model.output_shape
        require(made == (None, *shape), f"rows of {x.shape[1:]} become {made[1:]}; they must become {shape}.")
        require_finite(partial(model, training=True), x, "random numbers")
    x = np.array([np.roll(EXTREMES, place) for place in range(len(EXTREMES))], "float32")
    require_finite(partial(model_of(name, (12 // pieces(name),)), training=True), x, "extreme numbers")


def sloped(name: str, bench: Bench) -> None:
    """Require that its gradient is its central difference."""
    require_slopes(partial(model_of(name), training=True), rows(name, (6,), 400))


def stock(name: str, bench: Bench, **values: float) -> None:
    """Require that outside a program it is made of Keras alone, and is saved and loaded safely."""
    model = model_of(name, (4, 5, 6), **values)
    foreign = own_modules(model.operations)
    require(not foreign, f"it is made of {', '.join(foreign)}. {MADE_OF}.")
    path = bench.folder() / "model.keras"
    model.save(path)
    loaded = keras.models.load_model(path, compile=False, safe_mode=True)
    x = rows(name, (4, 5, 6))
    require(np.array_equal(loaded(x), model(x)), "saved and loaded it answers otherwise.")


def loadable(name: str, bench: Bench) -> None:
    """Require that a process without this project loads what was saved."""
    require_loadable({name: (model_of(name, (5, 6)), rows(name, (5, 6)))}, bench)


def live(name: str, bench: Bench) -> None:
    """Require that each of its values changes a training without another trace."""
    known = builder_space("mlp")
    for value in values_of(name):
        require(value in known, f"no builder has a value {value} to give it. Name it slope or alpha, as those of mlp.")
        recipe = small_recipe({"activation": name})
        require_live(recipe, f"model.{value}", bench.splits(), bench)


def repeated(name: str, bench: Bench) -> None:
    """Require that a training with it repeats by its seed."""
    trained_twice(small_recipe({"activation": name}), bench.splits(), bench)


def rebuilt(name: str, bench: Bench) -> None:
    """Require that a fresh process makes a trained model of it again."""
    require_rebuilt(small_recipe({"activation": name}), bench.splits(), bench)


def exported(name: str, bench: Bench, **values: float) -> dict[str, tuple[str, ...]]:
    """Require LiteRT files of builtin operators, in integers as far as its fact `without` says.

    Returns the operators of each file.
    """
    task, x = task_of("table"), np.random.default_rng(5).normal(size=(60, 6)).astype("float32")
    recipe = small_recipe({"activation": name, **values})
    network = build("mlp", task, **recipe.model)
    trained = Trained(recipe, task, tuple(weight.numpy() for weight in network.weights))
    folder = bench.folder()
    write_job(trained, x, folder)
    return {precision: _operators(name, precision, (trained, x, folder), bench) for precision in FILES}


def _operators(name: str, precision: str, job: tuple[Trained, Any, Path], bench: Bench) -> tuple[str, ...]:
    trained, x, folder = job
    is_lacking = precision in ACTIVATIONS.entries[name].facts.get("without", ())
    path = folder / f"{precision}.tflite"
    try:
        bench.converter.convert(Order(folder, Variant("tflite", precision), path))
    except ConversionFailed as error:
        require(is_lacking, f'{str(error).rstrip(".")}. Or say without=("{precision}",) in @register.')
        return ()
    facts, away = TFLite.facts(path), np.abs(TFLite.open(path).predict(x) - trained.predict(x)).max()
    flexed = [one for one in facts.operators if any(flex in one for flex in FLEX)]
    require(not flexed, f"the {precision} file needs {', '.join(flexed)}, which LiteRT has not.")
    require(away <= FILES[precision], f"the {precision} file's probabilities are {away:.2g} away from the model's.")
    is_whole = facts.integer_share == 1
    told = f"the {precision} file computes {facts.integer_share:.0%} in integers"
    cure = f'Take "{precision}" out of without' if is_lacking else f'Say without=("{precision}",) in @register'
    require(precision == "float32" or is_whole != is_lacking, f"{told}. {cure}.")
    return tuple(facts.operators)


PROMISES: dict[str, Promise] = {
    "it says what it is": described,
    "answers and gradients are finite, at random and extreme numbers": finite,
    "its gradient is its central difference": sloped,
    "outside a program it is made of Keras alone": stock,
    "a process without this project loads it": loadable,
    "Live values change a training without another trace": live,
    "a training repeats by its seed": repeated,
    "a fresh process makes a trained model of it again": rebuilt,
    "LiteRT files in float32, int8 and int16x8": exported,
}
