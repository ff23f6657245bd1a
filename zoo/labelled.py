"""Labelled rows: data with the right answers, prepared as a bundle prepares its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.answers import column, keys_to_judge_on, plain_answers, require_target, stored_answers
from zoo.bundle import Bundle
from zoo.cells import one_line
from zoo.data import READERS, as_asked, load_data
from zoo.data._choosing import reader_of
from zoo.data._labels import plain_labels, target_like
from zoo.dataset import Dataset, Split
from zoo.errors import BadData, ZooError
from zoo.frames import is_frame
from zoo.inputs import unseen
from zoo.recipe import Source
from zoo.rows import frame_rows, read_rows, recoded
from zoo.splits import split

if TYPE_CHECKING:
    import pandas as pd

ARRAYS = (".npz",)
TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Labelled:
    """Prepared rows with their answers; `own` says that they are the test rows of the data that was learned from.

    `notes` say what is odd about the rows.
    """

    split: Split
    own: bool = False
    notes: tuple[str, ...] = ()


def labelled_rows(
    bundle: Bundle, data: str | Path | tuple[Any, Any] | pd.DataFrame, target: str | None = None
) -> Labelled:
    """Return the rows of `data` as `bundle` prepares them, with the answers that are right.

    `data` is a file that a reader takes, an embedded name, arrays `(x, y)` or a data frame; the column of answers is
    `target`, or else the one that the bundle's recipe names. Of the very data that the model was made from only the
    test rows are taken, for it has learned the others. Raises BadData for rows that do not fit and for a class that
    the model does not know, BadValue where a column of answers must be named.
    """
    learned = Source(**bundle.recipe["data"])
    given = str(data) if isinstance(data, Path) else data
    own = _own_test_rows(bundle, learned, given) if target in (None, learned.target) else None
    if own is not None:
        return Labelled(own, own=True)
    if isinstance(given, tuple):
        return _split(bundle, np.asarray(given[0]), given[1], "y")
    if is_frame(given):
        return _of_frame(bundle, given, target or learned.target)
    source = replace(learned, path=given, target=target or learned.target, rows=None, sha256=None)
    return _of_source(bundle, source)


def _own_test_rows(bundle: Bundle, source: Source, data: Any) -> Split | None:
    modality = "series" if isinstance(data, tuple) and len(bundle.preparation.raw_shape) == 2 else None
    reader = source.reader if isinstance(data, str) else None
    try:
        dataset = load_data(data, modality=modality, **{**as_asked(source), "reader": reader})
    except ZooError:
        return None  # fresh rows may be too few, or of one class, to be learned from
    named = isinstance(data, str) and data == source.path
    same = named if source.sha256 is None else dataset.source.sha256 == source.sha256
    return split(dataset, source.split_seed, bundle.recipe["preparation"]).test if same else None


def _of_source(bundle: Bundle, source: Source) -> Labelled:
    path, is_series = Path(source.path), len(bundle.preparation.raw_shape) == 2
    suffix = path.suffix.lower() if path.is_file() else ""
    if suffix in ARRAYS and source.reader in (None, "npz"):
        x, y = keys_to_judge_on(path)
        return _split(bundle, read_rows(path, bundle.preparation, x), stored_answers(path, y), f"{path}: {y}")
    if suffix in TABLES and not is_series and source.reader in (None, "csv"):
        rows, labels = read_rows(path, bundle.preparation), column(path, source.target)
        return _split(bundle, rows, plain_answers(labels, bundle.classes), f"{path}: column '{source.target}'")
    if suffix in TABLES and source.reader is None:
        source = replace(source, reader="series")
    return _of_dataset(bundle, READERS.get(reader_of(source, READERS))(source))


def _of_dataset(bundle: Bundle, dataset: Dataset) -> Labelled:
    """Return the rows of a data set as read: those of its test part where it brings one."""
    tested = dataset.x_test is not None
    x, y = (dataset.x_test, dataset.y_test) if tested else (dataset.x, dataset.y)
    labels = np.asarray(dataset.classes)[y] if dataset.classes else y
    x = recoded(dataset, x, bundle.preparation)
    return _split(bundle, x, plain_answers(labels, bundle.classes), f"{dataset.source.path}: the target")


def _of_frame(bundle: Bundle, frame: pd.DataFrame, target: str | None) -> Labelled:
    require_target(target, "the data frame")
    named = {one_line(str(column)): place for place, column in enumerate(frame.columns)}
    if target not in named:
        raise BadData(f"the data frame has no column '{target}', which the model answers. Add it.")
    labels = frame.iloc[:, named[target]]
    texts = ["" if missing else str(value) for value, missing in zip(labels, labels.isna(), strict=True)]
    return _split(
        bundle, frame_rows(frame, bundle.preparation), plain_answers(texts, bundle.classes), f"column '{target}'"
    )


def _split(bundle: Bundle, rows: np.ndarray, labels: Any, where: str) -> Labelled:
    """Return prepared rows, answers and what texts are new; `labels` are class names, codes or quantities, (rows,)."""
    preparation = bundle.preparation
    values = plain_labels(labels, where)
    if len(values) != len(rows):
        raise BadData(f"{where} has {len(values):,} answers and there are {len(rows):,} rows. Make them equal.")
    y = target_like(values, bundle.classes, where)
    scale = preparation.target
    found = Split(preparation.apply(rows), y if scale is None else scale.apply(y), scale)
    return Labelled(found, notes=tuple(unseen(rows.reshape(len(rows), -1), preparation)))
