"""Every point of a space, and how many there are: by asking `suggest` again and again, so conditions are honoured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from search.drawing.spaces import StudySpace
from search.drawing.suggest import Suggestion, suggest
from zoo.errors import BadValue

MOST_POINTS = 1_000_000


class _Odometer:
    """An asker that gives the options of each question in turn; what is asked later turns faster."""

    def __init__(self) -> None:
        self._turned: list[int] = []  # which option each question got
        self._sizes: list[int] = []
        self.answers: dict[str, Any] = {}

    def suggest_int(self, name: str, low: int, high: int) -> int:
        return self._answer(name, range(low, high + 1))

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        spread = (low * high) ** 0.5 if log else (low + high) / 2
        raise BadValue(
            f"{name} is searched from {low:g} to {high:g}, which is no list to go through;"
            f" name its values. Try --space {name}={low:g},{spread:g},{high:g}, or another --sampler."
        )

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        return self._answer(name, choices)

    def begin(self) -> None:
        """Forget what was asked at the last point."""
        self._sizes.clear()
        self.answers = {}

    def turn(self) -> bool:
        """Go on to the next point; False when all have been there."""
        del self._turned[len(self._sizes) :]
        while self._turned and self._turned[-1] + 1 == self._sizes[len(self._turned) - 1]:
            self._turned.pop()
        if self._turned:
            self._turned[-1] += 1
        return bool(self._turned)

    def _answer(self, name: str, options: Sequence[Any]) -> Any:
        place = len(self._sizes)
        self._sizes.append(len(options))
        if place == len(self._turned):
            self._turned.append(0)
        self.answers[name] = options[self._turned[place]]
        return self.answers[name]


def points(space: StudySpace) -> Iterator[tuple[Suggestion, dict[str, Any]]]:
    """Yield every point of `space` as values, and as answers by the names that are asked.

    Raises BadValue for a range of numbers, which has no list of values.
    """
    odometer, more = _Odometer(), True
    while more:
        odometer.begin()
        yield suggest(space, odometer), odometer.answers
        more = odometer.turn()


def all_points(space: StudySpace) -> tuple[dict[str, Any], ...]:
    """Return the answers of every point of `space`, by the names that are asked; raise BadValue for too many."""
    found = []
    for _, answers in points(space):
        found.append(answers)
        if len(found) > MOST_POINTS:
            raise BadValue(
                f"the space has over {MOST_POINTS:,} points; narrow it with --set or --space, or choose tpe."
            )
    return tuple(found)
