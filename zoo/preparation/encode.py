"""Columns of text become columns of 0 and 1, one for each text that the training rows show often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.registry import register

MOST = 50  # texts of one column that are told apart
LEAST = 2  # training rows of a text that is told apart, unless more are asked for


@register()
@dataclass(frozen=True)
class Encode:
    """One-hot columns for the texts of each column of text; columns of numbers stay, and come first.

    A raw cell is the place of its text among all texts, NaN when it is missing. `kept` holds the places that get a
    column; the other texts share one, missing cells have one. Where no training row needs such a column there is
    none, and a cell that would is all zeros: the weight of an input that never moved is still random.
    """

    columns: tuple[int, ...]
    kept: tuple[tuple[int, ...], ...]
    others: tuple[bool, ...]
    gaps: tuple[bool, ...]

    @classmethod
    def fit(cls, rows: np.ndarray, columns: Sequence[int] = (), least: int = LEAST) -> Encode:
        """Return the encoding of those `columns` of `rows` (n, columns) that hold places of texts.

        A text that fewer than `least` rows show is rare: it shares its column with the others.
        """
        cells = [rows[:, column] for column in columns]
        kept = tuple(_frequent(found, least) for found in cells)
        others = (bool((~np.isnan(c) & ~np.isin(c, places)).any()) for c, places in zip(cells, kept, strict=True))
        return cls(tuple(columns), kept, tuple(others), tuple(bool(np.isnan(c).any()) for c in cells))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Encode:
        """Return the step that `to_json` wrote."""
        kept = tuple(map(tuple, values["kept"]))
        return cls(tuple(values["columns"]), kept, tuple(values["others"]), tuple(values["gaps"]))

    def apply(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (n, numbers + flags) in float64: the numbers, then each text column's flags."""
        numbers = np.delete(rows.astype(np.float64), self.columns, axis=1)
        facts = zip(self.columns, self.kept, self.others, self.gaps, strict=True)
        return np.column_stack([numbers, *(_flags(rows[:, column], *rest) for column, *rest in facts)])

    def to_json(self) -> dict[str, Any]:
        """Return the name, the columns, and for each the places kept and whether others and gaps have a column."""
        kept, others, gaps = [list(places) for places in self.kept], list(self.others), list(self.gaps)
        return {"name": "encode", "columns": list(self.columns), "kept": kept, "others": others, "gaps": gaps}


def _frequent(cells: np.ndarray, least: int) -> tuple[int, ...]:
    """Return the places of the most frequent texts that `least` rows show, sorted."""
    places, counts = np.unique(cells[~np.isnan(cells)].astype(int), return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST]
    return tuple(sorted(places[order[counts[order] >= least]].tolist()))


def _flags(cells: np.ndarray, kept: Sequence[int], others: bool, gaps: bool) -> np.ndarray:
    is_missing = np.isnan(cells)
    is_kept = cells[:, np.newaxis] == np.asarray(kept, np.float64)
    is_other = ~is_missing & ~is_kept.any(axis=1)
    return np.column_stack([is_kept, *([is_other] if others else []), *([is_missing] if gaps else [])]).astype(float)
