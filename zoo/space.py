"""Domains of parameters: what a value may be, what a study draws from, and how a function's signature says so.

A domain is what `--set` accepts. Its `search` part is what a study draws from unless `--space` says otherwise; a
domain with an empty `search` is left at its default.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from types import SimpleNamespace
from typing import Any, get_type_hints

from zoo.errors import BadValue, unknown


@dataclass(frozen=True)
class Int:
    """Whole numbers from `low` to `high`; `grid="doubling"` searches low, 2 low, 4 low ..."""

    low: int
    high: int
    grid: str = "linear"
    search: tuple[int, ...] | None = None

    def points(self) -> tuple[int, ...]:
        """Return the values a study draws from, ascending."""
        if self.search is not None:
            return self.search
        if self.grid == "doubling":
            return tuple(self.low << k for k in range((self.high // self.low).bit_length()))
        return tuple(range(self.low, self.high + 1))

    def check(self, value: Any, name: str) -> int:
        """Return `value` as an int, or raise BadValue."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value != int(value):
            raise BadValue(f"{name} is {value!r}; it must be a whole number. Try {self.low}.")
        return int(_between(value, self.low, self.high, name))

    def describe(self) -> str:
        """Return the domain in words."""
        return f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Float:
    """Numbers from `low` to `high`; `search` is the (low, high) that a study draws from, `log` on a log scale."""

    low: float
    high: float
    log: bool = False
    search: tuple[float, ...] | None = None

    def points(self) -> tuple[float, ...]:
        """Return (low, high) of the range a study draws from, one value when it is fixed, () when unsearched."""
        return (self.low, self.high) if self.search is None else self.search

    def check(self, value: Any, name: str) -> float:
        """Return `value` as a float, or raise BadValue."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
            raise BadValue(f"{name} is {value!r}; it must be a number. Try {self.low:g}.")
        return float(_between(value, self.low, self.high, name))

    def describe(self) -> str:
        """Return the domain in words."""
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, init=False)
class Choice:
    """One of the named options; `search` is the part that a study draws from."""

    options: tuple[Any, ...]
    search: tuple[Any, ...] | None

    def __init__(self, *options: Any, search: tuple[Any, ...] | None = None) -> None:
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "search", search)

    def points(self) -> tuple[Any, ...]:
        """Return the options a study draws from."""
        return self.options if self.search is None else self.search

    def check(self, value: Any, name: str) -> Any:
        """Return `value`, or raise BadValue."""
        for option in self.options:
            if type(option) is type(value) and option == value:
                return option
        raise BadValue(f"{name} is {value!r}; it must be one of {self.describe()}. Try {self.options[0]}.")

    def describe(self) -> str:
        """Return the domain in words."""
        return ", ".join(str(option) for option in self.options)


class Text(Choice):
    """Any text; the options are those that always mean something, and none is searched unless `search` says so."""

    def check(self, value: Any, name: str) -> str:
        """Return `value`, or raise BadValue unless it is a text of some length; what it means is seen when used."""
        if not isinstance(value, str) or not value:
            raise BadValue(f"{name} is {value!r}; it must be {self.describe()}. Try {self.options[0]}.")
        return value

    def describe(self) -> str:
        """Return the domain in words."""
        return f"{super().describe()}, or another text"


# by name, for imports go down only: a domain is read where its registry is not needed yet
REGISTRIES = {"activation": "zoo.activations", "loss": "zoo.losses", "optimizer": "zoo.optimizers"}


@dataclass(frozen=True, init=False)
class Part(Choice):
    """The name of a part of the zoo; the options are all that its package's `names()` gives, plugins' parts too.

    None is searched unless `search` says so.
    """

    kind: str

    def __init__(self, kind: str, *, search: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "search", search)

    @property
    def options(self) -> tuple[str, ...]:  # type: ignore[override]
        """Every name there is now, in an order that new parts leave as it was."""
        return tuple(import_module(REGISTRIES[self.kind]).names())

    def check(self, value: Any, name: str) -> str:
        """Return `value`, or raise BadValue with the nearest name."""
        if isinstance(value, str) and value in self.options:
            return value
        raise BadValue(f"{name} is {value!r}; it must be one of {self.describe()}. Try {self.nearest(value)}.")

    def nearest(self, value: Any) -> str:
        """Return the name that is spelled most like `value`, the first one where none is."""
        return next(iter(get_close_matches(str(value).lower(), self.options, n=1, cutoff=0.5)), self.options[0])


Domain = Int | Float | Choice


@dataclass(frozen=True)
class When:
    """The parameter matters only while `parent` has one of `values`, and `outer`, if there is one, holds as well."""

    parent: str
    values: tuple[Any, ...]
    outer: When | None = None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Return whether the parameter matters beside `values`, which lack those that do not matter themselves."""
        within = self.outer is None or self.outer.holds(values)
        return within and self.parent in values and values[self.parent] in self.values


