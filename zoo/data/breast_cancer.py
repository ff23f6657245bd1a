"""Breast cancer Wisconsin (diagnostic), Street et al. 1993, as bundled with scikit-learn."""

from __future__ import annotations

from zoo.data._bundled import table_of
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(embedded=True)
def breast_cancer(source: Source) -> Dataset:
    """569 tumours in 30 measured columns, malignant or benign."""
    from sklearn.datasets import load_breast_cancer

    return table_of(load_breast_cancer(), source)
