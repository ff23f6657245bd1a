"""A table whose split, columns and target stand in files of numbers beside it, as many collections of tables have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._files import TextTable, open_table
from zoo.data._frame import dataset_of_frame
from zoo.data._labels import shown
from zoo.data._numerals import numerals_of
from zoo.data._tables import asked_names, by_name
from zoo.data._tested import with_test
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.raw.cells import number, quoted
from zoo.raw.lines import lines_of
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

SPLIT = re.compile(r"index_(?:train|test)_(\d+)\.txt")
TABLE, FEATURES, TARGET = "data.txt", "index_features.txt", "index_target.txt"


def is_indexed(path: Path) -> bool:
    """Return whether `path` is a folder of a table and files of numbers, or one of the files that name its split."""
    folder = path if path.is_dir() else path.parent
    named = path.is_dir() or SPLIT.fullmatch(path.name) is not None
    return named and (folder / TABLE).is_file() and any(folder.glob("index_train_*.txt"))


def indexed_dataset(source: Source) -> Dataset:
    """Return data.txt of a folder, with the rows that index_train_K.txt and index_test_K.txt number from 0.

    A path of one of these files names the split K, and the folder means the first one. The columns are those that
    index_features.txt and index_target.txt number, unless a target is named. Raises BadData for numbers of no row.
    """
    path = Path(source.path)
    folder = path if path.is_dir() else path.parent
    splits = _splits(folder)
    if not splits:
        raise BadData(f"{folder} has no index_train_K.txt beside an index_test_K.txt; a split is two files. Add one.")
    match = SPLIT.fullmatch(path.name)
    split = int(match[1]) if match and not path.is_dir() else splits[0]
    table = open_table(folder / TABLE, asked_names(source))
    given = source.target or _target(folder, table)
    source = by_name(replace(source, target=given), table)
    frame = _frame(table, folder, str(source.target))
    numerals = numerals_of(lambda: [frame], table.dialect.separator, source.ignore)
    (frame,) = numerals.plain(lambda given=frame: [given], folder / TABLE)()
    train, test = (_numbers(folder / f"index_{part}_{split}.txt", len(frame)) for part in ("train", "test"))
    _require_apart(folder, split, train, test)
    dataset = dataset_of_frame(frame.iloc[train], source, folder.resolve().name)
    tested = frame.iloc[test]
    dataset = with_test(dataset, lambda: [tested], list(frame.columns), folder / f"index_test_{split}.txt")
    told = (*table.said(), *numerals.said, _said(folder, split, splits))
    facts = {**dataset.facts, **table.facts(source.target), **numerals.facts}
    return replace(dataset, warnings=(*told, *dataset.warnings), facts=facts)


def _splits(folder: Path) -> list[int]:
    """Return the numbers of the splits that a folder names both parts of."""
    found = [match[1] for path in folder.glob("index_train_*.txt") if (match := SPLIT.fullmatch(path.name))]
    return sorted(int(split) for split in found if (folder / f"index_test_{split}.txt").is_file())


def _said(folder: Path, split: int, splits: Sequence[int]) -> str:
    told = f"split {split} of {len(splits)} (index_train_{split}.txt, index_test_{split}.txt)"
    other = next((number for number in splits if number != split), None)
    return told if other is None else f"{told}; give {folder / f'index_train_{other}.txt'} for split {other}"


def _target(folder: Path, table: TextTable) -> str | None:
    path = folder / TARGET
    if not path.is_file():
        return None
    named = [table.columns[place] for place in _numbers(path, len(table.columns))]
    if len(named) > 1:
        raise BadValue(
            f"{path} names {len(named)} columns, {shown(named)}; one is learned. Name it: --target {named[0]}."
        )
    return named[0]


def _frame(table: TextTable, folder: Path, target: str) -> pd.DataFrame:
    import pandas as pd

    frame = pd.concat(table.frames(), ignore_index=True)
    path = folder / FEATURES
    if not path.is_file():
        return frame
    features = [table.columns[place] for place in _numbers(path, len(table.columns))]
    others = [column for column in (target,) if column in table.columns and column not in features]
    return frame[[*features, *others]]


def _numbers(path: Path, below: int) -> np.ndarray:
    """Return the whole numbers in a file, from 0 to `below` - 1 and each once; raise BadData for others."""
    cells = [cell for line in lines_of(path) for cell in line.cells if cell.strip()]
    read = [number(cell) for cell in cells]
    odd = next((cell for cell, value in zip(cells, read, strict=True) if not _counts(value, below)), None)
    if odd is not None or not cells:
        what = "is empty" if odd is None else f"holds {quoted(odd)}"
        raise BadData(f"{path} {what}; it must number rows or columns of {TABLE} from 0 to {below - 1}. Mend it.")
    if len(set(read)) < len(read):
        raise BadData(f"{path} holds a number twice; each row or column is named once. Remove one.")
    return np.asarray(read, int)


def _counts(value: float | None, below: int) -> bool:
    return value is not None and value == value and value in range(below)


def _require_apart(folder: Path, split: int, train: np.ndarray, test: np.ndarray) -> None:
    both = np.intersect1d(train, test)
    if len(both):
        where = f"row {both[0]} is in both parts of split {split} ({len(both)} such)"
        raise BadData(f"{folder}: {where}. Remove it from one of them.")
