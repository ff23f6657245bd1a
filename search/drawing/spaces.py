"""What a study draws from: the spaces of its builders side by side, and how they are trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from search.drawing.ranges import Range, as_range
from search.refusals import require_allowed
from zoo.builders import BUILDERS
from zoo.errors import BadValue, unknown
from zoo.recipe import TrainConfig
from zoo.signature import parameters_in
from zoo.space import Choice, Float, Int, Parameter, space_of

BUILDER = "model.builder"
SHARED = ("preparation", "augment", "train", "compress")  # the parts of a recipe that all builders share
Space = Mapping[str, Parameter]


@dataclass(frozen=True)
class StudySpace:
    """The parameters of each builder, and those of preparation, augmentation, training and compression.

    What a parameter's domain searches is what the study draws: nothing leaves it at its default, one value fixes it.
    Builders and choices keep one order, however they were named: a stored study refuses another.
    """

    builders: Mapping[str, Space]
    train: Space
    preparation: Space = field(default_factory=dict)
    augment: Space = field(default_factory=dict)
    compress: Space = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "builders", dict(sorted(self.builders.items())))

    def parts(self) -> dict[str, Space]:
        """Return every space by the first half of its dotted names: the builders', then those that all share."""
        return {**self.builders, **{part: getattr(self, part) for part in SHARED}}

    def names(self) -> tuple[str, ...]:
        """Return every dotted name that can be fixed or narrowed."""
        everywhere = dict.fromkeys(f"model.{name}" for space in self.builders.values() for name in space)
        own = (f"{part}.{name}" for part, space in self.parts().items() for name in space)
        return (BUILDER, *everywhere, *own)

    def to_json(self) -> dict[str, Any]:
        """Return the space as plain JSON values, the same for spaces that draw the same."""
        return {
            part: {name: _described(parameter) for name, parameter in sorted(space.items())}
            for part, space in sorted(self.parts().items())
            if space or part in self.builders
        }


def study_space(
    builders: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    ranges: Mapping[str, Any] | None = None,
    preparation: Space | None = None,
    augment: Space | None = None,
    compress: Space | None = None,
) -> StudySpace:
    """Return the space of `builders` and training, `settings` fixed and `ranges` narrowed, both by dotted name.

    `preparation` and `augment` are the spaces of a data set's preparation and of the augmentations that suit it,
    `compress` that of `search.drawing.chains`.

    Raises UnknownName for an unknown name and BadValue for a value that its builder does not take.
    """
    spaces = {name: _space_in_source(name) for name in builders}
    space = StudySpace(spaces, space_of(TrainConfig), preparation or {}, augment or {}, compress or {})
    return adjusted(space, settings or {}, ranges or {})


def _space_in_source(builder: str) -> Space:
    """Return the arguments of a builder without importing it: its file needs TensorFlow, which takes 10 s."""
    if builder not in BUILDERS.entries:
        raise unknown(BUILDERS.kind, builder, BUILDERS.names())
    return parameters_in(BUILDERS.entries[builder].node)


def adjusted(space: StudySpace, settings: Mapping[str, Any], ranges: Mapping[str, Any]) -> StudySpace:
    """Return `space` with values fixed and ranges changed; a builder's own name beats `model.`, wherever it stands."""
    twice = sorted(set(settings) & set(ranges))
    if twice:
        raise BadValue(f"{twice[0]} is in both --set and --space; it is fixed or searched. Remove one of them.")
    wanted = {name: ("--set", Range((value,))) for name, value in settings.items()}
    wanted |= {name: ("--space", as_range(name, given)) for name, given in ranges.items()}
    if BUILDER in wanted:
        space = _choose_builders(space, wanted.pop(BUILDER)[1])
    for name in sorted(wanted, key=lambda name: not name.startswith("model.")):
        option, given = wanted[name]
        space = _narrowed(space, name, given, option)
    return space


def _choose_builders(space: StudySpace, given: Range) -> StudySpace:
    names = [str(name) for name in given.values]
    for name in names:
        if name not in space.builders:
            raise unknown("builder of this study", name, space.builders)
    return replace(space, builders={name: space.builders[name] for name in names})


def _narrowed(space: StudySpace, name: str, given: Range, option: str) -> StudySpace:
    first, _, last = name.partition(".")
    parts = space.parts()
    owners = [part for part in (space.builders if first == "model" else [first]) if last in parts.get(part, {})]
    if not owners:
        raise unknown("parameter", name, space.names())
    require_allowed(name, given, {part: parts[part].get(last) for part in _asked(space, first)}, option)
    changed = {part: {**parts[part], last: _searching(parts[part][last], given, name)} for part in owners}
    builders = {part: changed.get(part, old) for part, old in space.builders.items()}
    return replace(space, builders=builders, **{part: changed[part] for part in SHARED if part in changed})


def _asked(space: StudySpace, first: str) -> Sequence[str]:
    return tuple(space.builders) if first == "model" else (first,)


def _searching(parameter: Parameter, given: Range, name: str) -> Parameter:
    domain = parameter.domain
    if not given.between:
        return _listing(parameter, {domain.check(value, name) for value in given.values})
    if isinstance(domain, Choice):
        raise BadValue(f"{name} is {given}; it has no range. Name its values: {name}={_listed(domain.options)}.")
    if isinstance(domain, Int):
        return parameter.narrowed(_whole_numbers(domain, given, name))
    return parameter.narrowed(_bounds(domain, given, name), log=given.log or None)


def _listing(parameter: Parameter, values: Set[Any]) -> Parameter:
    domain = parameter.domain
    if isinstance(domain, Choice):
        return parameter.narrowed(tuple(option for option in domain.options if option in values))
    if isinstance(domain, Float) and len(values) > 1:
        # Two numbers in a Float's search are a range, so a list becomes the choice that it is.
        return replace(parameter, domain=Choice(*sorted(values)))
    return parameter.narrowed(tuple(sorted(values)))


def _whole_numbers(domain: Int, given: Range, name: str) -> tuple[int, ...]:
    low, high = (domain.check(value, name) for value in given.values)
    grid = "doubling" if given.log else domain.grid
    return Int(low, high, grid).points()


def _bounds(domain: Float, given: Range, name: str) -> tuple[float, ...]:
    low, high = (domain.check(value, name) for value in given.values)
    if domain.log and low <= 0 < high:
        raise BadValue(f"{name} is logarithmic; low must be above 0. Try {name}={high / 1000:g}:{high:g}.")
    return (low, high) if low < high else (low,)


def _described(parameter: Parameter) -> dict[str, Any]:
    points = list(parameter.domain.points()) or [parameter.default]
    if isinstance(parameter.domain, Float) and len(points) == 2:
        return {"low": points[0], "high": points[1], "log": parameter.domain.log}
    return {"values": points}


def _listed(values: Iterable[Any]) -> str:
    return ",".join(str(value) for value in values)
