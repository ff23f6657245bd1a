"""Diabetes progression a year after baseline, Efron et al. 2004, as bundled with scikit-learn."""

from __future__ import annotations

import numpy as np

from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(embedded=True)
def diabetes(source: Source) -> Dataset:
    """442 patients in 10 measured columns, and how far their disease has progressed: a quantity."""
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    x, y = bunch.data.astype(np.float64), bunch.target.astype(np.float64)
    return Dataset(source.path, source, "table", x, y, columns=tuple(bunch.feature_names))
