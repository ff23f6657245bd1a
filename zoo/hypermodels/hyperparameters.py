"""The `hp` that a user's `build(hp)` asks: it answers from plain values and remembers what it was asked.

It understands what KerasTuner's HyperParameters does (Choice, Int, Float, Boolean, Fixed, scopes), and needs none of
it: a stored recipe repeats wherever this package is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from zoo.errors import BadValue
from zoo.hypermodels.sampling import float_domain, int_domain
from zoo.space import Choice, Domain, Parameter, When

_NAME = re.compile(r"[\w .:/-]+")  # what MLflow takes for the name of a parameter


class HyperParameters:
    """Answers from `values` by name, else with the default; None where a condition fails, as KerasTuner does.

    `values` gain what was answered, `space` holds a Parameter for each question, `active` the names of those whose
    conditions held. A name that is asked for twice gets one answer. Raises BadValue for a value outside its domain.
    """

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._given = dict(values or {})
        self.values: dict[str, Any] = {}
        self.space: list[Parameter] = []
        self._names: list[str] = []
        self._conditions: list[When] = []

    @property
    def active(self) -> tuple[str, ...]:
        """The names of all questions that were answered, in order."""
        return tuple(self.values)

    @contextmanager
    def name_scope(self, name: str) -> Iterator[None]:
        """Put `name/` before the names that are asked for inside the block."""
        self._names.append(str(name))
        try:
            yield
        finally:
            self._names.pop()

    @contextmanager
    def conditional_scope(self, parent_name: str, parent_values: Any) -> Iterator[None]:
        """Answer inside the block only while the parent has one of these values; else None."""
        parent = self._full(parent_name)
        if all(known.name != parent for known in self.space):
            raise BadValue(f"a conditional scope names '{parent}', which was not asked for before. Ask for it first.")
        listed = parent_values if isinstance(parent_values, list | tuple | set) else [parent_values]
        outer = self._conditions[-1] if self._conditions else None
        self._conditions.append(When(parent, tuple(listed), outer))
        try:
            yield
        finally:
            self._conditions.pop()

    def Choice(
        self,
        name: str,
        values: Sequence[Any],
        ordered: bool | None = None,
        default: Any = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """Return one of `values`."""
        if not len(values):
            raise BadValue(f"{self._full(name)} has no values to choose from. Name at least one.")
        start = values[0] if default is None else default
        return self._asked(name, Choice(*values), start, parent_name, parent_values)

    def Int(  # noqa: PLR0913 as KerasTuner names them
        self,
        name: str,
        min_value: int,
        max_value: int,
        step: int | None = None,
        sampling: str | None = "linear",
        default: int | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """Return a whole number from `min_value` to `max_value`, both included."""
        domain = int_domain(self._full(name), int(min_value), int(max_value), step, sampling)
        return self._asked(name, domain, min_value if default is None else default, parent_name, parent_values)

    def Float(  # noqa: PLR0913
        self,
        name: str,
        min_value: float,
        max_value: float,
        step: float | None = None,
        sampling: str | None = "linear",
        default: float | None = None,
        parent_name: str | None = None,
        parent_values: Any = None,
    ) -> Any:
        """Return a number from `min_value` to `max_value`, both included."""
        domain = float_domain(self._full(name), min_value, max_value, step, sampling)
        start = float(min_value if default is None else default)
        near = (point for point in domain.points() if math.isclose(point, start, rel_tol=1e-9, abs_tol=1e-12))
        return self._asked(name, domain, next(near, start), parent_name, parent_values)

    def Boolean(
        self, name: str, default: bool = False, parent_name: str | None = None, parent_values: Any = None
    ) -> Any:
        """Return True or False."""
        return self._asked(name, Choice(False, True), bool(default), parent_name, parent_values)

    def Fixed(self, name: str, value: Any, parent_name: str | None = None, parent_values: Any = None) -> Any:
        """Return `value`."""
        return self._asked(name, Choice(value), value, parent_name, parent_values)

    def get(self, name: str) -> Any:
        """Return the answer to a question that was asked before; raise KeyError without one."""
        return self.values[self._full(name)]

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: str) -> bool:
        return self._full(name) in self.values

    def is_active(self, name: str) -> bool:
        """Return whether the question was asked and its conditions held."""
        return str(name) in self.values

    def copy(self) -> HyperParameters:
        """Return one that answers alike and remembers for itself."""
        made = HyperParameters({**self._given, **self.values})
        made.values, made.space = dict(self.values), list(self.space)
        return made

    def _asked(self, name: str, domain: Domain, default: Any, parent_name: str | None, parent_values: Any) -> Any:
        if parent_name:
            with self.conditional_scope(parent_name, parent_values):
                return self._asked(name, domain, default, None, None)
        when = self._conditions[-1] if self._conditions else None
        parameter = Parameter(self._full(name), domain, default, when=when)
        if parameter.name not in {known.name for known in self.space if known.when == when}:
            _require_name(parameter.name)
            self.space.append(parameter)
        if when is not None and not when.holds(self.values):
            return None
        if parameter.name not in self.values:
            given = self._given.get(parameter.name, default)
            self.values[parameter.name] = domain.check(given, f"model.{parameter.name}")
        return self.values[parameter.name]

    def _full(self, name: str) -> str:
        return "/".join([*self._names, str(name)])


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.strip():
        raise BadValue(
            f"hyperparameter '{name}' has a character that is no letter, digit, space or one of _-.:/. Rename it."
        )
