"""Fitting a preparation: the steps of a plan, one after the other, on training rows only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.lazy import CHUNK_BYTES, LazyRows, in_memory
from zoo.plans import plan_of
from zoo.preparation import Preparation, Step

Fit = Callable[[np.ndarray], Step]
SEED, FEWEST = 0, 100  # rows left on the disk are fitted on so many or more, drawn: as many as are read at once
IMAGE_AXES = 4


def fit_preparation(
    dataset: Dataset, rows: np.ndarray | LazyRows, values: Mapping[str, Any] | None = None
) -> Preparation:
    """Return the preparation of `dataset` fitted to the training `rows` of it; `values` are its `preparation.*`.

    Rows left on the disk, and windows of a forecast wherever they are, are fitted on as many as fill 64 MiB, drawn
    with a fixed seed. Raises BadData for a column without any value and for numbers too large to average, UnknownName
    and BadValue for values that the plan does not take.
    """
    rows = _at_hand(rows, "lookback" in dataset.facts)
    if dataset.modality == "table":
        _require_values(rows, dataset)
    shape = () if rows.dtype.kind == "O" else rows.shape[1:]
    steps, prepared = [], rows
    for fit in plan_of(dataset, values or {}):
        steps.append(fit(prepared))
        prepared = steps[-1].apply(prepared)
    return Preparation(
        columns=tuple(dataset.columns),
        raw_shape=shape,
        steps=tuple(steps),
        dtype=_dtype(prepared),
        categories=dict(dataset.categories),
        modality=dataset.modality,
        dates=dataset.dates,
        facts=dict(dataset.facts),
    )


def _dtype(prepared: np.ndarray) -> str:
    if prepared.dtype == np.uint8:
        return "uint8" if prepared.ndim == IMAGE_AXES else "float32"
    return "int32" if prepared.dtype.kind in "iu" else "float32"


def narrowed(preparation: Preparation) -> Preparation:
    """Return the preparation with those texts alone that it tells apart; its rows hold places among these.

    Names of people that stand once in a column are thus in no bundle: they are unseen texts, prepared as before.
    """
    if not preparation.categories:
        return preparation
    steps = [_renumbered(step) if hasattr(step, "kept") else step for step in preparation.steps]
    encode = next(step for step in preparation.steps if hasattr(step, "kept"))
    facts = zip(preparation.categories.items(), encode.kept, strict=True)
    texts = {column: tuple(map(found.__getitem__, kept)) for (column, found), kept in facts}
    return replace(preparation, categories=texts, steps=tuple(steps))


def _renumbered(encode: Any) -> Any:
    return replace(encode, kept=tuple(tuple(range(len(kept))) for kept in encode.kept))


def _at_hand(rows: np.ndarray | LazyRows, are_windows: bool) -> np.ndarray:
    """Return the rows that are fitted on: of windows, which overlap, the same ones whatever memory is free."""
    is_lazy = isinstance(rows, LazyRows)
    if not is_lazy and not are_windows:
        return rows
    most = max(FEWEST, CHUNK_BYTES // max(rows.row_bytes if is_lazy else rows[0].nbytes, 1))
    if len(rows) > most:
        rows = rows[np.sort(np.random.default_rng(SEED).permutation(len(rows))[:most])]
    return in_memory(rows)


def _require_values(rows: np.ndarray, dataset: Dataset) -> None:
    empty = [dataset.columns[place] for place in _empty(rows) if dataset.columns[place] not in dataset.categories]
    if empty:
        raise BadData(f"column '{empty[0]}' has no value in any training row; nothing can be learned of it. Remove it.")


def _empty(rows: np.ndarray) -> Sequence[int] | Iterator[int]:
    return np.flatnonzero(np.isnan(rows).all(axis=0))
