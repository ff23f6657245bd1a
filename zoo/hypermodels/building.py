"""Models of a user's own `build(hp)` or HyperModel: as they compiled them, made from a recipe's plain values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from zoo.errors import BadValue, Infeasible, Unsupported, ZooError
from zoo.hypermodels.answering import Meaning, meaning_of
from zoo.hypermodels.hyperparameters import HyperParameters
from zoo.hypermodels.plugins import Plugin, plugin_in
from zoo.task import Task

if TYPE_CHECKING:
    from zoo.recipe import Recipe

PASSED = ("fit", "batch_size", "class_weight", "epochs")
_IGNORED = ("x", "y", "validation_data", "callbacks", "verbose")  # of keras.Model.fit: the training decides them


@dataclass(frozen=True)
class Compiled:
    """A user's model, compiled by them; `meaning` says what its outputs are, `fitting` what their fit asks for.

    `fitting` may hold batch_size, class_weight and epochs.
    """

    network: keras.Model
    task: Task
    meaning: Meaning
    fitting: Mapping[str, Any]

    def entered(self, x: Any) -> Any:
        """Return prepared rows as the network takes them: pixels in bytes become numbers from 0 to 1."""
        return keras.ops.cast(x, "float32") * (1 / 255) if self.task.dtype == "uint8" else x

    def answers(self) -> keras.Model:
        """Return the model whose weights are the network's: prepared rows in, probabilities or quantities out."""
        bare = keras.Model(self.network.inputs[0], self.network.outputs[0], name=self.network.name)  # without optimizer
        if bare.input.dtype == self.task.dtype:
            return keras.Model(bare.input, self.meaning.answers(bare.output), name=bare.name)
        inputs = keras.Input(self.task.input_shape, dtype=self.task.dtype)
        x = keras.layers.Rescaling(1 / 255)(inputs) if self.task.dtype == "uint8" else inputs
        return keras.Model(inputs, self.meaning.answers(bare(x)), name=bare.name)


def made(recipe: Recipe, task: Task) -> Compiled:
    """Return the model that a recipe's plugin builds from its values; errors are those of `asked` and `Plugin.load`."""
    if len(recipe.plugins) != 1:
        raise BadValue(f"the recipe has {len(recipe.plugins)} plugins; a model of a user's own has one. Restore it.")
    plugin = plugin_in(recipe.plugins[0])
    return asked(plugin, task, HyperParameters(recipe.model))


def asked(plugin: Plugin, task: Task, hp: HyperParameters) -> Compiled:
    """Return the model that the plugin builds from what `hp` answers, which remembers what it was asked.

    Raises BadValue for a build that fails or whose model is not compiled, or does not fit the task; Unsupported for
    what is no functional model of one input and one output, or a fit that does more than choose what it passes on;
    ZooError of `zoo.errors` that the build itself raises pass through, so that it may say Infeasible.
    """
    where = f"{plugin.path}:{plugin.name}"
    builder = _instance(plugin.load(), task, where)
    network = _built(builder, hp, task, where)
    _require_compiled(network, where)
    fitting = _fitting(builder, hp, where) if _has_own_fit(builder) else {}
    return Compiled(network, task, meaning_of(network, task, where), fitting)


def require_measurable(compiled: Compiled, where: str) -> Compiled:
    """Return the model; raise BadValue unless its loss and metrics can be computed, as they are for two made-up rows.

    Keras looks at them only when training begins.
    """
    network, task = compiled.network, compiled.task
    labels = np.zeros(2, "int32") if task.classes else np.zeros((2, task.outputs), "float32")
    targets, outputs = compiled.meaning.targets(labels), np.full((2, network.output_shape[-1]), 0.5, "float32")
    given = {"y": keras.ops.convert_to_tensor(targets), "y_pred": keras.ops.convert_to_tensor(outputs)}
    try:
        network.compute_loss(**given)
        network.compute_metrics(x=None, **given)
        network.reset_metrics()
    except Exception as error:
        what = " ".join(str(error).split())[:300].rstrip(".")
        raise BadValue(
            f"{where} compiles a loss or metrics that fail for targets {targets.shape} of {targets.dtype} and outputs "
            f"{outputs.shape}: {type(error).__name__}: {what}. Name others in model.compile."
        ) from error
    return compiled


