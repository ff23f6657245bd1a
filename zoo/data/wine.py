"""Wine recognition, Aeberhard and Forina (UCI, 1991), as bundled with scikit-learn."""

from __future__ import annotations

from zoo.data._bundled import table_of
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(embedded=True)
def wine(source: Source) -> Dataset:
    """178 wines in 13 measured columns, from three growers."""
    from sklearn.datasets import load_wine

    return table_of(load_wine(), source)
