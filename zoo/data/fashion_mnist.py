"""Pictures of clothes, as Keras downloads them (Xiao, Rasul and Vollgraf 2017)."""

from __future__ import annotations

from zoo.data._downloaded import images_of
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register

CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


@register(embedded=True, download=True)
def fashion_mnist(source: Source) -> Dataset:
    """60,000 and 10,000 pictures of clothes of 28x28 grey pixels, in 10 classes; downloaded by Keras."""
    return images_of(source, "fashion_mnist", CLASSES)
