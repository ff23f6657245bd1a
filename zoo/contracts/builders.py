"""What every builder promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from zoo.builders import BUILDERS, build, builder_space
from zoo.contracts import Promise, require
from zoo.contracts.bench import CLASSES, Bench, task_of
from zoo.contracts.fresh import own_modules, require_rebuilt
from zoo.contracts.training import require_live, small_recipe, trained_twice
from zoo.errors import Infeasible
from zoo.formats import Variant
from zoo.live import live_values
from zoo.proving.weighing import weigh
from zoo.signature import parameters_in
from zoo.space import Choice, Domain, Part
from zoo.trained import Trained
from zoo.training.fitting import fit
from zoo.training.initial import recorded_initial_values

SETTINGS = 6  # of each builder, that together visit both ends of every range and every choice
# of parts, which have contracts of their own, kinds that differ in what a builder must make for them
PARTS = {"activation": ("relu", "maxout", "prelu", "elu", "gelu", "hard_swish")}
FILES = ("float32", "int8")
MOST_STRUCTURES = 36


def options_of(domain: Choice) -> tuple[Any, ...]:
    """Return the options of a choice that settings visit."""
    return PARTS.get(domain.kind, domain.options) if isinstance(domain, Part) else domain.options


def settings(name: str) -> list[dict[str, Any]]:
    """Return settings that together visit each option, and of each number its high end once and its low end else."""
    space = builder_space(name).values()
    numbers = [parameter.name for parameter in space if not isinstance(parameter.domain, Choice)]
    most = max((len(options_of(one.domain)) for one in space if isinstance(one.domain, Choice)), default=0)
    found = []
    for pick in range(max(SETTINGS, most)):
        values = {}
        for parameter in space:
            place = numbers.index(parameter.name) if parameter.name in numbers else 0
            values[parameter.name] = _end(parameter.domain, pick, place)
        found.append(values)
    return found


def _end(domain: Domain, pick: int, place: int) -> Any:
    if isinstance(domain, Choice):
        options = options_of(domain)
        return options[pick % len(options)]
    return domain.high if place % SETTINGS == pick else domain.low


def described(name: str, bench: Bench) -> None:
    """Require a docstring, ranges that source and function tell alike, and a search of few structures."""
    entry, space = BUILDERS.entries[name], builder_space(name)
    require(entry.summary, f"{name} has no docstring. Say what it builds.")
    require(list(parameters_in(entry.node)) == list(space), "its source tells other ranges than the function has.")
    for parameter in space.values():
        for value in (parameter.default, *parameter.domain.points()):
            parameter.domain.check(value, f"{name}.{parameter.name}")
    counts = [len(one.domain.points()) or 1 for one in space.values() if not one.live]
    told = f"a study would meet {np.prod(counts)} structures of it, and each is compiled anew"
    require(np.prod(counts) <= MOST_STRUCTURES, f"{told}; {MOST_STRUCTURES} at most. Say less in search=(...).")


def answering(name: str, bench: Bench) -> None:
    """Require a number a class, or one of a quantity, for each kind of rows that it accepts, by Keras's layers."""
    for modality in BUILDERS.entries[name].facts["accepts"]:
        for classes in (CLASSES, 0):
            task = task_of(modality, classes)
            model = build(name, task)
            told = f"for {modality} rows {task.input_shape} its answers are {model.output_shape}"
            require(model.output_shape == (None, task.outputs), f"{told}; they must be {(None, task.outputs)}.")
            foreign = own_modules(model._flatten_layers(include_self=False))
            require(not foreign, f"it is made of {', '.join(foreign)}. Use keras.layers only, for files to be read.")
            ends = _last_activation(model)
            require(ends == "linear", f"it ends in {ends}; it must give scores, before any {ends}. Take it out.")


def bytes_rescaled(name: str, bench: Bench) -> None:
    """Require that images in bytes are taken as they are, and are numbers from 0 to 1 inside."""
    if "image" not in BUILDERS.entries[name].facts["accepts"]:
        return
    task = task_of("image", dtype="uint8")
    model, floats = build(name, task), build(name, task_of("image"))
    told = f"for images in bytes its input is {model.input.dtype}"
    require(model.input.dtype == "uint8", f"{told}. Write keras.Input(task.input_shape, dtype=task.dtype).")
    floats.set_weights(model.get_weights())
    white = model.predict(np.full((2, *task.input_shape), 255, "uint8"), verbose=0)
    same = np.allclose(white, floats.predict(np.ones((2, *task.input_shape), "float32"), verbose=0), atol=1e-5)
    require(same, "a byte of 255 is not the number 1 inside. Begin with keras.layers.Rescaling(1 / 255).")


