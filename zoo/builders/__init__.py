"""Builders of Keras models: a file a model family, whose signature is its search space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoo.errors import Unsupported
from zoo.registry import Registry
from zoo.space import Parameter, checked, space_of

if TYPE_CHECKING:
    import keras

    from zoo.task import Task

BUILDERS = Registry("zoo.builders", "builder")


def build(name: str, task: Task, **values: Any) -> keras.Model:
    """Build the model `name` for `task`: rows of `task.input_shape` in, logits of (rows, task.outputs) out.

    Raises UnknownName for an unknown builder or argument, BadValue for a value outside its domain, Unsupported when
    the builder does not take the task's modality and Infeasible when valid values cannot be built together.
    """
    builder = BUILDERS.get(name)
    require_accepts(name, task.modality)
    return builder(task, **checked(space_of(builder), values, name))


def builder_space(name: str) -> dict[str, Parameter]:
    """Return the ranged arguments of the builder `name`."""
    return space_of(BUILDERS.get(name))


def builders_for(modality: str) -> tuple[str, ...]:
    """Return the names of the builders that take `modality`, without importing any."""
    return tuple(name for name in BUILDERS.names() if modality in BUILDERS.entries[name].facts["accepts"])


def default_builders(modality: str) -> tuple[str, ...]:
    """Return the names of the builders that a study of `modality` takes when none is named, without importing any."""
    return tuple(name for name in BUILDERS.names() if modality in BUILDERS.entries[name].facts["default_for"])


def require_accepts(name: str, modality: str) -> None:
    """Raise Unsupported unless the builder `name` takes rows of `modality`."""
    accepts = BUILDERS.entries[name].facts["accepts"]
    if modality not in accepts:
        others = ", ".join(builders_for(modality)) or "none"
        as_series = ' Arrays of series are named as such: zoo.load_data((x, y), modality="series").'
        hint = as_series if "series" in accepts else ""
        raise Unsupported(
            f"{name} takes {', '.join(accepts)}, not {modality}. Builders for {modality}: {others}.{hint}"
        )
