"""Channels of a network by number: which of them are one and the same, and which must stay."""

from __future__ import annotations

import numpy as np


class Numbering:
    """Numbers that are given out, united where they are one, and held where they must stay."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._held: set[int] = set()

    def fresh(self, count: int) -> np.ndarray:
        """Return `count` numbers that nobody has yet."""
        first = len(self._parents)
        self._parents.extend(range(first, first + count))
        return np.arange(first, first + count)

    def unite(self, one: np.ndarray, other: np.ndarray) -> None:
        """Make each number of `one` and that of `other` at the same place one and the same."""
        for first, second in zip(one.tolist(), other.tolist(), strict=True):
            self._parents[self._root(first)] = self._root(second)

    def hold(self, numbers: np.ndarray) -> None:
        """Let these stay, and all that are one with them."""
        self._held.update(np.unique(numbers).tolist())

    def classes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the class of each number, counted from 0, equal where they are one; and which classes are held."""
        roots = [self._root(number) for number in range(len(self._parents))]
        found, classes = np.unique(roots, return_inverse=True)
        held = np.zeros(len(found), bool)
        held[classes[sorted(self._held)]] = True
        return classes, held

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number
