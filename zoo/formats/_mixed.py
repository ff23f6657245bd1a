"""Weights of four bits where a model does not mind, and of eight where it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from zoo.bits import LEAST, Bits
from zoo.formats._described import described
from zoo.formats._weights import sizes, with_weights

FEW, MANY = LEAST, 8  # bits
AWAY = 0.005  # how far answers may be from the float file's on average, as a part of how far they are from each other

Answer = Callable[[bytes, np.ndarray], np.ndarray]


class Scan(NamedTuple):
    """What a sensitivity scan found: the bits of each matrix by its place, and how far away each alone puts answers.

    That is on average, as a part of how far the float file's answers are from their mean.
    """

    bits: dict[int, int]
    away: dict[int, float]


def mixed(content: bytes, rows: np.ndarray, answer: Answer) -> tuple[bytes, Bits]:
    """Return a float LiteRT file's `content` with weights of four or eight bits, each matrix by a sensitivity scan.

    What each got, and what the scan found of it, comes with it.
    """
    found = scan(content, rows, answer)
    small = with_weights(content, found.bits)
    return small, Bits(described(content, small, found.away), len(rows), AWAY)


def in_four_bits(content: bytes) -> tuple[bytes, Bits]:
    """Return a float LiteRT file's `content` with all weights in four bits, and on which grids they are."""
    small = with_weights(content, dict.fromkeys(sizes(content), FEW))
    return small, Bits(described(content, small))


def scan(content: bytes, rows: np.ndarray, answer: Answer) -> Scan:
    """Return how many bits each weight matrix of a float file gets; `answer` runs a file's content on `rows`.

    How far away a matrix of four bits alone puts the answers tells its sensitivity. Beginning with all in eight bits,
    each gets four, the least sensitive for its size first, if the answers then stay within AWAY of the float file's.
    """
    exact = answer(content, rows)
    spread = float(np.abs(exact - exact.mean(axis=0)).mean()) or 1.0

    def away(bits: dict[int, int]) -> float:
        difference = np.abs(answer(with_weights(content, bits), rows) - exact) / spread
        return float(difference.mean()) if np.isfinite(difference).all() else np.inf

    counts = sizes(content)
    alone = {place: away({place: FEW}) for place in counts}
    bits = dict.fromkeys(counts, MANY)
    for place in sorted(counts, key=lambda one: alone[one] / counts[one]):
        tried = {**bits, place: FEW}
        if away(tried) <= AWAY:
            bits = tried
    return Scan(bits, alone)
