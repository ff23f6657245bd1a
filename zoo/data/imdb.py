"""Reviews of films, as Keras downloads them (Maas et al. 2011): numbers of words, turned back into text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from zoo.data._downloaded import downloaded
from zoo.dataset import Dataset
from zoo.recipe import Source
from zoo.registry import register

CLASSES = ("negative", "positive")
FIRST = 3  # Keras numbers the most frequent word 4: 1 begins a review, 2 stands for an unknown word
_MARKS = {0: "", 1: "", 2: ""}


@register(embedded=True, download=True)
def imdb(source: Source) -> Dataset:
    """25,000 and 25,000 reviews of films, in small letters without marks, in 2 classes; downloaded by Keras."""
    parts, index = downloaded("imdb", lambda module: (module.load_data(), module.get_word_index()))
    words = {**{number + FIRST: word for word, number in index.items()}, **_MARKS}
    (x, y), (x_test, y_test) = parts
    kept = {"y": y.astype(np.int32), "y_test": y_test.astype(np.int32), "classes": CLASSES}
    return Dataset(source.path, source, "text", texts_of(x, words), x_test=texts_of(x_test, words), **kept)


def texts_of(reviews: Sequence[Sequence[int]], words: Mapping[int, str]) -> np.ndarray:
    """Return the reviews (n,) of str; numbers that stand for no word are left out."""
    texts = np.empty(len(reviews), object)
    for place, numbers in enumerate(reviews):
        texts[place] = " ".join(filter(None, (words.get(int(number), "") for number in numbers)))
    return texts
