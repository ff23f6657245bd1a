"""How large a space is: its points and structures, counted from its domains without going through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

from search.drawing.spaces import SHARED, Space, StudySpace
from zoo.space import Float, Parameter

_IDLE = object()  # the value of a parent that does not matter, so that nothing below it does


@dataclass(frozen=True)
class Size:
    """How many points a space has and how many structures, by builder; `continuous` are its ranges of numbers.

    A space with such ranges has no end of points: `points` then counts those of everything else.
    """

    points: int
    structures: Mapping[str, int]
    continuous: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the size as plain JSON values."""
        return {**asdict(self), "continuous": list(self.continuous), "finite": not self.continuous}


def size_of(space: StudySpace) -> Size:
    """Return how large a space is; conditions are honoured, so that an idle value makes no further point."""
    points = {builder: count(own) for builder, own in space.builders.items()}
    shared = prod(count(getattr(space, part)) for part in SHARED)
    prepared = count(_structural(space.preparation))
    structures = {builder: count(_structural(own)) * prepared for builder, own in space.builders.items()}
    ranges = tuple(
        f"{part}.{name}" for part, own in space.parts().items() for name, one in own.items() if is_continuous(one)
    )
    return Size(sum(points.values()) * shared, structures, ranges)


def is_continuous(parameter: Parameter) -> bool:
    """Return whether a study draws from a range of numbers."""
    return isinstance(parameter.domain, Float) and len(parameter.domain.points()) == 2


def count(space: Space) -> int:
    """Return the number of points of one space, each range of numbers counted as one value."""
    parents = {parameter.when.parent for parameter in space.values() if parameter.when is not None}
    states = Counter({(): 1})  # values of the parents so far, with the number of points that have them
    for name, parameter in space.items():
        grown: Counter[tuple[Any, ...]] = Counter()
        for state, number in states.items():
            for key, times in _turned(name, parameter, dict(state), name in parents):
                grown[(*state, *key)] += number * times
        states = grown
    return sum(states.values())


def _turned(name: str, parameter: Parameter, known: Mapping[str, Any], is_parent: bool) -> list[tuple[Any, int]]:
    """Return what a parameter adds to a state, and how many values do so."""
    when = parameter.when
    if when is not None and known[when.parent] not in when.values:
        return [(((name, _IDLE),) if is_parent else (), 1)]
    options = 1 if is_continuous(parameter) else max(1, len(parameter.domain.points()))
    if not is_parent:
        return [((), options)]
    values = parameter.domain.points() if not is_continuous(parameter) else ()
    return [(((name, value),), 1) for value in values or (parameter.default,)]


def _structural(space: Space) -> Space:
    """Return a space in which every Live value has its default: what is left to vary makes another model."""
    return {name: _still(one) if one.live else one for name, one in space.items()}


def _still(parameter: Parameter) -> Parameter:
    if isinstance(parameter.domain, Float):
        return replace(parameter, domain=replace(parameter.domain, search=()))
    return parameter.narrowed((parameter.default,))
