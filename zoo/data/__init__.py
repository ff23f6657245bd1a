"""Readers of data: a file a source, from a path, an embedded name, arrays or a data frame to a Dataset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.cells import one_line
from zoo.data._choosing import embedded_in, reader_of
from zoo.dataset import Dataset
from zoo.errors import BadValue
from zoo.frames import is_frame
from zoo.recipe import TASKS, Source
from zoo.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

READERS = Registry("zoo.data", "reader")
ARRAYS, FRAME = "arrays", "frame"  # the paths of sources in memory; a file so named needs a reader, having no suffix


def load_data(
    data: str | Path | Dataset | tuple[np.ndarray, np.ndarray] | pd.DataFrame,
    target: str | int | None = None,
    reader: str | None = None,
    rows: int | None = None,
    modality: str | None = None,
    task: str | None = None,
) -> Dataset:
    """Return the data set at a path, of an embedded name, or made of arrays `(x, y)` or of a data frame.

    An existing path beats an embedded name; a Dataset is returned as it is. `target` names the column to learn,
    `reader` the entry of READERS to use instead of the one that the file's name asks for. With `rows`, at most so
    many are learned from, drawn with a fixed seed; a test set that the data brings stays whole. `modality`, of arrays
    only, tells what their axes are: table, image or series. `task` says how a target of numbers is learned:
    "classification" as classes, "regression" as a quantity; without it, the reader's rule decides.
    Raises UnknownName for what is neither a file nor an embedded name, and for a column or reader that does not
    exist; BadValue for a target that is needed and missing, or not needed, for too few rows, and for a modality or a
    task that does not fit; BadData for content that cannot be used.
    """
    if task not in (None, *TASKS):
        raise BadValue(f"task is '{task}'; it must be {' or '.join(TASKS)}. Name one, or leave it away.")
    if isinstance(data, Dataset) and rows is None:
        return _as_asked(data, task)
    if rows is not None and rows < 1:
        raise BadValue(f"rows is {rows}; it must be at least 1. Ask for more, or leave it away.")
    if modality is not None and not isinstance(data, tuple):
        raise BadValue(f"modality is '{modality}', but only arrays (x, y) need one. Leave it away.")
    source = Source("", None if target is None else one_line(str(target)), reader, task=task)
    dataset = replace(data, warnings=()) if isinstance(data, Dataset) else _read(data, source, modality)
    dataset = _as_asked(dataset, task)
    return _finished(replace(dataset, source=replace(dataset.source, rows=rows)))


def in_memory(source: Source) -> bool:
    """Return whether `source` tells of arrays or of a data frame that were read from memory, not from a path."""
    return source.path in (ARRAYS, FRAME) and source.reader is None and source.sha256 is not None


def embedded() -> tuple[str, ...]:
    """Return the names of the data sets that come with the installation, without importing any."""
    return embedded_in(READERS)


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
        _require_fitting_target(name, source)
        return READERS.get(name)(source)
    if isinstance(data, tuple) and len(data) == 2:
        from zoo.data._arrays import dataset_of_arrays

        return dataset_of_arrays(Source(ARRAYS, task=asked.task), *data, modality=modality)
    if is_frame(data):
        from zoo.data._frame import dataset_of_frame

        return dataset_of_frame(data, replace(asked, path=FRAME, reader=None))
    kind = type(data).__name__
    raise BadValue(f"data is a {kind}; it must be a path, an embedded name, a tuple (x, y) or a data frame.")


def _require_fitting_target(name: str, source: Source) -> None:
    if source.target is not None and not READERS.entries[name].facts.get("target"):
        raise BadValue(f"target is '{source.target}', but {source.path} brings its own target. Leave it away.")
