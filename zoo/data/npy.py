"""NumPy arrays in files of their own: x.npy and y.npy side by side, and x_test.npy and y_test.npy where there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from zoo.data._arrays import dataset_of_arrays
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.lazy import LazyRows
from zoo.memory import budget
from zoo.raw.arrays import read_arrays
from zoo.raw.cells import one_line
from zoo.recipe import Source
from zoo.registry import register

_TRAIN = ("", "_train")  # what may follow x where x_test is its test part


@register(suffixes=(".npy",), folder=("x.npy", "X.npy", "x_train.npy", "X_train.npy"))
def npy(source: Source) -> Dataset:
    """Arrays of x.npy and y.npy (or x_NAME.npy and y_NAME.npy), with x_test, y_test and classes beside them.

    The path is that of x.npy, or of its folder; the names' case does not matter. Images of bytes that would fill more
    than they may stay in their file.
    """
    path = Path(source.path)
    given = _given(path)
    beside = {file.name.lower(): file for file in sorted(given.parent.iterdir(), reverse=True)}
    rest = given.stem[1:].lower()
    y, x_test, y_test = (beside.get(f"{name}.npy") for name in (f"y{rest}", "x_test", "y_test"))
    if y is None:
        raise BadData(f"{given} has no y{given.stem[1:]}.npy beside it, which holds the answers. Write it.")
    is_tested = rest in _TRAIN and (x_test or y_test)
    if is_tested and not (x_test and y_test):
        raise BadData(f"{given.parent} has one of x_test.npy and y_test.npy; they come together. Add the other.")
    most = budget(source.memory)
    test = (_read(x_test, most), _read(y_test)) if is_tested else None
    try:
        classes = _classes(beside.get("classes.npy"))
        name = given.parent.resolve().name if path.is_dir() or not rest.strip("_") else rest.strip("_")
        return _on_disk(dataset_of_arrays(source, _read(given, most), _read(y), test, classes, name), most)
    except (BadData, BadValue, UnicodeError) as error:
        told = str(error)
        raise BadData(told if told.startswith(str(given.parent)) else f"{given}: {told}") from error


def _given(path: Path) -> Path:
    """Return the file of x: `path`, or the one of that name in the folder."""
    if path.is_dir():
        names = ("x.npy", "x_train.npy")
        found = [file for file in sorted(path.iterdir()) if file.name.lower() in names]
        if len(found) != 1:
            many = " and ".join(file.name for file in found) or "no x.npy"
            raise BadData(f"{path} holds {many}; a folder is one set. Give the path of its x.npy.")
        return found[0]
    if not path.name.lower().startswith("x"):
        raise BadData(f"{path} is one array; name the rows x.npy, their answers y.npy, and give the path of x.npy.")
    return path


def _read(path: Path, most: int | None = None) -> np.ndarray:
    return read_arrays(path, (), most)["x"]


def _on_disk(dataset: Dataset, most: int) -> Dataset:
    """Return the data set whose images of bytes are read on demand where they would fill more than `most` bytes."""
    if dataset.modality != "image" or dataset.x.dtype != np.uint8:
        return dataset
    large = [name for name in ("x", "x_test") if (rows := getattr(dataset, name)) is not None and rows.nbytes > most]
    return replace(dataset, **{name: _lazy(getattr(dataset, name)) for name in large})


def _lazy(rows: np.ndarray) -> LazyRows:
    return LazyRows(lambda places: rows[places], np.arange(len(rows)), rows[0].nbytes)


def _classes(path: Path | None) -> tuple[str, ...]:
    names = () if path is None else tuple(one_line(str(name)) for name in _read(path).ravel())
    if len(set(names)) < len(names):
        raise BadData("classes.npy holds a name twice; each class needs its own. Rename one.")
    return names
