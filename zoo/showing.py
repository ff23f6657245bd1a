"""What a part of the zoo is: its docstring, its facts and the values it takes, read from source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from zoo.errors import BadValue, UnknownName, unknown
from zoo.plans import PLANS
from zoo.recipe import TrainConfig
from zoo.registry import Entry, Registry
from zoo.signature import parameters_in
from zoo.space import Choice, Float, Int, Parameter, Part, space_of

if TYPE_CHECKING:
    from zoo.sizes import Sizes
    from zoo.task import Task

TRAIN, PREPARATION = "train", "preparation"
SIZED = "builder"  # the kind of part that has sizes for a task
FACTS = {  # those that are told in words
    "accepts": "takes {}",
    "default_for": "searched for {} where no builder is named",
    "modalities": "for {}",
    "kinds": "for {}",
    "classes": "for {} classes",
    "pieces": "{} affine pieces a unit",
    "without": "LiteRT has no integer kernel for it in {}",
    "precisions": "precisions: {}",
    "suffixes": "files: {}",
    "file": "yours: {}",
}


@dataclass(frozen=True)
class Description:
    """One part: its kind, its name, what it does, its facts and its parameters by dotted name."""

    kind: str
    name: str
    text: str
    facts: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    also: tuple[str, ...] = ()  # other parts of the same name, as `preparation.quantile`

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo show --json` prints."""
        parameters = {name: _parameter_json(parameter) for name, parameter in self.parameters.items()}
        facts = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in self.facts.items()}
        of_part = {"kind": self.kind, "name": self.name, "text": self.text, "facts": facts, "parameters": parameters}
        return {**of_part, "also": list(self.also)}

    def facts_in_words(self) -> Iterator[str]:
        """Return a line for each fact that matters to who uses the part, and for other parts of the same name."""
        for name, words in FACTS.items():
            fact = self.facts.get(name)
            if fact:
                yield words.format(", ".join(fact) if isinstance(fact, (tuple, list)) else fact)
        for other in self.also:
            yield f"also the name of another part: zoo show {other}"

    def table(self) -> Iterator[tuple[str, str, str, str]]:
        """Return a row a parameter: dotted name, what it may be, its default, what a study draws from."""
        for name, parameter in self.parameters.items():
            live, domain = " (live)" if parameter.live else "", parameter.domain
            allowed = f"see zoo list {domain.kind}" if isinstance(domain, Part) else domain.describe()
            yield name, allowed, f"{parameter.default}{live}", searched(parameter)


def registries() -> tuple[Registry, ...]:
    """Return every registry of the zoo; none of their entries is imported."""
    from zoo.activations import ACTIVATIONS
    from zoo.augmentations import AUGMENTATIONS
    from zoo.builders import BUILDERS
    from zoo.compression import COMPRESSIONS
    from zoo.data import READERS
    from zoo.formats import FORMATS
    from zoo.losses import LOSSES
    from zoo.optimizers import OPTIMIZERS
    from zoo.preparation import PREPARATIONS

    of_models = BUILDERS, ACTIVATIONS, LOSSES, OPTIMIZERS
    return (*of_models, READERS, PREPARATIONS, AUGMENTATIONS, COMPRESSIONS, FORMATS)


def registries_of(kind: str | None) -> tuple[Registry, ...]:
    """Return the registry of a kind of part, as `builder` or `builders`, or all of them; raise UnknownName for none."""
    found = tuple(one for one in registries() if kind in (None, one.kind, one.package.rpartition(".")[2]))
    if not found:
        raise unknown("kind of part", str(kind), [registry.kind for registry in registries()])
    return found


def show(name: str) -> Description:
    """Return what the part `name` is: a registry's entry, `train` for the settings of training, or what rows of a kind
    are prepared by, as `preparation.image`.

    Of parts that share a name the first is shown; `loss.quantile` says which one is meant. Raises UnknownName with the
    nearest match.
    """
    if name == TRAIN:
        text = cleandoc(TrainConfig.__doc__ or "")
        return Description("settings", TRAIN, text, {}, _dotted(TRAIN, space_of(TrainConfig)))
    first, _, rest = name.partition(".")
    if first == PREPARATION and rest in PLANS.entries:
        entry = PLANS.entries[rest]
        return Description(PLANS.kind, name, entry.text, {}, _dotted(PREPARATION, parameters_in(entry.node)))
    found = [one for one in registries() if name in one.entries or (first == one.kind and rest in one.entries)]
    if not found:
        return _of_keras(name)
    own = name if name in found[0].entries else rest
    entry = found[0].entries[own]
    also = tuple(f"{other.kind}.{own}" for other in found[1:])
    return Description(found[0].kind, own, entry.text, entry.facts, _parameters(found[0], own), also)


