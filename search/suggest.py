"""Values for one trial, asked of anything that can suggest: Optuna's trial, a slot, a tuner's parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from search.spaces import BUILDER, SHARED, Space, StudySpace
from zoo.space import Float, Parameter


class Asker(Protocol):
    """What is asked: a whole number, a number, or one of some choices, each by name."""

    def suggest_int(self, name: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Return a number from `low` to `high`."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """Return one of `choices`."""


@dataclass(frozen=True)
class Suggestion:
    """All values of one trial, drawn or not: a builder, its arguments, and what all builders share."""

    builder: str
    model: Mapping[str, Any]
    train: Mapping[str, Any]
    preparation: Mapping[str, Any]
    augment: Mapping[str, float]


def suggest(space: StudySpace, asker: Asker) -> Suggestion:
    """Return values for one trial: the builder first, then what it takes, then what all share, training last.

    Asked are `model.builder` where there are several, `mlp.units` and the like, `train.learning_rate` and the like.
    """
    names = tuple(space.builders)
    builder = asker.suggest_categorical(BUILDER, names) if len(names) > 1 else names[0]
    model = _values(space.builders[builder], builder, asker)
    shared = {part: _values(getattr(space, part), part, asker) for part in SHARED}
    return Suggestion(builder, model, **shared)


def asked(space: StudySpace) -> list[str]:
    """Return every name that `suggest` may ask for."""
    first = [BUILDER] if len(space.builders) > 1 else []
    parts = space.parts().items()
    return first + [f"{part}.{name}" for part, own in parts for name, p in own.items() if len(p.domain.points()) > 1]


def _values(space: Space, owner: str, asker: Asker) -> dict[str, Any]:
    values: dict[str, Any] = {}
    idle: set[str] = set()
    for name, parameter in space.items():
        if _matters(parameter, values, idle):
            values[name] = _value(parameter, f"{owner}.{name}", asker)
        else:
            idle.add(name)
            values[name] = parameter.default
    return values


def _matters(parameter: Parameter, values: Mapping[str, Any], idle: set[str]) -> bool:
    when = parameter.when
    return when is None or (when.parent not in idle and values[when.parent] in when.values)


def _value(parameter: Parameter, name: str, asker: Asker) -> Any:
    points = parameter.domain.points()
    if len(points) < 2:
        return points[0] if points else parameter.default
    if isinstance(parameter.domain, Float):
        low, high = points
        return asker.suggest_float(name, low, high, log=parameter.domain.log)
    if ordered(points):
        return points[asker.suggest_int(name, 0, len(points) - 1)]  # the index keeps the order, whatever the steps
    return asker.suggest_categorical(name, points)


def ordered(points: Sequence[Any]) -> bool:
    """Return whether points are numbers, ascending."""
    numbers = all(isinstance(point, (int, float)) and not isinstance(point, bool) for point in points)
    return numbers and list(points) == sorted(points)
