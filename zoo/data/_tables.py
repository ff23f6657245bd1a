"""Data sets out of files of tables: one, or one to learn from and one to be tested by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zoo.data._files import ParquetTable, TextTable, open_table
from zoo.data._frame import dataset_of_frames
from zoo.data._later import with_later
from zoo.data._numerals import Numerals, numerals_of
from zoo.data._reading import Frames
from zoo.data._roles import OPTIONS
from zoo.data._tested import with_test
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.memory import budget
from zoo.recipe import Source
from zoo.rows import PARQUET

SUFFIXES = (".csv", ".tsv", *PARQUET, ".data", ".txt")
MARKS = "-_."  # what parts a name from train or test
MEGABYTE = 2**20
File = TextTable | ParquetTable


def dataset_of_tables(source: Source) -> Dataset:
    """Return the data set of a table, of a folder of train and test, or of the files NAME_train and NAME_test.

    Rows that would fill more than they may are read in chunks and stay on the disk, as LazyRows.
    """
    path, test_path = tables_at(Path(source.path))
    table = open_table(path, asked_names(source))
    test = None if test_path is None else open_table(test_path, table.columns)
    source = by_name(source, table)
    need, most = table.bytes_read + (test.bytes_read if test else 0), budget(source.memory)
    on_disk = need > most
    name = Path(source.path).resolve().name if Path(source.path).is_dir() else path.stem
    frames, numerals = _written(table, on_disk, source)
    dataset = dataset_of_frames(frames, table.columns, source, name, on_disk)
    told = (*table.said(), *numerals.said, *(_size(need, most) if on_disk and dataset.modality != "series" else ()))
    if test is not None:
        test = like(test, table)
        dataset = _with_test(dataset, frames, numerals.plain(_frames(test, on_disk), test.path), test)
        told += (f"test rows are those of {test.path.name}",) if not Path(source.path).is_dir() else ()
    facts = {**dataset.facts, **table.facts(source.target), **numerals.facts}
    return replace(dataset, warnings=(*told, *dataset.warnings), facts=facts)


def _with_test(dataset: Dataset, frames: Frames, tested: Frames, test: File) -> Dataset:
    if dataset.modality != "series":
        return with_test(dataset, tested, test.columns, test.path)
    import pandas as pd

    whole = (pd.concat(list(some()), ignore_index=True) for some in (frames, tested))
    return with_later(dataset, *whole, test.path)


def asked_names(source: Source) -> tuple[str, ...]:
    """Return the names of columns that the user typed."""
    given = (source.target, *(getattr(source, option) for option in OPTIONS), *source.ignore)
    return tuple(name for name in given if name is not None and not _place(name))


def by_name(source: Source, table: File) -> Source:
    """Return the source with names for the places of columns, which may be typed where no header names them."""
    if not isinstance(table, TextTable) or table.dialect.header:
        return source

    def name(column: str | None) -> str | None:
        if column is None or not _place(column) or not -len(table.columns) <= int(column) < len(table.columns):
            return column
        return table.columns[int(column)]

    named = {option: name(getattr(source, option)) for option in ("target", *OPTIONS)}
    return replace(source, **named, ignore=tuple(map(str, map(name, source.ignore))))


def like(test: File, table: File) -> File:
    """Return the table to be tested by, whose columns are named as those of `table` where it has no header."""
    if isinstance(test, ParquetTable) or test.dialect.header or len(test.columns) != len(table.columns):
        return test
    return replace(test, columns=table.columns)


def _written(table: File, on_disk: bool, source: Source) -> tuple[Frames, Numerals]:
    """Return what gives the chunks of a table with plain numbers, and how they are written."""
    frames = _frames(table, on_disk)
    if isinstance(table, ParquetTable):
        return frames, Numerals()
    numerals = numerals_of(frames, table.dialect.separator, source.ignore)
    plain = numerals.plain(frames, table.path)
    if on_disk or not numerals.styles:
        return plain, numerals
    held = list(plain())
    return lambda: held, numerals


def _frames(table: File, on_disk: bool) -> Frames:
    """Return what gives the chunks of a table: read anew each time, or held once they are read."""
    if on_disk:
        return table.frames
    held = list(table.frames())
    return lambda: held


def _place(name: str) -> bool:
    return name.removeprefix("-").isdecimal() and name.isascii()


def _size(need: int, most: int) -> tuple[str, ...]:
    return (
        f"reading this table at once would take about {need / MEGABYTE:,.3g} MB, and {most / MEGABYTE:,.3g} MB may be "
        "filled (--memory): it is read in chunks, and its rows stay on the disk",
    )


def tables_at(path: Path) -> tuple[Path, Path | None]:
    """Return the file to learn from and the one to be tested by, if there is one."""
    if path.is_dir():
        train = _first(path, "train")
        if train is None:
            raise BadData(f"{path} has no train.csv, train.tsv or train.parquet. Give the path of a table.")
        return train, _first(path, "test")
    for mark in MARKS:
        name = path.stem.removesuffix(f"{mark}train").removesuffix(f"{mark}test")
        parts = [path.with_name(f"{name}{mark}{part}{path.suffix}") for part in ("train", "test")]
        if path in parts and all(part.is_file() for part in parts):
            return parts[0], parts[1]
    return path, None


def _first(folder: Path, stem: str) -> Path | None:
    return next((path for suffix in SUFFIXES if (path := folder / f"{stem}{suffix}").is_file()), None)
