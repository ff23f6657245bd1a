"""A study's space for a device: choices go that its files do badly with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from search.drawing.spaces import Space, StudySpace
from zoo.devices import FORMAT, device_named
from zoo.errors import BadValue
from zoo.space import Choice, Parameter


def decided(device: str, precision: str, compress: bool) -> str:
    """Return in words what a study does for its device."""
    known = device_named(device)
    first, smaller = known.precisions[0], ", made smaller first" if compress else ""
    other = "" if precision == first else f", as asked, though it is for {first}"
    avoided = f"; not searched: {', '.join(known.avoided)}" if known.avoided else ""
    file = precision if known.runs[0] == FORMAT else f"{known.runs[0]} {precision}"
    return f"device {device}: trials are measured as {file} files{other}{smaller}{avoided}"


def suited(space: StudySpace, device: str, asked: Collection[str] = ()) -> StudySpace:
    """Return `space` without the activations that have no kernel in integers on `device`.

    Raises BadValue where nothing else is left, or one of the names `asked` for by the user lists such a one.
    """
    avoided = device_named(device).avoided
    builders = {name: _suited(own, name, avoided, (device, asked)) for name, own in space.builders.items()}
    return replace(space, builders=builders)


def _suited(
    own: Space, builder: str, avoided: Collection[str], why: tuple[str, Collection[str]]
) -> Mapping[str, Parameter]:
    return {name: _without(parameter, f"{builder}.{name}", avoided, why) for name, parameter in own.items()}


def _without(parameter: Parameter, name: str, avoided: Collection[str], why: tuple[str, Collection[str]]) -> Parameter:
    points, (device, asked) = parameter.domain.points(), why
    if not isinstance(parameter.domain, Choice) or not {*(points or (parameter.default,))} & {*avoided}:
        return parameter
    left = tuple(point for point in points if point not in avoided)
    if not left or {name, f"model.{parameter.name}"} & {*asked}:
        wrong = next(point for point in (*points, parameter.default) if point in avoided)
        raise BadValue(f"{name} is {wrong}, which has no integer kernel on device {device}. Try relu.")
    return parameter.narrowed(left)