class WhenTaken(When):
    """The parameter matters only while `parent`, a kind of part, names one that takes `argument`; plugins' parts too.

    `besides` are values that stand for such a part, as `auto` does.
    """

    argument: str
    besides: tuple[str, ...]

    def __init__(self, parent: str, argument: str, *besides: str) -> None:
        for name, value in (("parent", parent), ("argument", argument), ("besides", besides), ("outer", None)):
            object.__setattr__(self, name, value)

    @property
    def values(self) -> tuple[str, ...]:  # type: ignore[override]
        """Every value beside which the parameter matters now."""
        return (*self.besides, *import_module(REGISTRIES[self.parent]).taking(self.argument))


class Live:
    """Marks a value that may change without rebuilding the model; everything else is structure."""


@dataclass(frozen=True)
class Parameter:
    """One ranged argument of a function: its domain, its default, and what marks it bears."""

    name: str
    domain: Domain
    default: Any
    live: bool = False
    when: When | None = None

    def narrowed(self, search: tuple[Any, ...], log: bool | None = None) -> Parameter:
        """Return the parameter with another searched part; each of its values must lie in the domain."""
        checked = tuple(self.domain.check(value, self.name) for value in search)
        changes: dict[str, Any] = {"search": checked}
        if log is not None and isinstance(self.domain, Float):
            changes["log"] = log
        if isinstance(self.domain, Part):
            return replace(self, domain=Part(self.domain.kind, search=checked))
        if isinstance(self.domain, Choice):
            return replace(self, domain=Choice(*self.domain.options, search=checked))
        return replace(self, domain=replace(self.domain, **changes))


def space_of(function: Callable[..., Any] | type) -> dict[str, Parameter]:
    """Return the ranged parameters of a function's signature or a dataclass's fields, in their order.

    Only parameters are read: a return annotation that exists under TYPE_CHECKING is left alone.
    """
    hints, defaults = _signature(function)
    found = {}
    for name, hint in hints.items():
        marks = getattr(hint, "__metadata__", ())
        domain = next((mark for mark in marks if isinstance(mark, (Int, Float, Choice))), None)
        if domain is not None:
            when = next((mark for mark in marks if isinstance(mark, When)), None)
            found[name] = Parameter(name, domain, defaults[name], Live in marks, when)
    return found


def checked(space: Mapping[str, Parameter], values: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Return every parameter's value, defaults filled in; raise UnknownName or BadValue for a wrong one."""
    prefix = f"{owner}." if owner else ""
    for name in values:
        if name not in space:
            raise unknown(f"value of {owner or 'this'}", name, space)
    return {
        name: parameter.domain.check(values.get(name, parameter.default), prefix + name)
        for name, parameter in space.items()
    }


def _signature(function: Callable[..., Any] | type) -> tuple[dict[str, Any], dict[str, Any]]:
    if is_dataclass(function):
        hints = get_type_hints(function, include_extras=True)
        return hints, {f.name: f.default for f in fields(function) if f.default is not MISSING}
    parameters = inspect.signature(function).parameters
    holder = SimpleNamespace(
        __annotations__={n: p.annotation for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    )
    hints = get_type_hints(holder, globalns=function.__globals__, include_extras=True)
    return hints, {name: parameter.default for name, parameter in parameters.items()}


def _between(value: float, low: float, high: float, name: str) -> float:
    if low <= value <= high:
        return value
    nearest = low if value < low else high
    raise BadValue(f"{name} is {value:g}; it must lie between {low:g} and {high:g}. Try {nearest:g}.")
