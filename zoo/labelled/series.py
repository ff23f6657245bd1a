"""Series with right answers: the windows of a table in time, or the series of a long table, as a model takes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.data import READERS
from zoo.data._files import open_table
from zoo.data._frame import dataset_of_frame
from zoo.data._later import tested_like
from zoo.data._tables import asked_names, tables_at
from zoo.dataset import Dataset
from zoo.preparation import Preparation
from zoo.raw.frames import is_frame, names_of
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd


def sequences(preparation: Preparation, data: pd.DataFrame | str, source: Source) -> Dataset:
    """Return the windows or series in a table with the channels that a model takes, as long as it takes them.

    Its other columns are left aside, whether they were there to learn from or not. Raises BadData or UnknownName for a
    table that lacks one.
    """
    facts, (steps, _) = preparation.facts, preparation.raw_shape
    wanted = {*facts["columns"], source.target, source.time, source.id}
    in_files = None if is_frame(data) else Path(source.path)
    columns = names_of(data) if in_files is None else _columns(in_files, source)
    reader = "series" if in_files is None or not in_files.is_dir() else None
    others = tuple(name for name in columns if name not in wanted)
    asked = replace(source, reader=reader, ignore=others, group=None)
    dataset = dataset_of_frame(data, asked) if in_files is None else READERS.get("csv")(asked)
    return tested_like(dataset, facts["columns"], steps)


def _columns(path: Path, source: Source) -> list[str]:
    return open_table(tables_at(path)[0], asked_names(replace(source, ignore=()))).columns