def _of_keras(name: str) -> Description:
    """Return what an activation is that only Keras has; raise UnknownName for what is none."""
    from zoo.activations import ACTIVATIONS, KERAS

    own = name.removeprefix(f"{ACTIVATIONS.kind}.")  # linear is a builder too
    if own not in KERAS:
        raise _unknown(name, KERAS)
    return Description(ACTIVATIONS.kind, own, f"Keras's own activation: keras.activations.{own}.", {}, {})


def _unknown(name: str, others: tuple[str, ...]) -> UnknownName:
    parts = [part for registry in registries() for part in registry.names()]
    return unknown("part", name, [TRAIN, *(f"{PREPARATION}.{plan}" for plan in PLANS.names()), *parts, *others])


def require_sized(found: Description) -> None:
    """Raise BadValue for a part that has no sizes for a task."""
    if found.kind != SIZED:
        raise BadValue(f"{found.name} is of the kind {found.kind}; a task sizes a {SIZED} only. Leave --task away.")


def task_in_words(task: Task) -> str:
    """Return in words what a task's rows and answers are: image of 8 x 8 x 1, 10 classes."""
    shape = " x ".join(map(str, task.input_shape))
    if task.classes:
        return f"{task.modality} of {shape}, {len(task.classes)} classes"
    return f"{task.modality} of {shape}, {task.horizon} {'quantity' if task.horizon == 1 else 'quantities'}"


def sizes_in_words(sizes: Sizes) -> str:
    """Return sizes in words: 2,346 parameters, 41,280 multiply-accumulates, a receptive field of 10 x 10."""
    frozen = f" ({sizes.trained:,} learn)" if sizes.trained != sizes.parameters else ""
    macs = "" if sizes.macs is None else f", {sizes.macs:,} multiply-accumulates"
    field = " x ".join(map(str, sizes.receptive_field or ()))
    return f"{sizes.parameters:,} parameters{frozen}{macs}{f', a receptive field of {field}' if field else ''}"


def summary_of(entry: Entry) -> str:
    """Return in one line what an entry is: the first of its docstring, which of a formula begins with it.

    Of a user's own the file stands behind it.
    """
    own = entry.facts.get("file")
    return " ".join(filter(None, (entry.summary.removeprefix("Return "), f"(yours: {own})" if own else "")))


def of_training(registry: Registry, name: str) -> dict[str, Parameter]:
    """Return the settings of training that a loss or an optimizer takes beside what all do, by name."""
    known = space_of(TrainConfig)
    return {argument: known[argument] for argument in registry.entries[name].keywords if argument in known}


def _parameters(registry: Registry, name: str) -> dict[str, Parameter]:
    """Return what an entry takes, by dotted name: an augmentation its strength, a function what its signature says."""
    from zoo.augmentations import AUGMENTATIONS, strength_of
    from zoo.losses import LOSSES
    from zoo.optimizers import OPTIMIZERS

    if registry is AUGMENTATIONS:
        return _dotted("augment", {name: strength_of(name)})
    if registry in (LOSSES, OPTIMIZERS):
        return _dotted(TRAIN, of_training(registry, name))
    node = registry.entries[name].node
    return _dotted(name, parameters_in(node) if isinstance(node, ast.FunctionDef) else {})


def searched(parameter: Parameter) -> str:
    """Return in words what a study draws the parameter from; "" where it stays at its default."""
    domain, points = parameter.domain, parameter.domain.points()
    if len(points) < 2:
        return ""
    if isinstance(domain, Float):
        return f"{points[0]:g} to {points[1]:g}" + (", logarithmic" if domain.log else "")
    return ", ".join(map(str, points))


def _dotted(owner: str, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    return {f"{owner}.{name}": parameter for name, parameter in parameters.items()}


def _parameter_json(parameter: Parameter) -> dict[str, Any]:
    domain = parameter.domain
    if isinstance(domain, Choice):
        allowed: dict[str, Any] = {"options": list(domain.options)}
    else:
        kind = "int" if isinstance(domain, Int) else "float"
        allowed = {"type": kind, "low": domain.low, "high": domain.high}
    return {**allowed, "default": parameter.default, "live": parameter.live, "search": list(domain.points())}
