"""Labelled rows: data with the right answers, prepared as a bundle prepares its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.answers import column, keys_to_judge_on, plain_answers, require_target, stored_answers
from zoo.bundle import Bundle
from zoo.cells import one_line
from zoo.data import FRAME, READERS, as_asked, load_data
from zoo.data._choosing import reader_of
from zoo.data._frame import dataset_of_frame
from zoo.data._labels import plain_labels, target_like
from zoo.dataset import Dataset, Split
from zoo.errors import BadData, ZooError
from zoo.frames import is_frame
from zoo.inputs import unseen
from zoo.preparation import Preparation
from zoo.recipe import Source
from zoo.rows import frame_rows, read_rows, recoded
from zoo.splits import split
from zoo.tables import place_of

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
    path = FRAME if is_frame(given) else given
    source = replace(learned, path=path, target=target or learned.target, rows=None, sha256=None)
    if "columns" in bundle.preparation.facts and (is_frame(given) or Path(path).suffix.lower() not in ARRAYS):
        return _of_dataset(bundle, _sequences(bundle, given, source))
    return _of_frame(bundle, given, source.target) if is_frame(given) else _of_source(bundle, source)


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


def _sequences(bundle: Bundle, data: Any, source: Source) -> Dataset:
    """Return the windows or series in a table with the channels that the model takes, as long as it takes them."""
    if is_frame(data):
        dataset = dataset_of_frame(data, replace(source, reader="series"))
    else:
        reader = "series" if Path(source.path).suffix.lower() in TABLES else None
        dataset = READERS.get(reader_of(replace(source, reader=reader), READERS))(replace(source, reader=reader))
    facts, (steps, _) = bundle.preparation.facts, bundle.preparation.raw_shape
    places = [place_of(source.path, name, dataset.facts["columns"]) for name in facts["columns"]]
    if dataset.x.shape[1] > steps:
        raise BadData(f"{source.path} has series of {dataset.x.shape[1]:,} steps; the model takes {steps:,}. Cut them.")
    x = np.full((len(dataset.x), steps, len(places)), np.nan, np.float32)
    x[:, : dataset.x.shape[1]] = dataset.x[..., places]
    return replace(dataset, x=x)


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
    x = recoded(dataset, x, bundle.preparation)
    where = f"{dataset.source.path}: the target"
    if y.ndim > 1:
        return _split(bundle, x, y, where)
    labels = np.asarray(dataset.classes)[y] if dataset.classes else y
    return _split(bundle, x, plain_answers(labels, bundle.classes), where)


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
    """Return prepared rows, answers and what texts are new; `labels` are class names, codes or quantities, (rows,).

    Quantities to come are (rows, horizon), as many as are forecast.
    """
    preparation = bundle.preparation
    values = np.asarray(labels) if _are_steps(labels, preparation) else plain_labels(labels, where)
    if len(values) != len(rows):
        raise BadData(f"{where} has {len(values):,} answers and there are {len(rows):,} rows. Make them equal.")
    y = values if values.ndim > 1 else target_like(values, bundle.classes, where)
    prepared, scale = preparation.apply(rows), preparation.target
    if scale is not None and scale.window != "none":
        scale = scale.of(np.reshape(rows, (len(rows), *preparation.raw_shape)))
    found = Split(prepared, y if scale is None else scale.apply(y), scale)
    return Labelled(found, notes=tuple(unseen(rows.reshape(len(rows), -1), preparation)))


def _are_steps(labels: Any, preparation: Preparation) -> bool:
    """Return whether these are as many quantities a row as are forecast, when these are several."""
    horizon, shape = preparation.facts.get("horizon", 1), np.shape(labels)
    return horizon > 1 and len(shape) > 1 and shape[1] == horizon and np.asarray(labels).dtype.kind in "biuf"
