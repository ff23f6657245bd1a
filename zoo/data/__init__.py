"""Readers of data: a file a source, from a path, an embedded name, arrays or a data frame to a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.data._choosing import embedded_in, reader_of
from zoo.dataset import Dataset
from zoo.errors import BadValue, unknown
from zoo.raw.cells import one_line
from zoo.raw.frames import is_frame
from zoo.recipe import DATA_OPTIONS, TASKS, Source
from zoo.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

READERS = Registry("zoo.data", "reader")
OPTIONS = tuple(name for name in DATA_OPTIONS if name not in ("target", "reader", "rows", "task"))  # readers heed some
ARRAYS, FRAME = "arrays", "frame"  # the paths of sources in memory; a file so named needs a reader, having no suffix


def load_data(
    data: str | Path | Dataset | tuple[np.ndarray, np.ndarray] | pd.DataFrame,
    target: str | int | None = None,
    reader: str | None = None,
    rows: int | None = None,
    modality: str | None = None,
    **options: Any,
) -> Dataset:
    """Return the data set at a path, of an embedded name, or made of arrays `(x, y)` or of a data frame.

    An existing path beats an embedded name; a Dataset is returned as it is. `target` names the column to learn,
    `reader` the entry of READERS to use instead of the one that the file asks for. With `rows`, at most so many are
    learned from, drawn with a fixed seed; a test set that the data brings stays whole. `modality`, of arrays only,
    tells what their axes are: table, image or series.

    `options` are further fields of a Source. `task` says how a target of numbers is learned: "classification" as
    classes, "regression" as a quantity; without it, the reader's rule decides. `ignore` lists columns to leave out;
    `weight`, `id`, `group` and `time` name what weighs, names, binds and orders rows; `lookback` and `horizon` count
    the steps of a forecast; `pattern` tells what names of files say; `memory` is how many bytes rows may fill.
    Raises UnknownName for what is neither a file nor an embedded name, and for an option, a column or a reader that
    does not exist; BadValue for a target that is needed and missing, or not needed, for an option that the reader
    does not heed, for too few rows, and for a modality or a task that does not fit; BadData for content that cannot
    be used.
    """
    asked = _asked(target, reader, options)
    if isinstance(data, Dataset):
        _require_unread(target, reader, options)
    if isinstance(data, Dataset) and rows is None:
        return _as_asked(data, asked.task)
    if rows is not None and rows < 1:
        raise BadValue(f"rows is {rows}; it must be at least 1. Ask for more, or leave it away.")
    if modality is not None and not isinstance(data, tuple):
        raise BadValue(f"modality is '{modality}', but only arrays (x, y) need one. Leave it away.")
    dataset = replace(data, warnings=()) if isinstance(data, Dataset) else _read(data, asked, modality)
    dataset = _as_asked(dataset, asked.task)
    return _finished(replace(dataset, source=replace(dataset.source, rows=rows)))


def as_asked(source: Source) -> dict[str, Any]:
    """Return the options of `load_data` that gave `source`."""
    return {name: getattr(source, name) for name in DATA_OPTIONS}


def _require_unread(target: Any, reader: Any, options: Mapping[str, Any]) -> None:
    """Raise BadValue for an option that only reading heeds."""
    given = {"target": target, "reader": reader, **options, "task": None, "memory": None}
    for name, value in given.items():
        if value not in (None, ()):
            raise BadValue(f"{name} is {value!r}, but the data set is read already. Name it where the data is read.")


def _asked(target: str | int | None, reader: str | None, options: dict[str, Any]) -> Source:
    """Return a Source without a path that holds what is asked for; raise BadValue or UnknownName for what cannot be."""
    for name in options:
        if name not in (*OPTIONS, "task"):
            raise unknown("option", name, (*OPTIONS, "task"))
    if options.get("task") not in (None, *TASKS):
        raise BadValue(f"task is '{options['task']}'; it must be {' or '.join(TASKS)}. Name one, or leave it away.")
    for name, least in (("lookback", 1), ("horizon", 1), ("memory", 1)):
        value = options.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise BadValue(f"{name} is {value!r}; it must be a whole number. Try {name}={least}.")
        if value is not None and value < least:
            raise BadValue(f"{name} is {options[name]}; it must be at least {least}. Ask for more, or leave it away.")
    ignore = options.get("ignore") or ()
    columns = (ignore,) if isinstance(ignore, str) else tuple(map(str, ignore))
    return Source("", None if target is None else one_line(str(target)), reader, **{**options, "ignore": columns})


def in_memory(source: Source) -> bool:
    """Return whether `source` tells of arrays or of a data frame that were read from memory, not from a path."""
    return source.path in (ARRAYS, FRAME) and source.reader is None and source.sha256 is not None


def embedded() -> tuple[str, ...]:
    """Return the names of the data sets that come with the installation, without importing any."""
    return tuple(name for name in embedded_in(READERS) if not READERS.entries[name].facts.get("download"))


def _finished(dataset: Dataset) -> Dataset:
    """Return the data set checked, cut to the rows its source asks for, with its warnings and its hash."""
    from zoo.data._checks import require_learnable
    from zoo.data._drawing import drawn
    from zoo.data._hash import content_hash
    from zoo.data._notes import noted

    require_learnable(dataset)
    if dataset.source.rows is not None:
        dataset = drawn(dataset, dataset.source.rows)
    dataset = noted(dataset)
    return replace(dataset, source=replace(dataset.source, sha256=content_hash(dataset)))


def _as_asked(dataset: Dataset, task: str | None) -> Dataset:
    if task not in (None, dataset.kind):
        what = "classes" if dataset.classes else "a quantity"
        raise BadValue(f"task is '{task}', but {dataset.source.path} brings {what} as its target. Leave the task away.")
    return dataset


def _read(data: Any, asked: Source, modality: str | None) -> Dataset:
    if isinstance(data, (str, Path)):
        source = replace(asked, path=str(data))
        name = reader_of(source, READERS)
        _require_heeded(name, source)
        return READERS.get(name)(source)
    if isinstance(data, tuple) and len(data) == 2:
        from zoo.data._arrays import dataset_of_arrays

        _require_heeded("npz", replace(asked, path=ARRAYS))
        return dataset_of_arrays(Source(ARRAYS, task=asked.task), *data, modality=modality)
    if is_frame(data):
        from zoo.data._frame import dataset_of_frame

        source = replace(asked, path=FRAME, reader=None)
        _require_heeded("csv", source)
        return dataset_of_frame(data, source)
    kind = type(data).__name__
    raise BadValue(f"data is a {kind}; it must be a path, an embedded name, a tuple (x, y) or a data frame.")


def _require_heeded(name: str, source: Source) -> None:
    """Raise BadValue for a target or an option that the reader `name` has no use for."""
    facts = READERS.entries[name].facts
    if source.target is not None and not facts.get("target"):
        raise BadValue(f"target is '{source.target}', but {source.path} brings its own target. Leave it away.")
    heeded = (*facts.get("options", ()), "memory")
    for option in OPTIONS:
        if getattr(source, option) not in (None, ()) and option not in heeded:
            given, known = getattr(source, option), ", ".join(facts.get("options", ())) or "none of these options"
            raise BadValue(
                f"{option} is {given!r}, which the reader '{name}' of {source.path} does not heed; it takes {known}. "
                f"Leave --{option} away."
            )
