"""Time series as the UCR archive has them (Dau et al. 2019): one a line, its label first, no header."""

from __future__ import annotations

import csv as text
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from zoo.data._arrays import dataset_of_arrays
from zoo.data._labels import as_text, indices_in
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.raw.cells import delimiter, number, one_line, quoted
from zoo.recipe import Source
from zoo.registry import register

TRAIN, TEST = "_TRAIN", "_TEST"
Table = tuple[list[str], np.ndarray]


@register(
    files=("*_TRAIN.tsv", "*_TEST.tsv"),
    folder=("*_TRAIN.tsv",),
    target=True,
    options=("ignore", "id", "group", "time", "lookback", "horizon"),
)
def series(source: Source) -> Dataset:
    """Series of NAME_TRAIN.tsv and NAME_TEST.tsv, label first; or of any one file of such lines, or of a long table.

    A series that ends before the others has empty or NaN cells behind it. Labels are classes, unless they are numbers
    with fractions, which are quantities. Of a long table, rows of one id are one series in the order of a time; a time
    without an id makes a forecast.
    """
    if source.id is not None or source.time is not None:
        from zoo.data.csv import csv as table

        return table(source)
    _require_plain(source)
    path, test_path = _files(Path(source.path))
    labels, x = read_series(path)
    test = None if test_path is None else read_series(test_path)
    try:
        if test is not None:
            _require_equal_length(path, x, test_path, test[1])
        y, y_test, classes = _targets(labels, None if test is None else test[0], (path, test_path), source.task)
        given = None if test is None else (test[1], y_test)
        return dataset_of_arrays(source, x, y, given, classes, path.stem.removesuffix(TRAIN), "series")
    except BadData as error:
        raise BadData(f"{source.path}: {error}") from error


def _require_plain(source: Source) -> None:
    """Raise BadValue for what only a table with a header can heed."""
    for option in ("target", "ignore", "group", "lookback", "horizon"):
        if getattr(source, option):
            raise BadValue(
                f"{option} is '{getattr(source, option)}', but {source.path} is read as lines of a label and a series, "
                f"which have no header. Leave --{option} away, or name the --id and --time columns of a long table."
            )


def _files(path: Path) -> tuple[Path, Path | None]:
    """Return the file to train with and the one to test with, where the archive's names tell of both."""
    if path.is_dir():
        found = sorted(path.glob(f"*{TRAIN}.tsv"))
        if len(found) != 1:
            raise BadData(f"{path} holds {len(found)} files *{TRAIN}.tsv; a folder is one set. Give a file's path.")
        path = found[0]
    name = path.stem.removesuffix(TRAIN).removesuffix(TEST)
    train, test = (path.with_name(f"{name}{part}{path.suffix}") for part in (TRAIN, TEST))
    return (train, test) if train.is_file() and test.is_file() else (path, None)


def read_series(path: Path) -> Table:
    """Return the labels (rows,) as text, and the series (rows, time) in float64; raise BadData naming the cell."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [cells for cells in text.reader(file, delimiter=delimiter(path.suffix)) if any(cells)]
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise BadData(f"{path} is not UTF-8 text (it holds byte 0x{byte:02x}). Save it as UTF-8.") from error
    except text.Error as error:
        raise BadData(f"{path} is not a table ({error}); save it as tab-separated text.") from error
    if not lines:
        raise BadData(f"{path} is empty; it must hold a label and a series a line. Write it again.")
    if len(lines[0]) < 2:
        raise BadData(f"{path} has one cell in its first line; a line is a label and numbers, between tabs or commas.")
    rows = [_numbers(path, place, cells, len(lines[0])) for place, cells in enumerate(lines, 1)]
    return [_label(path, place, cells[0]) for place, cells in enumerate(lines, 1)], np.asarray(rows, np.float64)


def _numbers(path: Path, row: int, cells: Sequence[str], width: int) -> np.ndarray:
    if len(cells) != width:
        raise BadData(
            f"{path}: row {row} has {len(cells)} cells and the first {width}; each is a label and a series, all of one "
            "length. Cut them to the shortest, or write NaN behind those that end early."
        )
    try:
        return np.fromiter(map(float, cells[1:]), np.float64, width - 1)
    except ValueError:
        numbers = [number(cell) for cell in cells[1:]]
    if None in numbers:
        time = numbers.index(None) + 1
        raise BadData(
            f"{path}: row {row}, time {time} is text ({quoted(cells[time])}); a file of series holds a label and "
            "numbers a line, and no header. Correct it, or read a table with --reader csv."
        )
    return np.asarray(numbers, np.float64)


def _require_equal_length(path: Path, x: np.ndarray, test_path: Path | None, x_test: np.ndarray) -> None:
    if x.shape[1] != x_test.shape[1]:
        raise BadData(
            f"{path} has series of {x.shape[1]:,} numbers and {test_path} of {x_test.shape[1]:,}; they must be of one "
            "length. Cut the longer ones, or write NaN behind the shorter."
        )


def _label(path: Path, row: int, cell: str) -> str:
    """Return a label as text, numbers alike however they are written; raise BadData where it is missing."""
    value = number(cell)
    if value is not None and not np.isfinite(value):
        raise BadData(f"{path}: row {row} has the label {quoted(cell)}; each series needs one. Add it, or cut the row.")
    return one_line(cell) if value is None else as_text(value)


def _targets(
    labels: Sequence[str], labels_test: Sequence[str] | None, paths: tuple[Path, Path | None], task: str | None
) -> tuple[np.ndarray, np.ndarray | None, tuple[str, ...]]:
    """Return the targets of both parts and the classes; fractions are quantities, unless `task` differs."""
    path, test_path = paths
    numbers = [number(label) for label in labels]
    are_numbers = None not in numbers
    fractions = are_numbers and any(value % 1 for value in numbers)
    if fractions and task == "classification":
        raise BadValue(f"{path} has labels with fractions; classes are whole numbers or text. Leave the task away.")
    if fractions or task == "regression":
        return _quantities(labels, path), None if labels_test is None else _quantities(labels_test, test_path), ()
    classes = tuple(sorted(set(labels), key=float if are_numbers else str))
    y_test = None if labels_test is None else indices_in(np.asarray(labels_test), classes, str(test_path))
    return indices_in(np.asarray(labels), classes, str(path)), y_test, classes


def _quantities(labels: Sequence[str], path: Path | None) -> np.ndarray:
    numbers = [number(label) for label in labels]
    if None in numbers:
        text = quoted(labels[numbers.index(None)])
        raise BadData(f"{path} has the label {text}; those to learn from are quantities. Write a number there.")
    return np.asarray(numbers)
