"""Forecasting: windows of the last values of a table in the order of time, and the values that follow each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from zoo.data._season import season_of
from zoo.data._timed import Times, gapless, in_order, named_frame, numbers_of, times_of
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.lazy import LazyRows
from zoo.memory import budget, told
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 1
LONGEST_SEASON = 100  # steps that a default lookback spans at most: recurrent layers pay for each
DEFAULT, SHARE = 24, 0.1  # the lookback without a season: so many steps, or this part of the rows
LEARNED = 0.6  # of the rows, the earliest: a season is looked for in what will be learned from
FEWEST = 2  # windows in each part
LARGEST = float(np.finfo(np.float32).max)  # of what windows hold


@dataclass(frozen=True)
class Channels:
    """Numbers in the order of time: `values` (rows, channels), the target first, and which targets were filled in."""

    values: np.ndarray
    filled: np.ndarray
    names: tuple[str, ...]
    times: Times


def forecast_of_frame(frame: pd.DataFrame, source: Source, name: str = "frame") -> Dataset:
    """Return windows (n, lookback, channels) float32 of the target and the other numbers, and the targets that follow.

    The targets are (n,) float64, or (n, horizon) for several steps; `times` are those of each window's first target,
    ascending. Rows are sorted by time, gaps filled forward and marks beside digits dropped, all said aloud; no window
    asks for a value that was filled in. Without them, the lookback is the target's season, and the horizon 1.
    Windows that would fill more than they may are cut when they are asked for, as LazyRows over the values. Raises
    BadData for text that is no time or no number and for too few rows, BadValue for options that do not fit.
    """
    _require_fitting(source)
    frame = named_frame(frame, source, ("target", "time"))
    channels, said = _channels(frame, source)
    season = season_of(channels.values[: int(LEARNED * len(channels.values)), 0])
    source, chosen = _chosen(source, season, len(channels.values))
    places = windows(channels.values, source.lookback, source.horizon)[2]
    if not len(places):
        raise BadData(f"{source.path} has {len(channels.values):,} rows; {_needs(source, 1)}")
    whole = np.flatnonzero(~_around(channels.filled, source.lookback, source.horizon))
    facts = {
        **{"lookback": source.lookback, "horizon": source.horizon, "time": source.time, "season": season},
        **{"columns": list(channels.names), "way": channels.times.way},
    }
    dropped = len(places) - len(whole)
    left = (f"{dropped:,} of {len(places):,} windows are left out: their target was filled in",) if dropped else ()
    x, y, on_disk = _kept(channels.values, source, whole)
    times = channels.times.values[places[whole]]
    said = (*said, *chosen, *left, *on_disk)
    return Dataset(name, source, "series", x, y, times=times, facts=facts, warnings=said)


def _kept(
    values: np.ndarray, source: Source, whole: np.ndarray
) -> tuple[np.ndarray | LazyRows, np.ndarray, tuple[str, ...]]:
    """Return the windows at the places `whole` in float32, their targets, and words where these windows are not cut."""
    x = windows(values.astype(np.float32), source.lookback, source.horizon)[0]
    y = windows(values, source.lookback, source.horizon)[1]
    y = y[whole, 0] if source.horizon == 1 else y[whole]
    each, most = x[0].nbytes, budget(source.memory)
    if len(whole) * each <= most:
        return (x if len(whole) == len(x) else x[whole]), y, ()
    size = f"windows would fill {told(len(whole) * each)}, and {told(most)} may be filled (--memory)"
    return LazyRows(lambda places: x[places], whole, each), y, (f"{size}: each is cut when it is needed",)


def windows(values: np.ndarray, lookback: int, horizon: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each window of `values` (rows, channels), the first channel's values after it, and where these start.

    They are (n, lookback, channels), (n, horizon) and (n,) for n = rows - lookback - horizon + 1, views of `values`.
    """
    count = max(0, len(values) - lookback - horizon + 1)
    if not count:
        return np.empty((0, lookback, values.shape[1])), np.empty((0, horizon)), np.arange(0)
    x = sliding_window_view(values, lookback, axis=0)[:count].transpose(0, 2, 1)
    return x, sliding_window_view(values[lookback:, 0], horizon), np.arange(count) + lookback


def require_windows(dataset: Dataset) -> None:
    """Raise BadData where a forecast has too few windows to learn from, to be validated by and to be tested by.

    The last windows before a later part are left out, since their targets reach into it: horizon - 1 of them.
    """
    if "lookback" not in dataset.facts:
        return
    horizon = dataset.facts["horizon"]
    fewest = max(10, 5 * (horizon - 1 + FEWEST))
    if len(dataset.y) < fewest:
        raise BadData(f"{dataset.source.path} has {len(dataset.y):,} windows; {_needs(dataset.source, fewest)}")


