"""What the data is, said back before anybody waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from zoo.builders import builders_for
from zoo.data._checks import constant_columns
from zoo.dataset import Dataset, Splits
from zoo.goals import plain
from zoo.metrics import SMALL_SHARE, smallest_share
from zoo.task import Task

EXACT, LONGEST = 2.0**53, 2.0**64  # float64 holds all whole numbers up to the first; ids end at the second
DIGITS_OF = 100  # so many numbers tell whether a column's have more than 15 digits


@dataclass(frozen=True)
class Check:
    """A data set's task, size, gaps and warnings, and the builders that can learn it."""

    name: str
    task: Task
    rows: dict[str, int]
    missing: dict[str, int]
    warnings: tuple[str, ...]
    builders: tuple[str, ...]
    seed: int
    own_test: bool  # the data brings its test rows
    columns: int  # of a table as it was read; preparation may add some
    target_range: tuple[float, float] | None  # of a quantity

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo check --json` prints."""
        return {
            "task": self.task.kind,
            "modality": self.task.modality,
            "rows": self.rows,
            "input_shape": list(self.task.input_shape),
            "classes": list(self.task.classes) or None,
            "target_range": self.target_range and list(self.target_range),
            "missing": self.missing,
            "warnings": list(self.warnings),
            "builders": list(self.builders),
        }

    def text(self) -> str:
        """Return the data and its split in one line."""
        total, parts = sum(self.rows.values()), " / ".join(f"{count:,}" for count in self.rows.values())
        cells = sum(self.missing.values())
        gaps = f"{cells:,} missing {'value' if cells == 1 else 'values'}" if cells else "no missing values"
        gaps += " outside the test rows" if self.own_test and self.task.modality == "table" else ""
        what = f"{total:,} {_things(self.task, self.columns)}, {self._answer()}, {gaps}"
        kept = ", test as given" if self.own_test else ""
        how = "stratified, " if self.task.classes else ""
        return f"{self.name}   {what}   split {parts}, {how}seed {self.seed}{kept}"

    def _answer(self) -> str:
        if self.task.classes:
            return f"{len(self.task.classes)} classes"
        return "a quantity from {} to {}".format(*_apart(*self.target_range))


def check(dataset: Dataset, splits: Splits) -> Check:
    """Return what can be said about `dataset` and its split before anything is learned."""
    parts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    return Check(
        name=dataset.name,
        task=splits.task,
        rows={name: len(part) for name, part in parts.items()},
        missing=dict(dataset.missing),
        warnings=(*dataset.warnings, *_constant(dataset), *_imbalance(dataset), *_alike(dataset)),
        builders=builders_for(dataset.modality),
        seed=splits.dataset.source.split_seed,
        own_test=dataset.x_test is not None,
        columns=len(dataset.columns),
        target_range=None if dataset.classes else (float(dataset.y.min()), float(dataset.y.max())),
    )


def _things(task: Task, columns: int) -> str:
    if task.modality == "image":
        height, width, channels = task.input_shape
        return f"images {height}x{width}" + (f"x{channels}" if channels > 1 else "")
    if task.modality == "series":
        steps, channels = task.input_shape
        return f"series of {steps:,} steps" + (f" in {channels} channels" if channels > 1 else "")
    return f"rows of {columns:,} {'column' if columns == 1 else 'columns'}"


def _constant(dataset: Dataset) -> tuple[str, ...]:
    if dataset.modality != "table":
        return ()
    names = [dataset.columns[index] for index in np.flatnonzero(constant_columns(dataset))]
    return tuple(f"column '{name}' is constant: it tells nothing" for name in names)


def _apart(low: float, high: float) -> tuple[str, str]:
    """Return two quantities for reading, with as many digits as it takes to tell them apart."""
    if low == high or plain(low) != plain(high):
        return plain(low), plain(high)
    pairs = ((f"{low:,.{digits}g}", f"{high:,.{digits}g}") for digits in range(5, 18))
    return next(pair for pair in pairs if pair[0] != pair[1])


def _imbalance(dataset: Dataset) -> tuple[str, ...]:
    if not dataset.classes or smallest_share(dataset.y, dataset.classes) >= SMALL_SHARE:
        return ()
    counts = np.bincount(dataset.y, minlength=len(dataset.classes))
    name, count = dataset.classes[int(counts.argmin())], int(counts.min())
    return (f"classes are unbalanced: '{name}' has {count:,} of {len(dataset.y):,} rows",)


def _alike(dataset: Dataset) -> tuple[str, ...]:
    """Return what is to be said about rows that are alike: their column of merged numbers first, if there is one."""
    names = [name for place, name in enumerate(dataset.columns) if _merges(dataset, place)]
    told = "holds whole numbers beyond 2^53, which float64 merges: remove it, or write it as text such as 'id 7'"
    return tuple(f"column '{name}' {told}" for name in names) or _duplicates(dataset)


def _merges(dataset: Dataset, place: int) -> bool:
    """Return whether a column has large whole numbers of 16 digits and more, some of them the same."""
    if dataset.modality != "table" or dataset.columns[place] in dataset.categories:
        return False
    cells = dataset.x[:, place]
    large = cells[(np.abs(cells) > EXACT) & (np.abs(cells) < LONGEST)]
    distinct = np.unique(large)
    return len(distinct) < len(large) and any(float(f"{value:.15g}") != value for value in distinct[:DIGITS_OF])


def _duplicates(dataset: Dataset) -> tuple[str, ...]:
    parts = [dataset.x] if dataset.x_test is None else [dataset.x, dataset.x_test]
    rows = [blake2b(row.data, digest_size=16).digest() for part in parts for row in np.ascontiguousarray(part)]
    repeated = len(rows) - len(set(rows))
    if not repeated:
        return ()
    verb = "row repeats" if repeated == 1 else "rows repeat"
    return (f"{repeated:,} {verb} an earlier one: parts of the split may share them",)
