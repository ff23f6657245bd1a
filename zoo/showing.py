"""What a part of the zoo is: its docstring, its facts and the values it takes, read from source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zoo.errors import unknown
from zoo.plans import PLANS
from zoo.recipe import TrainConfig
from zoo.registry import Registry
from zoo.signature import parameters_in
from zoo.space import Choice, Float, Int, Parameter, space_of

TRAIN, PREPARATION = "train", "preparation"


@dataclass(frozen=True)
class Description:
    """One part: its kind, its name, what it does, its facts and its parameters by dotted name."""

    kind: str
    name: str
    text: str
    facts: Mapping[str, Any]
    parameters: Mapping[str, Parameter]

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo show --json` prints."""
        parameters = {name: _parameter_json(parameter) for name, parameter in self.parameters.items()}
        facts = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in self.facts.items()}
        return {"kind": self.kind, "name": self.name, "text": self.text, "facts": facts, "parameters": parameters}

    def table(self) -> Iterator[tuple[str, str, str, str]]:
        """Return a row a parameter: dotted name, what it may be, its default, what a study draws from."""
        for name, parameter in self.parameters.items():
            live = " (live)" if parameter.live else ""
            yield name, parameter.domain.describe(), f"{parameter.default}{live}", searched(parameter)


def registries() -> tuple[Registry, ...]:
    """Return every registry of the zoo; none of their entries is imported."""
    from zoo.augmentations import AUGMENTATIONS
    from zoo.builders import BUILDERS
    from zoo.data import READERS
    from zoo.formats import FORMATS
    from zoo.optimizers import OPTIMIZERS
    from zoo.preparation import PREPARATIONS

    return (BUILDERS, READERS, OPTIMIZERS, PREPARATIONS, AUGMENTATIONS, FORMATS)


def show(name: str) -> Description:
    """Return what the part `name` is: a registry's entry, `train` for the settings of training, or what rows of a kind
    are prepared by, as `preparation.image`.

    Raises UnknownName with the nearest match.
    """
    if name == TRAIN:
        text = TrainConfig.__doc__ or ""
        return Description("settings", TRAIN, text, {}, _dotted(TRAIN, space_of(TrainConfig)))
    first, _, modality = name.partition(".")
    if first == PREPARATION and modality in PLANS.entries:
        entry = PLANS.entries[modality]
        return Description(PLANS.kind, name, entry.text, {}, _dotted(PREPARATION, parameters_in(entry.node)))
    known = [TRAIN, *(f"{PREPARATION}.{plan}" for plan in PLANS.names())]
    for registry in registries():
        if name in registry.entries:
            entry = registry.entries[name]
            return Description(registry.kind, name, entry.text, entry.facts, _parameters(registry, name))
        known += registry.names()
    raise unknown("part", name, known)


def _parameters(registry: Registry, name: str) -> dict[str, Parameter]:
    """Return what an entry takes, by dotted name: an augmentation its strength, a function what its signature says."""
    from zoo.augmentations import AUGMENTATIONS, strength_of

    if registry is AUGMENTATIONS:
        return _dotted("augment", {name: strength_of(name)})
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
