"""Tables that scikit-learn brings along."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.dataset import Dataset
from zoo.recipe import Source


def table_of(bunch: Any, source: Source) -> Dataset:
    """Return scikit-learn's `bunch` as a Dataset; its cells are all there."""
    classes, columns = (tuple(map(str, names)) for names in (bunch.target_names, bunch.feature_names))
    y = bunch.target.astype(np.int32)
    return Dataset(source.path, source, "table", bunch.data.astype(np.float64), y, classes, columns)
