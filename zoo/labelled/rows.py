"""Labelled rows: data with the right answers, prepared as a bundle prepares its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.bundle import Bundle
from zoo.data import FRAME, READERS, as_asked, load_data
from zoo.data._choosing import reader_of
from zoo.data._indexed import is_indexed
from zoo.data._labels import plain_labels, target_like
from zoo.data._tables import SUFFIXES, tables_at
from zoo.dataset import Dataset, Split
from zoo.errors import BadData, ZooError
from zoo.inputs import unseen
from zoo.labelled.answers import column, keys_to_judge_on, plain_answers, require_target, stored_answers
from zoo.labelled.files import OF_FILES, rows_of_files
from zoo.labelled.series import sequences
from zoo.lazy import LazyRows
from zoo.preparation import Preparation
from zoo.raw.cells import one_line
from zoo.raw.frames import is_frame
from zoo.raw.numerals import in_plain
from zoo.recipe import Source
from zoo.rows import PARQUET, frame_rows, read_parquet, read_rows, recoded
from zoo.splits import prepared, split

if TYPE_CHECKING:
    import pandas as pd

ARRAYS = (".npz",)
TABLES = (".csv", ".tsv")
KINDS = {"image": "images", "audio": "sound", "text": "texts", "series": "series", "table": "rows of a table"}


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
        return _of_dataset(bundle, sequences(bundle.preparation, given, source))
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
    parting = source.split_seed, bundle.recipe["preparation"], source.folds, source.fold
    return split(dataset, *parting).test if same else None


def _of_source(bundle: Bundle, source: Source) -> Labelled:
    source = replace(source, path=str(_judged(bundle, source)))
    path, preparation = Path(source.path), bundle.preparation
    suffix = path.suffix.lower() if path.is_file() else ""
    if suffix in ARRAYS and source.reader in (None, "npz"):
        x, y = keys_to_judge_on(path)
        return _split(bundle, read_rows(path, preparation, x), stored_answers(path, y), f"{path}: {y}")
    if suffix in PARQUET and preparation.modality in ("table", "text"):
        return _of_frame(bundle, read_parquet(path), source.target, str(path))
    is_table = suffix in TABLES or suffix in SUFFIXES and preparation.modality == "table"
    if is_table and preparation.modality != "series" and source.reader in (None, "csv"):
        rows, labels = read_rows(path, preparation), column(path, source.target, preparation.facts)
        return _split(bundle, rows, plain_answers(labels, bundle.classes), f"{path}: column '{source.target}'")
    if suffix in TABLES and source.reader is None:
        source = replace(source, reader="series")
    is_prose = preparation.modality == "text" and path.is_file() and suffix not in ARRAYS
    name = "text" if is_prose else reader_of(source, READERS)
    if name in OF_FILES:
        found = rows_of_files(name, source, preparation, bundle.classes)
        return _split(bundle, found.rows, plain_answers(found.labels, bundle.classes), str(path), found.notes)
    return _of_dataset(bundle, READERS.get(name)(source))


def _judged(bundle: Bundle, source: Source) -> Path:
    """Return the table to judge on where the path is a folder of train and test tables; else the path."""
    path = Path(source.path)
    if bundle.preparation.modality not in ("table", "text") or not path.is_dir() or is_indexed(path):
        return path
    if reader_of(source, READERS) not in ("csv", "parquet"):
        return path
    train, test = tables_at(path)
    return test or train


def _of_dataset(bundle: Bundle, dataset: Dataset) -> Labelled:
    """Return the rows of a data set as read: those of its test part where it brings one."""
    preparation, where = bundle.preparation, f"{dataset.source.path}: the target"
    if dataset.modality != preparation.modality and {dataset.modality, preparation.modality} & {"text", "audio"}:
        raise BadData(f"{dataset.source.path} holds {_kind(dataset)}; the model takes {_kind(preparation)}. Give such.")
    tested = dataset.x_test is not None
    x, y = (dataset.x_test, dataset.y_test) if tested else (dataset.x, dataset.y)
    if isinstance(x, LazyRows):
        lazy = x
        x = replace(lazy, fetch=lambda places: recoded(dataset, lazy.fetch(places), preparation))
    else:
        x = recoded(dataset, x, preparation)
    if y.ndim > 1:
        return _split(bundle, x, y, where)
    labels = np.asarray(dataset.classes)[y] if dataset.classes else y
    return _split(bundle, x, plain_answers(labels, bundle.classes), where)


def _kind(of: Dataset | Preparation) -> str:
    return KINDS.get(of.modality, f"{of.modality} rows")


def _of_frame(bundle: Bundle, frame: pd.DataFrame, target: str | None, where: str = "the data frame") -> Labelled:
    require_target(target, where)
    named = {one_line(str(column)): place for place, column in enumerate(frame.columns)}
    if target not in named:
        raise BadData(f"{where} has no column '{target}', which the model answers. Add it.")
    labels = frame.iloc[:, named[target]]
    texts = ["" if missing else str(value) for value, missing in zip(labels, labels.isna(), strict=True)]
    if {type(label) for label in labels.dropna()} <= {str}:
        style = bundle.preparation.facts.get("numerals", {}).get(target)
        texts = in_plain(texts, style, f"{where}: column '{target}'")
    return _split(
        bundle, frame_rows(frame, bundle.preparation), plain_answers(texts, bundle.classes), f"column '{target}'"
    )


def _split(bundle: Bundle, rows: np.ndarray | LazyRows, labels: Any, where: str, notes: Sequence[str] = ()) -> Labelled:
    """Return prepared rows, answers and what texts are new; `labels` are class names, codes or quantities, (rows,).

    Quantities to come are (rows, horizon), as many as are forecast.
    """
    preparation = bundle.preparation
    values = np.asarray(labels) if _are_steps(labels, preparation) else plain_labels(labels, where)
    if len(values) != len(rows):
        raise BadData(f"{where} has {len(values):,} answers and there are {len(rows):,} rows. Make them equal.")
    y = values if values.ndim > 1 else target_like(values, bundle.classes, where)
    x, scale = prepared(preparation.apply, rows), preparation.target
    if scale is not None and scale.window != "none":
        shaped = rows if isinstance(rows, LazyRows) else np.reshape(rows, (len(rows), *preparation.raw_shape))
        scale = scale.of(shaped)
    found = Split(x, y if scale is None else scale.apply(y), scale)
    return Labelled(found, notes=(*notes, *unseen(rows, preparation)))


def _are_steps(labels: Any, preparation: Preparation) -> bool:
    """Return whether these are as many quantities a row as are forecast, when these are several."""
    horizon, shape = preparation.facts.get("horizon", 1), np.shape(labels)
    return horizon > 1 and len(shape) > 1 and shape[1] == horizon and np.asarray(labels).dtype.kind in "biuf"
