"""What the data is, what is wrong with it and who can learn it, said before anybody waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from zoo.builders import builders_for
from zoo.checking.columns import constant, merged, spellings, twins, unordered, unseen
from zoo.checking.duplicates import keys_of, repeats
from zoo.checking.finding import DOUBT, Finding, by_gravity
from zoo.checking.leaks import near_rows, shared_groups, shared_names, shared_rows, telling_columns
from zoo.checking.looking import at_hand
from zoo.checking.oddities import blanks, imbalance, odd_numbers, odd_target, odd_weights
from zoo.checking.preparing import facts_of, in_words
from zoo.checking.ranking import Ranked, ranking
from zoo.checking.saying import answers_in_detail, answers_in_words, rows_in_words, tune_command
from zoo.dataset import Dataset, Splits
from zoo.dividing import Places, divided
from zoo.task import Task

ORDERED = ("by time", "as given")  # splits that no seed decides


@dataclass(frozen=True)
class Check:
    """A data set's task, size, gaps, faults and telling columns, its preparation, and the builders that can learn it.

    `findings` are the gravest first; `ranking` is of a table's columns, the most telling first. `prepared` says what
    the preparation does, `kinds` what a table's columns hold; `data` is the data in words, `answers` what is learned.
    """

    name: str
    task: Task
    rows: Mapping[str, int]
    missing: Mapping[str, int]
    findings: tuple[Finding, ...]
    builders: tuple[str, ...]
    seed: int
    how: str
    own_test: bool  # the data brings its test rows
    data: str
    answers: str
    detail: str
    target_range: tuple[float, float] | None  # of a quantity
    ranking: tuple[Ranked, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    prepared: tuple[str, ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    command: str | None = None

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What was found, in words, the gravest first."""
        return tuple(finding.text for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo check --json` prints."""
        return {
            "task": self.task.kind,
            "modality": self.task.modality,
            "rows": dict(self.rows),
            "split": {"how": self.how, "seed": self.seed, "own_test": self.own_test},
            "input_shape": list(self.task.input_shape),
            "classes": list(self.task.classes) or None,
            "target_range": self.target_range and list(self.target_range),
            "missing": dict(self.missing),
            "warnings": list(self.warnings),
            "findings": [finding.to_json() for finding in self.findings],
            "ranking": [one.to_json() for one in self.ranking],
            "preparation": [dict(step) for step in self.facts],
            "builders": list(self.builders),
            "next": self.command,
        }

    def text(self) -> str:
        """Return the data and its split in one line."""
        cells = sum(self.missing.values())
        gaps = f"{cells:,} missing {'value' if cells == 1 else 'values'}" if cells else "no missing values"
        gaps += " outside the test rows" if cells and self.own_test and self.task.modality == "table" else ""
        parts = " / ".join(f"{count:,}" for count in self.rows.values())
        seeded = "" if self.how in ORDERED else f", seed {self.seed}"
        kept = ", test as given" if self.own_test else ""
        return f"{self.name}   {self.data}, {self.answers}, {gaps}   split {parts}, {self.how}{seeded}{kept}"

    def screen(self) -> str:
        """Return what `zoo check` prints: about 30 lines."""
        from zoo.checking.overview import screen

        return screen(self)

    def _repr_html_(self) -> str:
        """Show the data, its columns and its faults in a notebook."""
        from zoo.checking.overview import html

        return html(self)


def check(dataset: Dataset, splits: Splits) -> Check:
    """Return what can be said about `dataset` and its split before anything is learned.

    Rows of a table are ranked, and rows compared, as far as a few seconds allow; where only some were looked at, a
    finding says so.
    """
    parts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    source = splits.dataset.source
    places = splits.places or divided(dataset, source.split_seed)
    looked, places_looked = at_hand(dataset, places)
    ranked = ranking(looked, places_looked.train)
    found = (
        *telling_columns(ranked),
        *_as_read(dataset),
        *_of_all(dataset, places, looked),
        *_of_rows(looked, places_looked),
    )
    return Check(
        name=dataset.name,
        task=splits.task,
        rows={name: len(part) for name, part in parts.items()},
        missing=dict(dataset.missing),
        findings=by_gravity(found),
        builders=builders_for(dataset.modality),
        seed=source.split_seed,
        how=places.how,
        own_test=dataset.x_test is not None,
        data=rows_in_words(dataset),
        answers=answers_in_words(dataset),
        detail=answers_in_detail(dataset),
        target_range=None if dataset.classes else (float(dataset.y.min()), float(dataset.y.max())),
        ranking=ranked,
        kinds={name: _kind(dataset, name) for name in dataset.columns},
        prepared=tuple(in_words(splits.preparation)),
        facts=tuple(facts_of(splits.preparation)),
        command=tune_command(source),
    )


def _as_read(dataset: Dataset) -> Iterator[Finding]:
    return (Finding(DOUBT, text) for text in dataset.warnings)


def _of_all(dataset: Dataset, places: Places, looked: Dataset) -> Iterator[Finding]:
    """Return what is found out without looking at the rows themselves."""
    if _size(looked) < _size(dataset):
        count = f"{_size(looked):,} of {_size(dataset):,} rows"
        yield Finding(DOUBT, f"rows stay on the disk: only {count} were looked at, and what is said counts these")
    yield from (
        *shared_groups(dataset, places),
        *shared_names(dataset, places),
        *imbalance(dataset),
        *odd_target(dataset),
        *odd_weights(dataset),
    )
    yield from (*spellings(dataset), *unordered(dataset))


def _of_rows(dataset: Dataset, places: Places) -> Iterator[Finding]:
    """Return what is found in rows at hand; those of a forecast overlap, so they are not compared."""
    told = tuple(merged(dataset))
    yield from (*told, *constant(dataset), *odd_numbers(dataset), *twins(dataset), *unseen(dataset), *blanks(dataset))
    if dataset.modality == "series" and dataset.times is not None or told:
        return
    keys = np.concatenate([keys_of(rows) for rows in (dataset.x, dataset.x_test) if rows is not None])
    yield from (*repeats(dataset, keys), *shared_rows(dataset, places, keys), *near_rows(dataset, places, keys))


def _size(dataset: Dataset) -> int:
    return len(dataset.y) + (0 if dataset.y_test is None else len(dataset.y_test))


def _kind(dataset: Dataset, column: str) -> str:
    if column in dataset.dates:
        return "time"
    texts = dataset.categories.get(column)
    return "number" if texts is None else f"{len(texts):,} {'text' if len(texts) == 1 else 'texts'}"
