"""Handwritten digits, as Keras downloads them (LeCun, Cortes and Burges 1998)."""

from __future__ import annotations

from zoo.data._downloaded import images_of
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register


@register(embedded=True, download=True)
def mnist(source: Source) -> Dataset:
    """60,000 and 10,000 handwritten digits of 28x28 grey pixels, in 10 classes; downloaded by Keras."""
    return images_of(source, "mnist", tuple(map(str, range(10))))