def alike(name: str, bench: Bench) -> None:
    """Require that in a program it has the same weights in the same order as outside, and reads its Live values."""
    for modality in BUILDERS.entries[name].facts["accepts"]:
        with live_values() as found:
            inside = build(name, task_of(modality))
        outside = build(name, task_of(modality))
        live = {parameter.name for parameter in builder_space(name).values() if parameter.live}
        unread = sorted(live - set(found))
        cure = f'from zoo.live import live; live("{unread[0]}", {unread[0]})' if unread else ""
        require(not unread, f"it does not read {', '.join(unread)} as Live values. Try {cure}.")
        shapes = [[tuple(weight.shape) for weight in model.weights] for model in (inside, outside)]
        require(shapes[0] == shapes[1], "in a program its weights are others than outside, or in another order.")


def live(name: str, bench: Bench) -> None:
    """Require that each Live value that is on by default changes a training without another trace."""
    space, splits = builder_space(name), bench.splits(BUILDERS.entries[name].facts["accepts"][0])
    for value, parameter in space.items():
        if parameter.live and parameter.when is None:
            require_live(small_recipe(builder=name), f"model.{value}", splits, bench)


def built(name: str, bench: Bench) -> None:
    """Require that each of its settings builds and trains an epoch, or is Infeasible before a weight is made."""
    for values in settings(name):
        require_trained(name, values, bench)


def require_trained(name: str, values: dict[str, Any], bench: Bench) -> Trained | None:
    """Return what a setting trains, None for one that is Infeasible; raise Broken for anything else."""
    splits = bench.splits(BUILDERS.entries[name].facts["accepts"][0])
    with recorded_initial_values() as made:
        try:
            build(name, splits.task, **values)
        except Infeasible:
            require(not made, f"with {values} it is Infeasible, but makes {len(made)} weights first. Check earlier.")
            return None
    trained = fit(small_recipe(values, name), splits, bench.workspace)
    finite = np.isfinite(trained.predict(splits.train.x)).all()
    require(finite, f"with {values} its answers are not finite after an epoch.")
    return trained


def exported(name: str, bench: Bench) -> None:
    """Require LiteRT files in float32 and int8, of builtin operators, for the settings that build, two at least."""
    done = sum(_is_exported(name, values, bench) for values in _distinct(settings(name)))
    wanted = min(2, len(list(_distinct(settings(name)))))
    require(done >= wanted, f"{done} of its settings could be exported; {wanted} must. The others are Infeasible.")


def _is_exported(name: str, values: dict[str, Any], bench: Bench) -> bool:
    splits = bench.splits(BUILDERS.entries[name].facts["accepts"][0])
    try:
        trained = fit(small_recipe(values, name), splits, bench.workspace)
    except Infeasible:
        return False
    for precision in FILES:
        file = weigh(trained, splits, Variant("tflite", precision), bench.converter)
        flexed = [one for one in file.facts.operators if "Flex" in one]
        require(not flexed, f"with {values} the {precision} file needs {', '.join(flexed)}, which LiteRT has not.")
    return True


def repeated(name: str, bench: Bench) -> None:
    """Require that a training repeats by its seed."""
    splits = bench.splits(BUILDERS.entries[name].facts["accepts"][0])
    trained_twice(small_recipe(builder=name), splits, bench)


def rebuilt(name: str, bench: Bench) -> None:
    """Require that a fresh process makes a trained model of it again."""
    splits = bench.splits(BUILDERS.entries[name].facts["accepts"][0])
    require_rebuilt(small_recipe(builder=name), splits, bench)


def _distinct(values: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return iter({str(one): one for one in values}.values())


def _last_activation(model: Any) -> str:
    activation: Callable[..., Any] | None = getattr(model.layers[-1], "activation", None)
    last = type(model.layers[-1]).__name__
    return last.lower() if last == "Softmax" else getattr(activation, "__name__", "linear")


PROMISES: dict[str, Promise] = {
    "it says what it is, and its ranges can be read before it runs": described,
    "it answers a score a class, or a quantity, by Keras's own layers": answering,
    "images in bytes are rescaled inside": bytes_rescaled,
    "in a program and outside it has the same weights": alike,
    "Live values change a training without another trace": live,
    "each end of its ranges and each choice builds and trains, or is Infeasible": built,
    "LiteRT files in float32 and int8 of its settings": exported,
    "a training repeats by its seed": repeated,
    "a fresh process makes a trained model of it again": rebuilt,
}
