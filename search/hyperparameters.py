"""A builder's values drawn from KerasTuner's HyperParameters: what varies is asked for, the rest stays fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from search.suggest import ordered
from zoo.space import Float, Parameter

if TYPE_CHECKING:
    from keras_tuner import HyperParameters


def drawn(hp: HyperParameters, owner: str, space: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return a value for every parameter; the tuner is asked for those that vary, by dotted name."""
    values: dict[str, Any] = {}
    for name, parameter in space.items():
        with _condition(hp, owner, parameter, values) as matters:
            value = _ask(hp, f"{owner}.{name}", parameter) if matters else None
        values[name] = parameter.default if value is None else value  # KerasTuner gives None where a condition fails
    return values


@contextmanager
def _condition(hp: HyperParameters, owner: str, parameter: Parameter, values: Mapping[str, Any]) -> Iterator[bool]:
    when = parameter.when
    parent = f"{owner}.{when.parent}" if when else ""
    asked = when is not None and any(known.name == parent for known in hp.space)
    with hp.conditional_scope(parent, list(when.values)) if when and asked else nullcontext():
        yield when is None or asked or values[when.parent] in when.values


def _ask(hp: HyperParameters, name: str, parameter: Parameter) -> Any:
    points = parameter.domain.points()
    if len(points) < 2:
        return points[0] if points else parameter.default
    if isinstance(parameter.domain, Float):
        low, high = points
        start = parameter.default if low <= parameter.default <= high else low
        return hp.Float(name, low, high, sampling="log" if parameter.domain.log else "linear", default=start)
    start = parameter.default if parameter.default in points else points[0]
    grid = _grid(points)
    if grid is None:
        choice = hp.Choice(name, list(points), ordered=ordered(points), default=start)
        return next((point for point in points if point == choice), None)  # KerasTuner makes 1 of True
    return hp.Int(name, points[0], points[-1], **grid, default=start)


def _grid(points: Sequence[Any]) -> dict[str, Any] | None:
    """Return the step and the sampling of whole numbers that lie evenly, on a plain or a logarithmic scale."""
    if not all(type(point) is int for point in points) or not ordered(points):
        return None
    pairs = list(zip(points, points[1:], strict=False))
    steps, factors = {b - a for a, b in pairs}, {b / a for a, b in pairs if a > 0}
    if len(steps) == 1:
        return {"step": steps.pop()}
    if len(factors) == 1 and points[0] > 0 and (factor := factors.pop()).is_integer():
        return {"step": int(factor), "sampling": "log"}
    return None
