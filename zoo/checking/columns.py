"""What is odd about columns and classes: they tell nothing, the same as another, or the same in two spellings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from zoo.checking.finding import DOUBT, NOTE, Finding, listed
from zoo.data._checks import constant_columns
from zoo.dataset import Dataset
from zoo.lazy import LazyRows
from zoo.tables import UNSEEN

EXACT, LONGEST = 2.0**53, 2.0**64  # float64 holds all whole numbers up to the first; ids end at the second
DIGITS_OF = 100  # so many numbers tell whether a column's have more than 15 digits
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
MOST_NUMBERS = 20_000_000  # cells; larger tables are not looked through column by column


def constant(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of columns of one value."""
    if dataset.modality == "table" and isinstance(dataset.x, np.ndarray):
        names = [f"'{dataset.columns[place]}'" for place in np.flatnonzero(constant_columns(dataset))]
        if len(names) == 1:
            yield Finding(DOUBT, f"column {names[0]} is constant: it tells nothing")
        elif names:
            yield Finding(DOUBT, f"{len(names):,} columns are constant: they tell nothing ({listed(names)})")


def merged(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of columns whose large whole numbers float64 cannot tell apart."""
    for name, cells in numbers_of(dataset).items():
        large = cells[(np.abs(cells) > EXACT) & (np.abs(cells) < LONGEST)]
        distinct = np.unique(large)
        if len(distinct) < len(large) and any(float(f"{value:.15g}") != value for value in distinct[:DIGITS_OF]):
            told = (
                "holds whole numbers beyond 2^53, which float64 merges: remove it, or write it as text such as 'id 7'"
            )
            yield Finding(DOUBT, f"column '{name}' {told}")


def twins(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of columns of a table that tell the same in other words or numbers."""
    if dataset.modality != "table" or isinstance(dataset.x, LazyRows) or dataset.x.size > MOST_NUMBERS:
        return
    first: dict[bytes, str] = {}
    pairs = []
    for name, cells in zip(dataset.columns, dataset.x.T, strict=True):
        pattern = _pattern(cells)
        if pattern is not None and first.setdefault(pattern, name) != name:
            pairs.append(f"'{name}' as '{first[pattern]}'")
    if pairs:
        verb = "column tells" if len(pairs) == 1 else "columns tell"
        yield Finding(NOTE, f"{len(pairs):,} {verb} the same as another: {listed(pairs)}")


def _pattern(cells: np.ndarray) -> bytes | None:
    """Return which rows share a value, whatever the values are; None where all do, or hardly any."""
    _, first, place = np.unique(cells, return_index=True, return_inverse=True)
    if len(first) < 2 or 2 * len(first) > len(cells):
        return None
    return blake2b(first[place].astype(np.int64).data, digest_size=16).digest()


def spellings(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of classes, and of texts of a column, that differ in case, blanks and dashes alone."""
    pairs = [f"classes {pair}" for pair in _twice(dataset.classes)]
    pairs += [f"'{name}' holds {pair}" for name, texts in dataset.categories.items() for pair in _twice(texts)]
    if pairs:
        count = f"{len(pairs):,} {'pair' if len(pairs) == 1 else 'pairs'} of texts may be one"
        yield Finding(DOUBT, f"{count}, but for case, blanks and dashes: {listed(pairs)}")


def _twice(texts: Sequence[str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for text in texts:
        bare = text.casefold()
        if not any(letter.isdigit() for letter in bare):  # 1-1 and 11 are two numbers
            bare = _BETWEEN_WORDS.sub("", bare)
        if bare and first.setdefault(bare, text) != text:
            yield f"'{first[bare]}' and '{text}'"


def unseen(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of texts in a test part that no other row shows."""
    if dataset.modality != "table" or not dataset.categories or not isinstance(dataset.x_test, np.ndarray):
        return
    places = {name: dataset.columns.index(name) for name in dataset.categories}
    counts = {name: int((dataset.x_test[:, place] == UNSEEN).sum()) for name, place in places.items()}
    words = [f"'{name}' {count:,}" for name, count in counts.items() if count]
    if words:
        total = sum(counts.values())
        verb = "test cell holds a text" if total == 1 else "test cells hold texts"
        yield Finding(NOTE, f"{total:,} {verb} that no other row shows: {listed(words)}")


def unordered(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of columns of times where rows are not split by time."""
    if dataset.times is None and dataset.dates:
        name = dataset.dates[0]
        what = f"column '{name}' holds times, but rows of all times are in each part"
        yield Finding(DOUBT, f"{what}: to be tested by the latest, --time {shlex.quote(name)}")


def numbers_of(dataset: Dataset) -> Mapping[str, np.ndarray]:
    """Return the columns of numbers, by name; none of tables that are too large to look through."""
    if dataset.modality != "table" or isinstance(dataset.x, LazyRows) or dataset.x.size > MOST_NUMBERS:
        return {}
    others = {*dataset.categories, *dataset.dates}
    return {name: dataset.x[:, place] for place, name in enumerate(dataset.columns) if name not in others}
