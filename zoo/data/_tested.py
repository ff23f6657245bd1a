"""The test part of a data set out of a second table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.data._columns import Column
from zoo.data._frame import chosen, require_names, where_in
from zoo.data._labels import target_like
from zoo.data._reading import Frames, read_table, rows_on_disk
from zoo.data._roles import groups_in, names_in
from zoo.data._target import are_words, joined_labels, labels_in
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.preparation import Preparation, objects
from zoo.raw.frames import categories
from zoo.recipe import Source
from zoo.rows import frame_rows

if TYPE_CHECKING:
    import pandas as pd

_FRAME = "the data frame"  # so rows are called that were not read from a file


def with_test(dataset: Dataset, frames: Frames, columns: Sequence[str], path: Path) -> Dataset:
    """Return the data set with the rows of another table, read from `path`, as its test part; raise BadData.

    A text that the training rows never show has no place among their texts: it is UNSEEN.
    """
    source = replace(dataset.source, path=str(path))
    target = str(source.target)
    require_names(frames, columns, source)
    if target not in columns:
        train = path.with_name(f"train{path.suffix}")
        raise BadData(
            f"{path} has no column '{target}' to be tested by. Give the path of {train} instead of the folder, so that "
            "the test rows are taken from it."
        )
    try:
        return replace(dataset, **_test_part(dataset, frames, source))
    except BadData as error:
        if str(path) in str(error):
            raise
        own = str(error).startswith(_FRAME)
        raise BadData(f"{path}{str(error).removeprefix(_FRAME)}" if own else f"{path}: {error}") from error


def _test_part(dataset: Dataset, frames: Frames, source: Source) -> dict[str, Any]:
    target, where = str(source.target), where_in(str(source.target), source)
    raw = Preparation(
        dataset.columns,
        (len(dataset.columns),),
        (),
        categories=dataset.categories,
        dates=dataset.dates,
        facts=dataset.facts,
    )
    are_texts = any(are_words(frame[target]) for frame in frames())
    labels = joined_labels([labels_in(frame[target], are_texts) for frame in frames()], where)
    if dataset.modality == "text":
        x_test = objects([text for frame in frames() for text in _texts(frame, dataset.columns[0])])
    elif isinstance(dataset.x, np.ndarray):
        x_test = np.concatenate([frame_rows(frame, raw) for frame in frames()])
    else:
        x_test = rows_on_disk(frame_rows(frame, raw) for frame in frames())
    y_test = target_like(labels, dataset.classes, where)
    return {"x_test": x_test, "y_test": y_test, **_test_facts(frames, source, dataset)}


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame.columns:
        raise BadData(f"there is no column '{column}' of texts, which the rows to learn from have. Add it.")
    return [text or "" for text in categories(frame[column])]


def _test_facts(frames: Frames, source: Source, dataset: Dataset) -> dict[str, Any]:
    """Return the names and groups of test rows, where their columns are there, and what to say of their times."""
    found: dict[str, Any] = {}
    for option, column in (("id", source.id), ("group", source.group), ("time", source.time)):
        if column is None or not all(column in frame.columns for frame in frames()):
            continue
        kept = chosen(frames, [column, str(source.target)])
        read = read_table(kept, str(source.target), lambda name: where_in(name, source), [column], False).columns[
            column
        ]
        if option == "id":
            found["names_test"] = tuple(names_in(read))
            continue
        if option == "time":
            found["warnings"] = (*dataset.warnings, *_early(read, column, dataset))
            continue
        groups, names = groups_in(read, where_in(column, source), dataset.group_names)
        found |= {"groups_test": groups, "group_names": names}
    return found


def _early(read: Column, column: str, dataset: Dataset) -> tuple[str, ...]:
    """Return what to say of test rows that are not later than all rows to learn from."""
    if dataset.times is None or read.texts:
        return ()
    early = int((read.values <= dataset.times.max()).sum())
    count = f"{early:,} of {len(read.values):,} test rows"
    why = f"no later than the last row to learn from, by '{column}': they do not test what comes next"
    return (f"{count} are {why}",) if early else ()
