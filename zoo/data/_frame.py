"""Data sets out of tables: one column is the target, the others are numbers, times or text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.data._columns import Column, left_out
from zoo.data._free_text import free_text_column, is_free_text
from zoo.data._labels import as_text, target_of
from zoo.data._reading import Frames, Table, read_table
from zoo.data._roles import Roles, facts_of, names_in, roles_of
from zoo.data._sequences import sequences_of
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.raw.frames import cells_of, names_of, numbers
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

NAMELESS = 0.1  # a column without a name is left out where fewer of its cells are filled
_LOOSE = ("id", "group")  # a few texts among numbers are no mistake there


def dataset_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return a Dataset of the target column and of the others; raise BadData for a few texts among numbers.

    A column whose cells are all numbers is numeric, one whose cells are all times is a date. Where over a tenth of the
    filled cells are text, all cells are. Columns that tell nothing or that are ignored are left out.
    """
    named = frame.set_axis(names_of(frame), axis="columns")
    return dataset_of_frames(lambda: [named], list(named.columns), source, name)


def dataset_of_frames(
    frames: Frames, columns: Sequence[str], source: Source, name: str, on_disk: bool = False
) -> Dataset:
    """Return what `dataset_of_frame` does of a table that comes in chunks, with these `columns`.

    With `on_disk`, the rows are LazyRows of the same content.
    """
    told = require_names(frames, columns, source)
    roles = roles_of([column for column in columns if column], source)
    found = sequences_of(frames, roles.features([column for column in columns if column]), source, name)
    if found is not None:
        return found
    read = [column for column in columns if column and column not in roles.ignored]
    if read == [roles.target]:
        raise BadData(
            f"{source.path} has no column but the target '{roles.target}'; there is nothing to learn from. Add some."
        )
    loose = [column for option, column in roles.others.items() if option in _LOOSE]
    table = read_table(chosen(frames, read), roles.target, lambda column: where_in(column, source), loose, on_disk)
    if not table.rows:
        raise BadData(f"{source.path} has no rows below its header; there is nothing to learn from. Add some.")
    dataset = _dataset(table, roles, source, name)
    return replace(dataset, warnings=(*told, *dataset.warnings))


def _dataset(table: Table, roles: Roles, source: Source, name: str) -> Dataset:
    features = {column: table.columns[column] for column in roles.features(list(table.columns))}
    if not features:
        raise BadData(f"{source.path} has no column left to learn from. Ignore fewer, or add some.")
    y, classes = target_of(table.labels, where_in(roles.target, source), source.task)
    text = free_text_column(features)
    if text is not None:
        return replace(_dataset_of_texts(table, text, source, name), **facts_of(table.columns, roles, source))
    useless = left_out(features)
    if len(useless) == len(features):
        raise _useless(useless, features, source)
    used = {column: found for column, found in features.items() if column not in useless}
    times = {column: found.way for column, found in used.items() if found.way}
    counted = _counted(used, source) if table.on_disk else {}
    return Dataset(
        name,
        source,
        "table",
        table.stacked(list(used)),
        y,
        classes,
        tuple(used),
        warnings=_told(useless, used, features),
        categories={column: found.texts for column, found in used.items() if found.texts},
        dates=tuple(times),
        facts={"ways": times} if times else {},
        **facts_of(table.columns, roles, source),
        **counted,
    )


def _counted(columns: dict[str, Column], source: Source) -> dict[str, Any]:
    """Return the missing cells of columns on the disk, which nobody counts later; raise BadData for infinite ones."""
    for column, found in columns.items():
        odd = np.flatnonzero(np.isinf(found.values))
        if len(odd):
            raise BadData(
                f"{where_in(column, source)} is {found.values[odd[0]]} in data row {odd[0] + 1} ({len(odd):,} such); "
                "cells must be finite. Correct them, or remove those rows."
            )
    gaps = {column: len(found.values) - found.filled for column, found in columns.items()}
    return {"missing": {column: count for column, count in gaps.items() if count}}


def _dataset_of_texts(table: Table, column: str, source: Source, name: str) -> Dataset:
    from zoo.data._texts import dataset_of_texts

    labels = np.asarray([as_text(label) for label in table.labels])
    dataset = dataset_of_texts(names_in(table.columns[column]), labels, source, name)
    return replace(dataset, columns=(column,))


def _useless(useless: dict[str, str], columns: dict[str, Column], source: Source) -> BadData:
    """Return the error of a table none of whose columns tells anything."""
    column, why = next(iter(useless.items()))
    others = "nor does any other column" if len(useless) > 1 else "and there is no other"
    texts = [name for name in useless if is_free_text(columns[name])]
    cure = f"To learn from the texts in '{texts[0]}', ignore all others" if texts else "Add columns"
    return BadData(f"{where_in(column, source)} tells nothing ({why}), {others}. {cure}.")


def _told(useless: dict[str, str], used: dict[str, Column], columns: dict[str, Column]) -> tuple[str, ...]:
    cure = "; to learn from its texts alone, ignore all others (--ignore)"
    cures = {column: cure if is_free_text(columns[column]) else "" for column in useless}
    told = tuple(f"column '{column}' is left out: {why}{cures[column]}" for column, why in useless.items())
    return told + tuple(f"column '{column}' {found.doubt}" for column, found in used.items() if found.doubt)


def require_names(frames: Frames, columns: Sequence[str], source: Source) -> tuple[str, ...]:
    """Return what to say of columns without a name that are left out; raise BadData for others, and for twins.

    These are nearly empty, or the first one, where it numbers the rows, as an index does.
    """
    for place, column in enumerate(columns):
        if column and column in columns[:place]:
            raise BadData(f"{source.path}: two columns are named '{column}'; names must differ. Rename one.")
    nameless = [place for place, column in enumerate(columns) if not column]
    if not nameless:
        return ()
    filled, rows, index = np.zeros(len(nameless), int), 0, []
    for frame in frames():
        filled += [sum(map(bool, map(str.strip, cells_of(frame.iloc[:, place])))) for place in nameless]
        rows += len(frame)
        index.append(numbers(frame.iloc[:, 0])[0] if not nameless[0] else np.zeros(0))
    if not nameless[0] and _numbers_rows(np.concatenate(index)):
        return (
            "column 1 has no name and numbers the rows: left out",
            *_nearly_empty(nameless[1:], filled[1:], rows, source),
        )
    return _nearly_empty(nameless, filled, rows, source)


def _numbers_rows(cells: np.ndarray) -> bool:
    """Return whether cells are different whole numbers, 0 or more, as those of some of the rows of a larger table."""
    return bool(len(cells) and (cells >= 0).all() and (cells % 1 == 0).all() and len(np.unique(cells)) == len(cells))


def _nearly_empty(nameless: Sequence[int], filled: Sequence[int], rows: int, source: Source) -> tuple[str, ...]:
    full = [place for place, count in zip(nameless, filled, strict=True) if count > NAMELESS * rows or not rows]
    if full:
        raise BadData(f"{source.path}: column {full[0] + 1} has no name. Name it, or write the table without an index.")
    return tuple(
        f"column {place + 1} is left out: it has no name, and {count:,} of {rows:,} cells filled"
        for place, count in zip(nameless, filled, strict=True)
    )


def chosen(frames: Frames, columns: list[str]) -> Frames:
    """Return what gives these columns of a table alone."""
    return lambda: (frame[columns] for frame in frames())


def where_in(column: str, source: Source) -> str:
    """Return a column's place for an error message."""
    return f"{source.path}: column '{column}'"
