"""The lengths of a file's inputs where the file leaves some open: as they are typed, and as the file takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zoo.errors import BadValue
from zoo.profiling.profiles import Shaped

Shape = tuple[int, ...]
LIKELY = 96  # a length to try where a file names none


def typed(texts: Iterable[str]) -> tuple[Shape, ...]:
    """Return the shapes that were typed as `1,96,96,3`, one for each input; raise BadValue for other words."""
    return tuple(_typed(text) for text in texts)


def _typed(text: str) -> Shape:
    try:
        return tuple(int(length) for length in text.split(","))
    except ValueError:
        rule = "it must be whole numbers with commas between them"
        raise BadValue(f"shape is '{text}'; {rule}. Try 1,{LIKELY},{LIKELY},3.") from None


def shapes_of(shape: Sequence[int] | Sequence[Sequence[int]] | None) -> tuple[Shape, ...]:
    """Return one shape for each input: those of `shape`, or `shape` itself, which is the only one."""
    given = tuple(shape or ())
    if given and not isinstance(given[0], Sequence):
        given = (given,)
    return tuple(tuple(int(length) for length in one) for one in given)


def require_fitting(shapes: Sequence[Shape], inputs: Sequence[Shaped]) -> None:
    """Raise BadValue unless there is a shape for each input, of the lengths that the file leaves no choice of."""
    if len(shapes) != len(inputs):
        told, taken = _plural(len(shapes), "shape"), _plural(len(inputs), "input")
        ask = " ".join(f"--shape {example((), one)}" for one in inputs)
        raise BadValue(f"{told} given, and the file has {taken}; each takes one, in their order. Try {ask}.")
    for shape, one in zip(shapes, inputs, strict=True):
        rule = _broken_rule(shape, one)
        if rule:
            raise BadValue(f"shape is {joined(shape)}; the file's input is {one}, {rule}. Try {example(shape, one)}.")


def _broken_rule(shape: Shape, one: Shaped) -> str:
    if len(shape) != len(one.shape):
        return f"which has {_plural(len(one.shape), 'length')}"
    if any(length < 1 for length in shape):
        return "and each length must be 1 or more"
    fixed = all(own in (None, length) for own, length in zip(one.shape, shape, strict=True))
    return "" if fixed else "in which only lengths marked ? are open"


def example(shape: Shape, one: Shaped) -> str:
    """Return lengths that an input takes, those of `shape` where it may have them."""
    first = (1,) if len(one.shape) > 1 else ()
    usual = (*first, *(LIKELY for _ in one.shape[len(first) :]))
    given = shape if len(shape) == len(usual) else usual
    open_ones = [length if length > 0 else rest for length, rest in zip(given, usual, strict=True)]
    return joined([rest if own is None else own for own, rest in zip(one.shape, open_ones, strict=True)])


def leaves_open(inputs: Iterable[Shaped]) -> bool:
    """Return whether lengths besides the number of rows are left open; a single length is no number of rows."""
    return any(None in (one.shape[1:] if len(one.shape) > 1 else one.shape) for one in inputs)


def joined(shape: Sequence[int | None]) -> str:
    """Return a shape as it is typed."""
    return ",".join("?" if length is None else str(length) for length in shape)


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
