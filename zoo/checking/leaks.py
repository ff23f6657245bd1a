"""What makes scores too good: rows and groups that several parts share, and columns that give the answer away."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from zoo.checking.finding import DOUBT, GRAVE, NOTE, Finding, listed, row_name, rows_of
from zoo.checking.near import near
from zoo.checking.near._places import first_of
from zoo.checking.ranking import Ranked, sampled
from zoo.dataset import Dataset
from zoo.dividing import Places
from zoo.lazy import in_memory

TELLING = 0.99  # the AUC, R2 or rank correlation from which a column tells the target alone
GREAT, AHEAD = 0.9, 0.1  # a column as good as the first, that errs at most so much as the next, is far above the rest
FLATTERING = 0.01  # the share of a part's rows from which shared ones make its scores wrong
MOST_NEAR = {"table": 100_000, "image": 100_000, "text": 30_000, "series": 10_000, "audio": 10_000}  # rows of a part
MOST_VALUES, LEAST = 100_000_000, 2_000  # numbers in those rows; rows however long they are


def shared_rows(dataset: Dataset, places: Places, keys: np.ndarray) -> Iterator[Finding]:
    """Return what is to be said of rows with the same `keys`, of x and then x_test, in training and another part."""
    shared = [
        _Shared(name, len(rows), rows, first_of(keys[places.train], keys[rows]))
        for name, rows in held_out(dataset, places).items()
    ]
    found = [part for part in shared if part.count]
    if found:
        example = f"{_pair(dataset, places.train, found[0], 'is')}"
        verb = "is a training row" if sum(part.count for part in found) == 1 else "are training rows"
        yield Finding(_gravity(found), f"{_counts(found)} {verb} too ({example}): scores may flatter")


def near_rows(dataset: Dataset, places: Places, keys: np.ndarray, seed: int = 0) -> Iterator[Finding]:
    """Return what is to be said of rows that are nearly, but not wholly, the same in training and another part.

    Of large parts some rows are drawn with `seed`, said aloud: from 100,000 rows of a table or images on, 30,000
    texts, 10,000 series or recordings, and sooner where rows are long.
    """
    most = _most(dataset)
    base_rows = sampled(places.train, most, seed)
    base, shared = _raw(dataset, base_rows), []
    for name, all_rows in held_out(dataset, places).items():
        rows = sampled(all_rows, most, seed)
        near_ones = near(dataset, base, _raw(dataset, rows))
        near_ones[np.isin(keys[rows], keys[places.train])] = -1
        shared.append(_Shared(name, len(all_rows), rows, near_ones))
    found = [part for part in shared if part.count]
    looked = _looked(base_rows, places, shared)
    if found:
        verb = (
            "nearly repeats a training row" if sum(part.count for part in found) == 1 else "nearly repeat training rows"
        )
        example = _pair(dataset, base_rows, found[0], "is nearly")
        gravity = DOUBT if dataset.modality == "table" else _gravity(found)
        yield Finding(gravity, f"{_counts(found)} {verb} ({example}){looked}")
    elif looked:
        yield Finding(NOTE, f"no row of another part nearly repeats a training row{looked}")


@dataclass(frozen=True)
class _Shared:
    """A part: its name and size, those of its `rows` that were looked at, and the training row that each repeats."""

    name: str
    size: int
    rows: np.ndarray
    found: np.ndarray

    @property
    def count(self) -> int:
        return int((self.found >= 0).sum())


def _counts(found: Sequence[_Shared]) -> str:
    return " and ".join(f"{part.count:,} of {part.size:,} {part.name} rows" for part in found)


def _looked(base_rows: np.ndarray, places: Places, shared: Sequence[_Shared]) -> str:
    """Return how many rows were compared, where these are not all; "" where they are."""
    if len(base_rows) == len(places.train) and all(len(part.rows) == part.size for part in shared):
        return ""
    rows = " and ".join(f"{len(part.rows):,} {part.name}" for part in shared)
    return f"; only {len(base_rows):,} training rows were compared with {rows} rows"


def shared_groups(dataset: Dataset, places: Places) -> Iterator[Finding]:
    """Return what is to be said of groups with rows in training and in another part."""
    if dataset.groups is None:
        return
    groups, train = dataset.groups, np.unique(dataset.groups[places.train])
    parts = {"validation": groups[places.validation]}
    if places.test is not None:
        parts["test"] = groups[places.test]
    elif dataset.groups_test is not None:
        parts["test"] = dataset.groups_test
    for name, of_part in parts.items():
        common = np.intersect1d(train, of_part)
        if len(common):
            names = listed([f"'{dataset.group_names[group]}'" for group in common])
            rows = rows_of(int(np.isin(of_part, common).sum()), f"{name} row")
            what = "1 group is" if len(common) == 1 else f"{len(common):,} groups are"
            yield Finding(GRAVE, f"{what} in training and {name} alike ({names}; {rows}): scores may flatter")


def shared_names(dataset: Dataset, places: Places) -> Iterator[Finding]:
    """Return what is to be said of ids of rows that are in training and in another part, where no group binds them."""
    if dataset.source.id is None or dataset.modality not in ("table", "text") or dataset.groups is not None:
        return
    names = np.asarray((*dataset.names, *dataset.names_test), dtype=str)
    if len(names) < len(dataset.y) or len(np.unique(names)) == len(names):
        return
    held = np.concatenate([rows for rows in held_out(dataset, places).values() if rows.max(initial=0) < len(names)])
    common = held[np.isin(names[held], names[places.train])]
    if len(common):
        column, name = dataset.source.id, str(names[common[0]])
        what = f"{rows_of(len(common))} of other parts have the '{column}' of a training row ('{name}')"
        yield Finding(GRAVE, f"{what}: --group {shlex.quote(column)} instead of --id keeps these together")


def telling_columns(ranked: Sequence[Ranked]) -> Iterator[Finding]:
    """Return what is to be said of columns, the most telling first, that give the target away alone."""
    telling = [one for one in ranked if max(one.score, one.spearman or 0.0) >= TELLING]
    if not telling and len(ranked) > 1 and ranked[0].score >= GREAT and _is_ahead(ranked[0], ranked[1]):
        best, next_best = ranked[:2]
        rest = f"far above the next, '{next_best.column}' ({next_best.shown})"
        yield Finding(GRAVE, f"column '{best.column}' predicts the target alone ({best.shown}), {rest}: {_KNOWN}")
    for one in telling:
        yield Finding(GRAVE, f"column '{one.column}' predicts the target alone ({one.shown}): {_KNOWN}")


_KNOWN = "is it known beforehand? if not, --ignore it"


def held_out(dataset: Dataset, places: Places) -> dict[str, np.ndarray]:
    """Return the rows of validation and test, by their places among those of x and then of x_test."""
    test = places.test
    if test is None:
        test = len(dataset.y) + np.arange(0 if dataset.y_test is None else len(dataset.y_test))
    return {name: rows for name, rows in (("validation", places.validation), ("test", test)) if len(rows)}


def _gravity(found: Sequence[_Shared]) -> int:
    return GRAVE if any(part.count >= FLATTERING * len(part.rows) for part in found) else DOUBT


def _is_ahead(best: Ranked, next_best: Ranked) -> bool:
    return 1 - best.score <= AHEAD * (1 - next_best.score)


def _most(dataset: Dataset) -> int:
    width = int(np.prod(dataset.x.shape[1:])) if dataset.x.dtype.kind != "O" else 1
    return int(min(max(MOST_VALUES // max(width, 1), LEAST), MOST_NEAR[dataset.modality]))


def _raw(dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """Return raw rows at these places, all of x or all of x_test."""
    held = len(dataset.y)
    if len(rows) and rows[0] >= held:
        return in_memory(dataset.x_test[rows - held])
    return in_memory(dataset.x[rows])


def _pair(dataset: Dataset, train: np.ndarray, part: _Shared, verb: str) -> str:
    at = int(np.argmax(part.found >= 0))
    return f"{row_name(dataset, int(part.rows[at]))} {verb} {row_name(dataset, int(train[part.found[at]]))}"
