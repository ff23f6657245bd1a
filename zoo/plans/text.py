"""How texts are prepared: split into words, which are numbered by a vocabulary of the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

from zoo.dataset import Dataset
from zoo.preparation import PREPARATIONS
from zoo.registry import register
from zoo.space import Int, Parameter

if TYPE_CHECKING:
    from zoo.plans import Fit

ROWS = 20_000  # texts that are enough to count words by


@register()
def text(
    dataset: Dataset,
    *,
    vocabulary: Annotated[int, Int(10, 100_000, search=(1000, 2000, 4000, 8000, 16_000))] = 8000,
    ngrams: Annotated[int, Int(1, 2)] = 1,
    length: Annotated[int, Int(0, 4096, search=())] = 0,
) -> list[Fit]:
    """The most frequent words are numbered, at most `vocabulary`; with `ngrams` 2 pairs of neighbours as well.

    A row is `length` tokens long; 0 takes what 95 % of the training texts need, and at most 256.
    """
    return [partial(PREPARATIONS.get("tokenise").fit, vocabulary=vocabulary, ngrams=ngrams, length=length)]


def narrowed(dataset: Dataset, space: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the space without those vocabularies that would hold no more words than a smaller one."""
    from zoo.preparation.tokenise import frequent, split_text

    words = len(frequent(map(split_text, dataset.x[:ROWS]), space["ngrams"].domain.high))
    sizes = space["vocabulary"].domain.points()
    larger = [size for size in sizes if size >= words]
    useful = tuple(size for size in sizes if size < words) + tuple(larger[:1])
    return {**space, "vocabulary": space["vocabulary"].narrowed(useful)}
