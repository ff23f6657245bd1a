"""What is worth saying about data that was read: gaps, many texts, row numbers, and targets that may mean another."""

from __future__ import annotations

import shlex
from dataclasses import replace

import numpy as np

from zoo.data._labels import FEW, PLAINLY, REPEATED
from zoo.dataset import Dataset
from zoo.lazy import LazyRows
from zoo.preparation.encode import MOST
from zoo.preparation.normalise import ended
from zoo.raw.cells import adorned, quoted

MANY = 100  # more distinct whole numbers than these are hardly codes of classes
PLAUSIBLE = 5  # so many whole numbers at even steps may be ratings or years
LISTED, UNIQUE, SPARSE = 100, 0.99, 1.5  # a list of row numbers: its length, share of different ones, span a number


def noted(dataset: Dataset) -> Dataset:
    """Return the data set with its missing cells counted, and with warnings about these and about its target."""
    if isinstance(dataset.x, LazyRows):
        return replace(dataset, warnings=(*dataset.warnings, *_doubt(dataset)))
    if dataset.modality == "series":
        return replace(dataset, warnings=(*dataset.warnings, *_short(dataset), *_doubt(dataset)))
    if dataset.modality != "table":
        return replace(dataset, warnings=(*dataset.warnings, *_doubt(dataset)))
    gaps = np.isnan(dataset.x).sum(axis=0)
    missing = {column: int(count) for column, count in zip(dataset.columns, gaps, strict=True) if count}
    told = (*_gaps(dataset, missing), *_many_texts(dataset), *_row_numbers(dataset), *_doubt(dataset))
    return replace(dataset, missing=missing, warnings=(*dataset.warnings, *told))


def _gaps(dataset: Dataset, missing: dict[str, int]) -> tuple[str, ...]:
    known = {"texts": dataset.categories, "times": dataset.dates}
    kinds = {kind: {name: missing[name] for name in missing if name in names} for kind, names in known.items()}
    others = {name: count for name, count in missing.items() if not any(name in found for found in kinds.values())}
    said = {
        "filled with the training rows' median": others,
        "missing is a category of its own": kinds["texts"],
        "marked, and put in the middle of the training rows' times": kinds["times"],
    }
    return tuple(f"{_cells(found)}: {cure}" for cure, found in said.items() if found)


def _cells(missing: dict[str, int]) -> str:
    total, where = sum(missing.values()), ", ".join(list(missing)[:5]) + (" ..." if len(missing) > 5 else "")
    return f"{total:,} missing {'cell' if total == 1 else 'cells'} ({where})"


def _short(dataset: Dataset) -> tuple[str, ...]:
    short = int(ended(dataset.x).any(axis=(1, 2)).sum())
    if not short:
        return ()
    verb = "ends" if short == 1 else "end"
    return (f"{short:,} of {len(dataset.x):,} series {verb} early: continued with the training rows' mean",)


def _many_texts(dataset: Dataset) -> tuple[str, ...]:
    many = {column: len(texts) for column, texts in dataset.categories.items() if len(texts) > MOST}
    rule = f"the {MOST} most frequent are told apart"
    return tuple(f"column '{column}' has {count:,} different texts: {rule}" for column, count in many.items())


def _row_numbers(dataset: Dataset) -> tuple[str, ...]:
    named = {*dataset.categories, *dataset.dates}
    numeric = [place for place, name in enumerate(dataset.columns) if name not in named]
    names = [dataset.columns[place] for place in numeric if counts_rows(dataset.x[:, place])]
    cure = "leaves it out (ignore=) unless their order matters"
    return tuple(f"column '{name}' numbers the rows: --ignore {shlex.quote(name)} {cure}" for name in names)


def counts_rows(cells: np.ndarray) -> bool:
    """Return whether a column (rows,) numbers the rows: whole numbers that rise or fall, or a list of them shuffled.

    A shuffled list has 100 numbers and more, hardly any twice, with few gaps between them.
    """
    filled = cells[~np.isnan(cells)]
    if len(filled) <= FEW or not (filled == np.floor(filled)).all():
        return False
    if (cells[1:] > cells[:-1]).all() or (cells[1:] < cells[:-1]).all():
        return True
    distinct = len(np.unique(filled))
    return (
        len(filled) >= LISTED
        and distinct >= UNIQUE * len(filled)
        and filled.max() < filled.min() + SPARSE * len(filled)
    )


def _doubt(dataset: Dataset) -> tuple[str, ...]:
    if dataset.source.task is None and dataset.modality == "table" and adorned(dataset.classes):
        what = f"'{dataset.source.target or 'y'}' holds text such as {quoted(adorned(dataset.classes))}"
        return (f"{what}: learned as classes; if these are numbers, {PLAINLY}",)
    if dataset.source.task is not None or not (_may_be_quantities if dataset.classes else _may_be_codes)(dataset):
        return ()
    count = len(dataset.classes) or len(np.unique(dataset.y))
    learned, task, other = "classes", "regression", "a quantity"
    if not dataset.classes:
        learned, task, other = "a quantity", "classification", "classes"
    what = f"'{dataset.source.target or 'y'}' holds {count} different whole numbers: learned as {learned}"
    return (f"{what}; --task {task} (task=) learns it as {other}",)


def _may_be_quantities(dataset: Dataset) -> bool:
    """Return whether the classes of a table are many numbers, or some at even steps such as ratings and years.

    Arrays come with classes as 0, 1, 2 ... , which raise no doubt.
    """
    names = dataset.classes
    if dataset.modality != "table" or len(names) < PLAUSIBLE or not all(map(_is_whole, names)):
        return False
    numbers = sorted(map(int, names))
    step = min(high - low for low, high in zip(numbers, numbers[1:], strict=False))
    are_even = numbers[-1] - numbers[0] < 2 * step * len(numbers)
    are_codes = dataset.source.target is None and numbers == list(range(len(numbers)))
    return len(names) > FEW or (are_even and not are_codes)


def _is_whole(name: str) -> bool:
    return name.removeprefix("-").isdecimal()


def _may_be_codes(dataset: Dataset) -> bool:
    if dataset.y.ndim > 1 or dataset.times is not None:
        return False
    distinct = np.unique(dataset.y)
    repeat = len(dataset.y) >= REPEATED * len(distinct) and len(distinct) <= MANY
    return repeat and bool((distinct == np.floor(distinct)).all())
