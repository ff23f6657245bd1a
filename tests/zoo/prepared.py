"""A preparation fitted to bare rows, for tests that need no data set around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from zoo.dataset import Dataset
from zoo.plans import fit_preparation
from zoo.preparation import Preparation
from zoo.recipe import Source


def prepared_by(
    modality: str,
    rows: np.ndarray,
    columns: Sequence[str] | None = None,
    categories: Mapping[str, tuple[str, ...]] | None = None,
    **values: Any,
) -> Preparation:
    """Return the preparation that training `rows` of a modality get; a table's columns are x0, x1 ... unless named."""
    if columns is None and modality == "table":
        columns = [f"x{place}" for place in range(rows.shape[1])]
    about = {"columns": tuple(columns or ()), "categories": dict(categories or {})}
    dataset = Dataset("rows", Source("rows"), modality, rows, np.zeros(len(rows), np.int32), ("a", "b"), **about)
    return fit_preparation(dataset, rows, values)
