"""Values for one trial, asked of anything that can suggest: Optuna's trial, a slot, a tuner's parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from search.drawing.chains import with_chain
from search.drawing.spaces import BUILDER, SHARED, Space, StudySpace
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
    compress: Mapping[str, Any]


def suggest(space: StudySpace, asker: Asker) -> Suggestion:
    """Return values for one trial: the builder first, then what it takes, then what all share, compression last.

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


def answers(space: StudySpace, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `suggest` must be answered to draw `values` by their dotted names, as a recipe has them.

    What `space` does not search, or not with this value, is left out; so is all when it has no such builder.
    """
    builder = values.get(BUILDER)
    if builder not in space.builders:
        return {}
    found, values = {BUILDER: builder} if len(space.builders) > 1 else {}, with_chain(values)
    for owner, part in ((builder, "model"), *((part, part) for part in SHARED)):
        for name, parameter in space.parts()[owner].items():
            answer = _answer(parameter, values.get(f"{part}.{name}"))
            found |= {} if answer is None else {f"{owner}.{name}": answer}
    return found


def _answer(parameter: Parameter, value: Any) -> Any:
    """Return what draws `value`: its place, itself, or None when nothing does."""
    points = parameter.domain.points()
    if len(points) < 2 or value is None:
        return None
    if isinstance(parameter.domain, Float):
        return value if points[0] <= value <= points[1] else None
    if value not in points:
        return None
    return points.index(value) if ordered(points) else value


def _values(space: Space, owner: str, asker: Asker) -> dict[str, Any]:
    values: dict[str, Any] = {}
    drawn: dict[str, Any] = {}  # without those that a condition leaves at their defaults
    for name, parameter in space.items():
        if parameter.when is None or parameter.when.holds(drawn):
            values[name] = drawn[name] = _value(parameter, f"{owner}.{name}", asker)
        else:
            values[name] = parameter.default
    return values


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
