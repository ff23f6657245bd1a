"""A builder's values drawn from KerasTuner's HyperParameters: what varies is asked for, the rest stays fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from search.drawing.suggest import ordered
from zoo.space import Float, Parameter, When

if TYPE_CHECKING:
    from keras_tuner import HyperParameters


def drawn(hp: HyperParameters, owner: str, space: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return a value for every parameter; the tuner is asked for those that vary, by dotted name."""
    values: dict[str, Any] = {}
    for name, parameter in space.items():
        with _condition(hp, owner, _chain(space, parameter), values) as matters:
            value = _ask(hp, f"{owner}.{name}", parameter) if matters else None
        values[name] = parameter.default if value is None else value  # KerasTuner gives None where a condition fails
    return values


def _chain(space: Mapping[str, Parameter], parameter: Parameter) -> list[tuple[Parameter, When]]:
    """Return the parents that a parameter hangs on, the outermost first, each with its condition."""
    if parameter.when is None:
        return []
    parent = space[parameter.when.parent]
    return [*_chain(space, parent), (parent, parameter.when)]


@contextmanager
def _condition(
    hp: HyperParameters, owner: str, chain: Sequence[tuple[Parameter, When]], values: Mapping[str, Any]
) -> Iterator[bool]:
    """Open the scopes of all parents that vary; yield False where one that does not vary has another value."""
    settled = [(parent, when) for parent, when in chain if len(parent.domain.points()) < 2]
    if any(values[parent.name] not in when.values for parent, when in settled):
        yield False
        return
    with ExitStack() as scopes:
        for parent, when in chain:
            if (parent, when) not in settled:  # KerasTuner knows a parent only inside its own parent's scope
                scopes.enter_context(hp.conditional_scope(f"{owner}.{parent.name}", list(when.values)))
        yield True


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
