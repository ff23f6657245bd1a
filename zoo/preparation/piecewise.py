"""Columns cut into bins, each of which a number fills up from the left: piecewise-linear encoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.preparation._columns import flags
from zoo.registry import register

BINS = 16
STEP = 2.0**-52  # of an edge: the next number up from it is no farther


@register(widens=True)
@dataclass(frozen=True)
class Piecewise:
    """Encode a number by how far it fills each bin (Gorishniy et al. 2022, arXiv 2203.05556, equation 1).

    Of bins with the edges b_0 < b_1 < ... < b_T, the t-th is 0 for x below b_(t-1), 1 for x from b_t on, and
    (x - b_(t-1)) / (b_t - b_(t-1)) between; the first and the last go on beyond their outer edges. `edges` holds
    those of each column; a column without any, of 0 and 1, stays as it is.
    """

    edges: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, rows: np.ndarray, bins: int = BINS) -> Piecewise:
        """Return the edges of at most `bins` bins a column of `rows` (n, columns): quantiles, each of them once."""
        numbers, shares = rows.astype(np.float64), np.linspace(0, 1, bins + 1)
        chosen = zip(numbers.T, flags(numbers), strict=True)
        return cls(tuple(() if is_flag else _edges(cells, shares) for cells, is_flag in chosen))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Piecewise:
        """Return the step that `to_json` wrote."""
        return cls(tuple(map(tuple, values["edges"])))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, bins of all columns) in float64, the bins of a column side by side where it stood."""
        numbers = rows.astype(np.float64)
        with np.errstate(over="ignore"):  # Preparation.apply names the cell that overflows
            encoded = [_filled(cells, edges) for cells, edges in zip(numbers.T, self.edges, strict=True)]
        return np.concatenate(encoded, axis=1)

    def to_json(self) -> dict[str, Any]:
        """Return the name and each column's edges."""
        return {"name": "piecewise", "edges": list(map(list, self.edges))}


def _edges(cells: np.ndarray, shares: np.ndarray) -> tuple[float, ...]:
    """Return different quantiles; a constant gets a bin of width 1, or more from 2^52 on, at whose start it is 0."""
    edges = np.unique(np.quantile(cells, shares)).tolist()
    return tuple(edges) if len(edges) > 1 else (edges[0], edges[0] + max(1.0, abs(edges[0]) * STEP))


def _filled(cells: np.ndarray, edges: tuple[float, ...]) -> np.ndarray:
    """Return how far numbers (n,) fill each bin, (n, bins); those of a column without edges, (n, 1), as they are."""
    if not edges:
        return cells[:, np.newaxis]
    low, high = np.asarray(edges[:-1]), np.asarray(edges[1:])
    shares = (cells[:, np.newaxis] - low) / (high - low)
    least, most = np.zeros(len(low)), np.ones(len(low))
    least[0], most[-1] = -np.inf, np.inf
    return np.clip(shares, least, most)
