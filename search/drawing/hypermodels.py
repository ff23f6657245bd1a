"""The space of a user's `build(hp)`: found by building before any trial, with all answers that may open a question."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from search.drawing.ranges import as_range
from search.drawing.spaces import Space, StudySpace
from zoo import runtime
from zoo.errors import BadValue, Unsupported
from zoo.hypermodels.hyperparameters import HyperParameters
from zoo.hypermodels.plugins import Plugin, parts_of, plugin_of
from zoo.recipe import OF_OWN_MODEL, OWN_MODEL, TrainConfig
from zoo.space import Choice, Domain, Int, Parameter, When, space_of
from zoo.task import Task

if TYPE_CHECKING:
    from search.settings import Settings

MOST_TRIED = 12  # values of one hyperparameter that are each built with; of more only the last
MOST_BUILDS = 100

Build = Callable[[HyperParameters], object]


class Asked(NamedTuple):
    """What one build asked: parameters by name, and the answers that it got, of those only that were active."""

    space: Mapping[str, Parameter]
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Own:
    """A user's model in a study: where it is built, and the space of what it asks."""

    plugin: Plugin
    space: Space

    @property
    def identity(self) -> dict[str, str]:
        """What decides a study's results of where the model is built: not where its file lies."""
        return {"name": self.plugin.name, "sha256": self.plugin.sha256}

    @classmethod
    def of(cls, settings: Settings, task: Task) -> Own:
        """Return what the settings name, asked for its hyperparameters; TensorFlow starts, and the user's file runs.

        Raises what building raises, UnknownName for a function that there is not, and Unsupported for augmentations.
        """
        if settings.augment or any(name.startswith("augment.") for name in (*settings.fixed, *settings.narrowed)):
            raise Unsupported("--augment is for the zoo's builders; a model of your own augments in its own layers.")
        runtime.start(settings.threads)
        from zoo.hypermodels.building import asked, require_measurable

        plugin = plugin_of(settings.hypermodel)
        build = partial(asked, plugin, task)
        return cls(plugin, discovered(lambda hp: require_measurable(build(hp), settings.hypermodel), wanted(settings)))

    def space_beside(self, preparation: Space, augment: Space) -> StudySpace:
        """Return the study's space: of training only what is left to say for a model that its user compiled."""
        train = {name: parameter for name, parameter in space_of(TrainConfig).items() if name in OF_OWN_MODEL}
        return StudySpace({OWN_MODEL: self.space}, train, preparation, augment)


def require_hypermodel(settings: Settings) -> None:
    """Raise BadValue or BadData for a hypermodel that cannot be one, before TensorFlow starts."""
    if settings.hypermodel is None:
        return
    if settings.builders:
        raise BadValue(f"builder is {settings.builders[0]} and a hypermodel is given; a study has one. Drop --builder.")
    parts_of(settings.hypermodel)


