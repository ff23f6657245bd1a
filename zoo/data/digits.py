"""Handwritten digits: the test part of Alpaydin and Kaynak's set (UCI, 1998), as bundled with scikit-learn."""

from __future__ import annotations

import numpy as np

from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(embedded=True)
def digits(source: Source) -> Dataset:
    """1,797 handwritten digits of 8x8 pixels, 0 to 16, in 10 classes."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    x = bunch.images.astype(np.float32)[..., np.newaxis]
    y, classes = bunch.target.astype(np.int32), tuple(map(str, bunch.target_names))
    return Dataset(source.path, source, "image", x, y, classes, tuple(bunch.feature_names))
