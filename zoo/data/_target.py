"""The column to learn, out of a table read chunk by chunk: its cells, then one array of labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import FEW, plain_labels
from zoo.errors import BadData
from zoo.raw.cells import MISSING_CELLS, is_truth, number, quoted
from zoo.raw.frames import cells_of, numbers

if TYPE_CHECKING:
    import pandas as pd

ODD = 0.1  # the largest share of text that is taken for mistakes among numbers


def are_words(column: pd.Series) -> bool:
    """Return whether some cells of a chunk of the column are text or truth values, which are classes."""
    if column.dtype.kind in "biuf":
        return False
    return any(number(cell) is None or is_truth(cell) for cell in set(cells_of(column)))


def labels_in(column: pd.Series, are_texts: bool) -> np.ndarray:
    """Return the labels of a chunk (rows,): numbers, truth values, or, as objects, the texts of cells."""
    if column.dtype.kind == "b" and not column.isna().any():
        return column.to_numpy(bool)
    if not are_texts:
        return numbers(column)[0]
    known: dict[str, str] = {}
    labels = np.empty(len(column), object)
    labels[:] = [known.setdefault(cell, cell) for cell in cells_of(column)]
    return labels


def joined_labels(parts: Sequence[np.ndarray], where: str) -> np.ndarray:
    """Return the labels of all chunks in one array; raise BadData for missing ones and a few texts among numbers."""
    labels = np.concatenate(parts)
    are_texts = labels.dtype.kind == "O"
    missing = sum(cell.strip() in MISSING_CELLS for cell in labels) if are_texts else int(_isnan(labels).sum())
    if missing:
        raise BadData(
            f"{where} is missing in {missing:,} of {len(labels):,} rows. Fill in the target or remove those rows."
        )
    return plain_labels(_without_odd_texts(labels, where) if are_texts else labels, where)


def _isnan(labels: np.ndarray) -> np.ndarray:
    return np.isnan(labels) if labels.dtype.kind == "f" else np.zeros(len(labels), bool)


def _without_odd_texts(labels: np.ndarray, where: str) -> np.ndarray:
    """Return texts, or numbers where these are many and no cell is text; raise BadData for a few texts among them."""
    read = {cell: number(cell) for cell in set(labels)}
    if len({value for value in read.values() if value is not None and np.isfinite(value)}) <= FEW:
        return labels
    odd = [row for row, cell in enumerate(labels) if read[cell] is None]
    if not odd:
        return np.asarray([read[cell] for cell in labels], np.float64)
    if len(odd) > ODD * len(labels):
        return labels
    also = f", as {len(odd):,} of its {len(labels):,} filled cells do" if len(odd) > 1 else ""
    raise BadData(
        f"{where} holds text ({quoted(labels[odd[0]])} in data row {odd[0] + 1}{also}) among numbers. "
        "Write numbers there, or leave the cells empty."
    )