def active(space: Space, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `values` whose conditions hold: what a build with them asks for."""
    kept: dict[str, Any] = {}
    for name, parameter in space.items():
        if parameter.when is None or parameter.when.holds(kept):
            kept[name] = values[name]
    return kept


def discovered(build: Build, wanted: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Parameter]:
    """Return every parameter that `build` may ask for, parents first.

    It is built with the defaults, then with each other value of what has few, and with what activates a conditional
    scope. What is asked only beside some values of one other parameter, as in a loop or under an `if`, is conditional
    on it. What is not found so keeps its default in all trials. Of a name in `wanted` only those values are built
    with, for no trial has another. Raises Unsupported for a name that is asked for with two domains under different
    conditions.
    """
    found = _Found(wanted or {})
    waiting: deque[dict[str, Any]] = deque([{}])
    while waiting and len(found.builds) < MOST_BUILDS:
        values = waiting.popleft()
        hp = HyperParameters(values)
        build(hp)
        waiting.extend({**values, **more} for more in found.take(hp))
    return found.conditional()


@dataclass
class _Found:
    """What builds have asked so far; `wanted` are the only values, by name, that trials will have."""

    wanted: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    space: dict[str, Parameter] = field(default_factory=dict)
    builds: list[Asked] = field(default_factory=list)
    _tried: set[str] = field(default_factory=set)
    _opened: set[str] = field(default_factory=set)

    def take(self, hp: HyperParameters) -> Iterator[dict[str, Any]]:
        """Take in what a build has asked; yield the answers to build with next, beside those that it had."""
        asked: dict[str, Parameter] = {}
        for parameter in hp.space:
            asked[parameter.name] = _joined(asked.get(parameter.name), parameter)
        for name, parameter in asked.items():
            self.space[name] = _joined(self.space.get(name), parameter)
        self.builds.append(Asked(asked, dict(hp.values)))
        yield from self._to_open(hp)
        for name in hp.active:
            if name not in self._tried:
                self._tried.add(name)
                yield from ({name: value} for value in self._to_try(name) if value != hp.values[name])

    def _to_try(self, name: str) -> tuple[Any, ...]:
        domain = self.space[name].domain
        values = _to_try(domain)
        if not values or name not in self.wanted:
            return values
        return tuple(value for value in self.wanted[name] if _is_in(domain, value))

    def _to_open(self, hp: HyperParameters) -> Iterator[dict[str, Any]]:
        """Yield what makes the conditions hold of questions that no build has got an answer to."""
        for parameter in hp.space:
            if parameter.name in hp.values or parameter.name in self._opened or parameter.when is None:
                continue
            self._opened.add(parameter.name)
            yield _activating(parameter.when)

    def conditional(self) -> dict[str, Parameter]:
        """Return the space, with the conditions that the builds show beside those that were given."""
        return {name: replace(known, when=known.when or self._shown(name)) for name, known in self.space.items()}

    def _shown(self, name: str) -> When | None:
        """Return the one condition under which a name was asked for in all builds and only there; None without one."""
        if all(name in build.space for build in self.builds):
            return None
        earlier = list(self.space)[: list(self.space).index(name)]
        found = [self._when(name, parent) for parent in earlier]
        told = [when for when in found if when is not None]
        return told[0] if len(told) == 1 else None

    def _when(self, name: str, parent: str) -> When | None:
        points = self.space[parent].domain.points()
        both = [(build.answers[parent], name in build.space) for build in self.builds if parent in build.answers]
        missing = any(name in build.space and parent not in build.answers for build in self.builds)
        asked = {value for value, was_asked in both if was_asked}
        idle = {value for value, was_asked in both if not was_asked}
        unknown = parent not in self.wanted and not set(points) <= asked | idle
        if missing or not asked or not idle or asked & idle or unknown:
            return None
        seen = dict.fromkeys((*points, *(value for value, _ in both)))
        return When(parent, tuple(value for value in seen if value in asked))


def _joined(known: Parameter | None, parameter: Parameter) -> Parameter:
    """Return a parameter that is asked for under several conditions: those on one parent become one, others none."""
    if known is None or known.when == parameter.when:
        return known or parameter
    if known.domain != parameter.domain:
        raise Unsupported(
            f"hyperparameter '{parameter.name}' is asked for with two domains: {known.domain.describe()}, and "
            f"{parameter.domain.describe()}. Give it two names."
        )
    one, other = known.when, parameter.when
    if one is None or other is None or (one.parent, one.outer) != (other.parent, other.outer):
        return replace(known, when=None)
    return replace(known, when=replace(one, values=tuple(dict.fromkeys((*one.values, *other.values)))))


def _to_try(domain: Domain) -> tuple[Any, ...]:
    """Return the values to build with: numbers with a fraction open no question, nor do they count anything."""
    if not isinstance(domain, Int | Choice):
        return ()
    points = domain.points()
    if any(isinstance(point, float) for point in points) or len(points) < 2:
        return ()
    return points if len(points) <= MOST_TRIED else points[-1:]


def _is_in(domain: Domain, value: Any) -> bool:
    try:
        domain.check(value, "")
    except BadValue:
        return False  # which is told by its own option's name
    return True


def wanted(settings: Settings) -> dict[str, tuple[Any, ...]]:
    """Return the only values that the settings leave to the model's hyperparameters, by name."""
    ranges = {name: as_range(name, given) for name, given in settings.narrowed.items()}
    listed = {name: given.values for name, given in ranges.items() if not given.between}
    listed |= {name: (value,) for name, value in settings.fixed.items()}
    owners = ("model", OWN_MODEL)
    return {name.partition(".")[2]: values for name, values in listed.items() if name.partition(".")[0] in owners}


def _activating(when: When | None) -> dict[str, Any]:
    return {} if when is None else {**_activating(when.outer), when.parent: when.values[0]}
