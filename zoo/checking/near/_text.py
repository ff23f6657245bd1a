"""Near texts: of the same words, or with most runs of words in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

import numpy as np

from zoo.checking.duplicates import keys_of
from zoo.checking.near._places import first_of
from zoo.dataset import Dataset

ALIKE = 0.8  # the least share of runs of words in common
LEAST_WORDS, RUN = 5, 3  # shorter texts are often the same by chance; words in a run
HASHES, BANDS = 24, 6
_WORDS = re.compile(r"\w+")
_PRIME = (1 << 31) - 1


def near_rows(dataset: Dataset, base: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each text of `others` the place of a near one in `base`, or -1.

    Near are texts of five words and more with the same set of words, whatever their case, and those with 80 % of all
    their runs of three words in common, found by their least hashes (Broder 1997, minwise hashing).
    """
    one, other = ([_WORDS.findall(str(text).lower()) for text in texts] for texts in (base, others))
    found = first_of(_word_keys(one), _word_keys(other))
    found[[len(words) < LEAST_WORDS for words in other]] = -1
    for at, candidate in _candidates(one, other):
        if found[at] < 0 and _overlap(_runs(one[candidate]), _runs(other[at])) >= ALIKE:
            found[at] = candidate
    return found


def _word_keys(texts: list[list[str]]) -> np.ndarray:
    return keys_of(np.array([" ".join(sorted(set(words))) for words in texts], object))


def _runs(words: list[str]) -> set[int]:
    return {crc32(" ".join(words[at : at + RUN]).encode()) for at in range(max(len(words) - RUN, 0) + 1)}


def _overlap(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def _candidates(one: list[list[str]], other: list[list[str]]) -> Iterator[tuple[int, int]]:
    """Return pairs (place in `other`, place in `one`) of texts whose least hashes agree in a band of four."""
    base, wanted = _least_hashes(one), _least_hashes(other)
    for band in np.split(np.arange(HASHES), BANDS):
        found = first_of(keys_of(base[:, band]), keys_of(wanted[:, band]))
        for at in np.flatnonzero(found >= 0):
            if len(other[at]) >= LEAST_WORDS:
                yield int(at), int(found[at])


def _least_hashes(texts: list[list[str]]) -> np.ndarray:
    factors, shifts = np.random.default_rng(0).integers(1, _PRIME, (2, HASHES, 1))
    least = np.empty((len(texts), HASHES), np.int64)
    for at, words in enumerate(texts):
        runs = np.fromiter(_runs(words), np.int64) % _PRIME
        least[at] = ((factors * runs + shifts) % _PRIME).min(axis=1)
    return least
