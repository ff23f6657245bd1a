"""Small photographs, as Keras downloads them (Krizhevsky 2009)."""

from __future__ import annotations

from zoo.data._downloaded import images_of
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@register(embedded=True, download=True)
def cifar10(source: Source) -> Dataset:
    """50,000 and 10,000 photographs of 32x32 pixels in colour, in 10 classes; downloaded by Keras."""
    return images_of(source, "cifar10", CLASSES)