def _offered(task: Task) -> dict[str, Any]:
    """Return what a build or a HyperModel's constructor may take by name, beside `hp`."""
    known = {"input_shape": task.input_shape, "outputs": task.outputs, "task": task}
    return {**known, "classes": task.outputs} if task.classes else known


def _instance(found: Any, task: Task, where: str) -> Any:
    """Return a function as it is, and a HyperModel of a class, made with what its constructor asks for."""
    if not isinstance(found, type):
        return found
    return _called(found, where, task)


def _built(builder: Any, hp: HyperParameters, task: Task, where: str) -> Any:
    declare = getattr(builder, "declare_hyperparameters", None)
    if declare is not None:
        declare(hp)
    build = getattr(builder, "build", builder)
    if not callable(build):
        raise BadValue(f"{where} is {type(builder).__name__}; it must be a function build(hp) or a HyperModel.")
    return _called(build, where, task, hp)


def _called(function: Callable[..., Any], where: str, task: Task, *given: Any) -> Any:
    named = {name: value for name, value in _offered(task).items() if name in _parameters(function)}
    try:
        return function(*given, **named)
    except ZooError:
        raise
    except (Exception, SystemExit) as error:
        if getattr(type(error), "__name__", "") == "FailedTrialError":  # KerasTuner's word for values that do not fit
            raise Infeasible(f"{where}: {' '.join(str(error).split())}") from error
        line = _line_of(error, where)
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        raise BadValue(f"{where} failed{line}: {what.rstrip('.')}. Mend it for rows {task.input_shape}.") from error


def _parameters(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the parameters of a function; KerasTuner wraps a HyperModel's own `build`, which knows them."""
    own = getattr(function, "__self__", None)
    inner = getattr(own, "_build", None) if getattr(function, "__name__", "") == "_build_wrapper" else None
    try:
        return inspect.signature(inner or function).parameters
    except (TypeError, ValueError):
        return {}


def _line_of(error: BaseException, where: str) -> str:
    """Return ` in line N` of the user's own file, where the traceback comes through it."""
    import traceback

    path = where.rpartition(":")[0]
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(path)]
    return f" in line {lines[-1]}" if lines else ""


def _require_compiled(network: Any, where: str) -> None:
    if not isinstance(network, keras.Model):
        kind = type(network).__name__
        raise BadValue(f"{where} returned {kind}; it must return a compiled keras.Model. Add `return model`.")
    if not network.compiled or network.loss is None:
        raise BadValue(f"{where} returned a model without a loss; compile it: model.compile(optimizer, loss).")


def _has_own_fit(builder: Any) -> bool:
    fit = getattr(type(builder), "fit", None)
    return fit is not None and not str(getattr(fit, "__module__", "")).startswith("keras_tuner")


class _Catcher:
    """Stands for the model in a user's `fit` and catches what it passes on."""

    def __init__(self) -> None:
        self.caught: list[dict[str, Any]] = []

    def fit(self, *rows: Any, **passed: Any) -> Any:
        """Take note of what would be passed to keras.Model.fit."""
        self.caught.append(passed)
        return keras.callbacks.History()


def _fitting(builder: Any, hp: HyperParameters, where: str) -> dict[str, Any]:
    """Return what a HyperModel's own `fit` passes on to keras.Model.fit; raise Unsupported when it does more."""
    catcher, given = _Catcher(), {"validation_data": (None, None), "callbacks": [], "verbose": 0}
    rule = "only batch_size, class_weight and epochs can be chosen in it. Do the rest in build, or drop fit"
    try:
        builder.fit(hp, catcher, None, None, **given)
    except ZooError:
        raise
    except Exception as error:
        raise Unsupported(f"fit of {where} does more than call model.fit ({error}); {rule}.") from error
    if len(catcher.caught) != 1:
        raise Unsupported(f"fit of {where} calls model.fit {len(catcher.caught)} times; {rule}.")
    passed = {name: value for name, value in catcher.caught[0].items() if value is not None}
    for name, value in passed.items():
        if name not in PASSED and not (name in _IGNORED and value == given.get(name)):
            raise Unsupported(f"fit of {where} passes {name} to model.fit; {rule}.")
    return {name: value for name, value in passed.items() if name in PASSED}