def _channels(frame: pd.DataFrame, source: Source) -> tuple[Channels, tuple[str, ...]]:
    times = times_of(frame[source.time], source)
    order, said = in_order(times, source.time)
    _require_one_series(times.values, source)
    others = [column for column in frame.columns if column not in (source.target, source.time)]
    read = {column: numbers_of(frame[column], source) for column in (source.target, *others)}
    if read[source.target] is None:
        raise BadData(
            f"{source.path}: column '{source.target}' holds text; a forecast is of numbers. Name another --target, or "
            "leave --time away to learn classes."
        )
    used = {column: found for column, found in read.items() if found is not None}
    for column, (numbers, _) in used.items():
        _require_finite(numbers, f"{source.path}: column '{column}'")
    told = [f"column '{column}' is left out: a forecast takes numbers" for column in others if column not in used]
    told += [words for _, words in used.values() if words]
    values = np.column_stack([numbers[order] for numbers, _ in used.values()])
    values, filled, begun, more = _filled(values, list(used), source)
    times = replace(times, values=times.values[order][begun:])
    return Channels(values[begun:], filled[begun:], tuple(used), times), (*said, *told, *more)


def _require_finite(numbers: np.ndarray, where: str) -> None:
    odd = np.flatnonzero(np.abs(numbers) > LARGEST)
    if len(odd):
        raise BadData(
            f"{where} is {numbers[odd[0]]} in data row {odd[0] + 1} ({len(odd):,} such); numbers must be finite, and "
            f"{LARGEST:.1e} at most. Correct them, use larger units, or leave the cells empty."
        )


def _filled(values: np.ndarray, names: list[str], source: Source) -> tuple[np.ndarray, np.ndarray, int, list[str]]:
    """Return channels without gaps, which targets were filled, the first row that has all, and words on it."""
    empty = next((name for name, one in zip(names, values.T, strict=True) if np.isnan(one).all()), None)
    if empty is not None:
        raise BadData(f"{source.path}: column '{empty}' has no value. Fill it in, or leave it out: --ignore '{empty}'.")
    done = [gapless(one, name, source) for name, one in zip(names, values.T, strict=True)]
    whole = np.column_stack([one for one, _, _ in done])
    begun = int(np.argmax(~np.isnan(whole).any(axis=1)))
    said = [words for _, _, words in done if words]
    if begun:
        said.append(f"the first {begun:,} rows are left out: not every column has begun there")
    return whole, done[0][1], begun, said


def _chosen(source: Source, season: int | None, rows: int) -> tuple[Source, list[str]]:
    """Return the source with a lookback and a horizon, and what is said of those that were chosen here."""
    lookback, horizon, said = source.lookback, source.horizon, []
    if lookback is None:
        evident = season is not None and season <= LONGEST_SEASON
        lookback = season if evident else max(1, min(DEFAULT, int(SHARE * rows)))
        why = "no season is evident" if season is None else f"'{source.target}' repeats after {season}"
        why += "" if evident or season is None else ", which is long"
        said.append(f"each window looks back {lookback} steps ({why}); --lookback N takes another")
    if horizon is None:
        horizon = HORIZON
        said.append(f"the next value of '{source.target}' is forecast; --horizon N takes more")
    return replace(source, lookback=lookback, horizon=horizon), said


def _around(filled: np.ndarray, lookback: int, horizon: int) -> np.ndarray:
    """Return for each window whether a target of its was filled in."""
    if not filled.any():
        return np.zeros(max(0, len(filled) - lookback - horizon + 1), bool)
    return windows(filled[:, np.newaxis], lookback, horizon)[1].any(axis=1)


def _require_fitting(source: Source) -> None:
    for option in ("lookback", "horizon"):
        steps = getattr(source, option)
        if steps is not None and steps < 1:
            raise BadValue(f"{option} is {steps}; it must be at least 1. Try {1 if option == 'horizon' else 12}.")
    if source.task == "classification":
        raise BadValue("task is 'classification', but a forecast is of quantities. Leave the task or --time away.")
    for option in ("weight", "group", "id"):
        if getattr(source, option) is not None:
            raise BadValue(
                f"--{option} is '{getattr(source, option)}', but a forecast is of one series, row by row. Leave it "
                "away, or keep the rows of one series."
            )


def _require_one_series(times: np.ndarray, source: Source) -> None:
    repeated = len(times) - len(np.unique(times))
    if repeated > len(times) / 2:
        raise BadData(
            f"{source.path}: column '{source.time}' repeats in {repeated:,} of {len(times):,} rows, as if several "
            "series stood in one table. Keep the rows of one, or sum them up."
        )


def _needs(source: Source, count: int) -> str:
    rows = source.lookback + source.horizon + count - 1
    return (
        f"a lookback of {source.lookback} and a horizon of {source.horizon} need {rows:,} without gaps. Add rows, or "
        "look back fewer steps."
    )
