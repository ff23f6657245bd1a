"""What is said of a value that is not allowed: who allows what, and what to type instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from search.drawing.ranges import Range
from zoo.errors import BadValue
from zoo.space import Choice, Int, Parameter, Part


def require_allowed(name: str, given: Range, takers: Mapping[str, Parameter | None], option: str) -> None:
    """Raise BadValue unless each of `takers` that has the parameter allows every value of `given`.

    `takers` are builders, or "train", by name; None stands for one without the parameter.
    """
    for value in given.values:
        if all(_allows(taker, value) for taker in takers.values() if taker):
            continue
        having = [f"{owner} allows {taker.domain.describe()}" for owner, taker in takers.items() if taker]
        lacking = [f"{owner} has no such value" for owner, taker in takers.items() if not taker]
        raise BadValue(
            f"{name} is {_word(value)}; {', '.join(having + lacking)}. Try {_cure(name, given, takers, option)}"
        )


def _cure(name: str, given: Range, takers: Mapping[str, Parameter | None], option: str) -> str:
    """Return what to type instead: for a builder that takes it all, else nearby values for all, else for one."""
    having = {owner: taker for owner, taker in takers.items() if taker}
    last = name.partition(".")[2]
    near = {owner: _near(taker, given) for owner, taker in having.items()}
    for owner, values in near.items():
        if values == given.values:
            return f"{option} {owner}.{last}={_respelled(given, values)}"
    for values in near.values():
        if all(_allows(taker, value) for taker in having.values() for value in values):
            only = f" --builder {','.join(having)}" if len(having) < len(takers) else ""
            return f"{option} {name}={_respelled(given, values)}{only}"
    owner, values = next(iter(near.items()))
    return f"{option} {owner}.{last}={_respelled(given, values)}"


def _near(parameter: Parameter, given: Range) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(_nearest(parameter, value) for value in given.values))


def _respelled(given: Range, values: tuple[Any, ...]) -> str:
    return str(Range(tuple(map(_word, values)), given.between and len(values) > 1, given.log and len(values) > 1))


def _nearest(parameter: Parameter, value: Any) -> Any:
    domain = parameter.domain
    if _allows(parameter, value):
        return value
    if isinstance(domain, Part) and isinstance(value, str):
        return domain.nearest(value)
    if isinstance(domain, Choice) or isinstance(value, bool) or not isinstance(value, (int, float)):
        return parameter.default
    if math.isnan(value):
        return parameter.default
    near = min(max(value, domain.low), domain.high)
    return round(near) if isinstance(domain, Int) else near


def _allows(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.domain.check(value, parameter.name)
    except BadValue:
        return False
    return True


def _word(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else value
