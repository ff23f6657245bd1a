"""What is worth saying about data that was read: gaps, many texts, row numbers, and targets that may mean another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zoo.data._labels import FEW
from zoo.dataset import Dataset
from zoo.preparation.encode import MOST
from zoo.preparation.normalise import ended

MANY = 100  # more distinct whole numbers than these are hardly codes of classes
REPEATED = 3  # nor are those that fewer rows than these share on average


def noted(dataset: Dataset) -> Dataset:
    """Return the data set with its missing cells counted, and with warnings about these and about its target."""
    if dataset.modality == "series":
        return replace(dataset, warnings=(*dataset.warnings, *_short(dataset), *_doubt(dataset)))
    if dataset.modality != "table":
        return replace(dataset, warnings=(*dataset.warnings, *_doubt(dataset)))
    gaps = np.isnan(dataset.x).sum(axis=0)
    missing = {column: int(count) for column, count in zip(dataset.columns, gaps, strict=True) if count}
    told = (*_gaps(dataset, missing), *_many_texts(dataset), *_row_numbers(dataset), *_doubt(dataset))
    return replace(dataset, missing=missing, warnings=(*dataset.warnings, *told))


def _gaps(dataset: Dataset, missing: dict[str, int]) -> tuple[str, ...]:
    numbers = {column: count for column, count in missing.items() if column not in dataset.categories}
    texts = {column: count for column, count in missing.items() if column in dataset.categories}
    median = "filled with the training rows' median"
    kinds = (numbers, median), (texts, "missing is a category of its own")
    return tuple(f"{_cells(found)}: {cure}" for found, cure in kinds if found)


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
    numeric = [place for place, name in enumerate(dataset.columns) if name not in dataset.categories]
    names = [dataset.columns[place] for place in numeric if _counts_rows(dataset.x[:, place])]
    return tuple(f"column '{name}' numbers the rows: remove it unless their order matters" for name in names)


def _counts_rows(cells: np.ndarray) -> bool:
    steps = np.diff(cells)
    in_order = (steps > 0).all() or (steps < 0).all()
    return bool(len(cells) > FEW and in_order and (cells == np.floor(cells)).all())


def _doubt(dataset: Dataset) -> tuple[str, ...]:
    target = dataset.source.target or "y"
    if dataset.classes:
        are_many = dataset.modality == "table" and len(dataset.classes) > FEW
        are_codes = are_many and all(name.lstrip("-").isdecimal() for name in dataset.classes)
        count, kind, other = len(dataset.classes), "classes, not as a quantity", are_codes
    else:
        distinct = np.unique(dataset.y)
        count, kind = len(distinct), "a quantity, not as classes (write those as text, such as 'c7')"
        repeat = len(dataset.y) >= REPEATED * count and count <= MANY
        other = repeat and bool((distinct == np.floor(distinct)).all())
    return (f"'{target}' has {count} distinct whole numbers: read as {kind}",) if other else ()
