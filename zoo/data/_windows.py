"""Forecasting: windows of the last values of a table in the order of time, and the values that follow each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._season import season_of
from zoo.data._timed import Times, gapless, in_order, named_frame, numbers_of, times_of
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

HORIZON = 1
LONGEST_SEASON = 100  # steps that a default lookback spans at most: recurrent layers pay for each
DEFAULT, SHARE = 24, 0.1  # the lookback without a season: so many steps, or this part of the rows
LEARNED = 0.6  # of the rows, the earliest: a season is looked for in what will be learned from
FEWEST = 2  # windows in each part


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
    Raises BadData for text that is no time or no number and for too few rows, BadValue for options that do not fit.
    """
    _require_fitting(source)
    frame = named_frame(frame, source, ("target", "time"))
    channels, said = _channels(frame, source)
    season = season_of(channels.values[: int(LEARNED * len(channels.values)), 0])
    source, chosen = _chosen(source, season, len(channels.values))
    x, y, places = windows(channels.values, source.lookback, source.horizon)
    if not len(x):
        raise BadData(f"{source.path} has {len(channels.values):,} rows; {_needs(source, 1)}")
    whole = ~_around(channels.filled, source.lookback, source.horizon)
    dropped = len(x) - int(whole.sum())
    facts = {
        **{"lookback": source.lookback, "horizon": source.horizon, "time": source.time, "season": season},
        **{"columns": list(channels.names), "way": channels.times.way},
    }
    told = (f"{dropped:,} of {len(x):,} windows are left out: their target was filled in",) if dropped else ()
    times = channels.times.values[places][whole]
    y = y[whole, 0] if source.horizon == 1 else y[whole]
    x = x[whole].astype(np.float32)
    return Dataset(name, source, "series", x, y, times=times, facts=facts, warnings=(*said, *chosen, *told))


def windows(values: np.ndarray, lookback: int, horizon: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each window of `values` (rows, channels), the first channel's values after it, and where these start.

    They are (n, lookback, channels), (n, horizon) and (n,) for n = rows - lookback - horizon + 1.
    """
    count = max(0, len(values) - lookback - horizon + 1)
    places = np.arange(count) + lookback
    x = values[np.arange(count)[:, np.newaxis] + np.arange(lookback)]
    return x, values[:, 0][places[:, np.newaxis] + np.arange(horizon)], places


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
    odd = np.flatnonzero(np.isinf(numbers))
    if len(odd):
        raise BadData(
            f"{where} is {numbers[odd[0]]} in data row {odd[0] + 1} ({len(odd):,} such); numbers must be finite. "
            "Correct them, or leave the cells empty."
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
