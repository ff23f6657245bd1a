"""The test part of series and of forecasts out of a second table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import target_like
from zoo.dataset import Dataset
from zoo.errors import BadData
from zoo.raw.cells import quoted
from zoo.raw.frames import names_of
from zoo.raw.times import written
from zoo.tables import place_of

if TYPE_CHECKING:
    import pandas as pd


def with_later(dataset: Dataset, train: pd.DataFrame, test: pd.DataFrame, path: Path) -> Dataset:
    """Return series with those of a second table, read from `path`, as their test part; raise BadData.

    Of a forecast, the second table goes on where the first ends: its first windows see the last rows of that.
    """
    if "lookback" in dataset.facts:
        return _forecast(dataset, train, test, path)
    found = _of_table(dataset, test, path)
    longest = max(dataset.x.shape[1], found.x.shape[1])
    held, given = (tested_like(one, dataset.facts["columns"], longest) for one in (dataset, found))
    labels = np.asarray(found.classes)[found.y] if found.classes else found.y
    groups, names = _groups(dataset, found)
    return replace(
        held,
        x_test=given.x,
        y_test=target_like(labels, dataset.classes, f"{path}: column '{dataset.source.target}'"),
        names_test=found.names,
        groups_test=groups,
        group_names=names,
    )


def tested_like(dataset: Dataset, columns: Sequence[str], steps: int) -> Dataset:
    """Return series with these channels in this order, NaN behind those of fewer `steps`; raise BadData for longer."""
    places = [place_of(dataset.source.path, name, dataset.facts["columns"]) for name in columns]
    return replace(
        dataset,
        x=_padded(dataset.x, places, steps, dataset),
        x_test=None if dataset.x_test is None else _padded(dataset.x_test, places, steps, dataset),
    )


def _padded(rows: np.ndarray, places: Sequence[int], steps: int, dataset: Dataset) -> np.ndarray:
    longest = rows.shape[1]
    if longest > steps:
        raise BadData(f"{dataset.source.path} has series of {longest:,} steps; the model takes {steps:,}. Cut them.")
    found = np.full((len(rows), steps, len(places)), np.nan, np.float32)
    found[:, :longest] = rows[..., places]
    return found


def _forecast(dataset: Dataset, train: pd.DataFrame, test: pd.DataFrame, path: Path) -> Dataset:
    import pandas as pd

    from zoo.data._timed import times_of

    name, facts = str(dataset.source.time), dataset.facts
    columns = [name, *facts["columns"]]
    frames = [frame.set_axis(names_of(frame), axis="columns") for frame in (train, test)]
    for column in columns:
        place_of(path, column, list(frames[1].columns))
    whole = pd.concat([frame[columns] for frame in frames], ignore_index=True)
    times = times_of(whole[name], replace(dataset.source, path=str(path))).values
    end, begin = times[: len(train)].max(), times[len(train) :].min(initial=np.inf)
    if begin <= end:
        raise BadData(
            f"{path} begins at {written(float(begin), facts['way'])}, and the rows to learn from end at "
            f"{quoted(written(float(end), facts['way']))}; a forecast is tested on later rows. Put all rows into one "
            "table, whose last ones are then for the test."
        )
    found = _of_table(dataset, whole, path)
    later = found.times >= begin
    if not later.any():
        raise BadData(f"{path} has too few rows for a horizon of {facts['horizon']}. Add rows.")
    return replace(dataset, x_test=found.x[later], y_test=found.y[later])


def _of_table(dataset: Dataset, frame: pd.DataFrame, path: Path) -> Dataset:
    """Return what a table holds, by the options that the first one was read with."""
    from zoo.data._long import series_of_frame
    from zoo.data._windows import forecast_of_frame

    source = replace(dataset.source, path=str(path))
    named = frame.set_axis(names_of(frame), axis="columns")
    wanted = {*dataset.facts["columns"], source.target, source.time, source.id, source.group}
    read = forecast_of_frame if "lookback" in dataset.facts else series_of_frame
    found = read(named[[name for name in named.columns if name in wanted]], replace(source, ignore=()))
    for name in dataset.facts["columns"]:
        place_of(path, name, found.facts["columns"])
    return found


def _groups(dataset: Dataset, found: Dataset) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return the groups of the test part by places among the names of both parts, and these names."""
    if found.groups is None:
        return None, dataset.group_names
    names = (*dataset.group_names, *sorted(set(found.group_names) - set(dataset.group_names)))
    places = np.asarray([names.index(name) for name in found.group_names], np.int32)
    return places[found.groups], names
