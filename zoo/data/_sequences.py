"""Tables that hold series: which are forecasts, which long tables of series, and which tables after all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from zoo.data._labels import FEW
from zoo.data._timed import is_even, numbers_of, times_of
from zoo.dataset import Dataset
from zoo.errors import BadValue
from zoo.raw.frames import cells_of
from zoo.recipe import Source

if TYPE_CHECKING:
    import pandas as pd

SERIES = "series"  # the reader that takes an id for that of a series


def sequences_of(
    frames: Callable[[], Iterable[pd.DataFrame]], features: Sequence[str], source: Source, name: str
) -> Dataset | None:
    """Return the series or the forecast that a table's options ask for; None where its rows are rows of a table.

    Rows of one id are one series if the reader `series` is named, or if, beside a time, ids repeat and each has one
    target. A time makes a forecast of the target if a lookback or a horizon is named, if there are no `features` to
    learn it from, or if the times are even steps and the target is a quantity, as in records of one thing; otherwise
    it says how the rows of a table are split.
    """
    import pandas as pd

    _require_time(source)
    if source.id is not None and (source.reader == SERIES or source.time and _are_series(frames, source)):
        from zoo.data._long import series_of_frame

        return series_of_frame(pd.concat(list(frames()), ignore_index=True), source, name)
    asked = source.lookback or source.horizon or source.reader == SERIES or not features
    if source.time is None or not (asked or _is_record(frames, source)):
        return None
    from zoo.data._windows import forecast_of_frame

    return forecast_of_frame(pd.concat(list(frames()), ignore_index=True), source, name)


def _require_time(source: Source) -> None:
    """Raise BadValue for a lookback or a horizon of rows that nothing brings into an order."""
    for option in ("lookback", "horizon"):
        if getattr(source, option) is not None and source.time is None:
            raise BadValue(
                f"{option} is {getattr(source, option)}, but rows are in no order without --time COLUMN (time=). Name "
                f"the column of their times, or leave --{option} away."
            )


def _are_series(frames: Callable[[], Iterable[pd.DataFrame]], source: Source) -> bool:
    """Return whether ids come twice or more on average, each with one target throughout."""
    targets: dict[str, str] = {}
    rows = 0
    for frame in frames():
        rows += len(frame)
        for owner, target in zip(cells_of(frame[source.id]), cells_of(frame[source.target]), strict=True):
            if targets.setdefault(owner, target) != target:
                return False
    return rows >= 2 * len(targets)


def _is_record(frames: Callable[[], Iterable[pd.DataFrame]], source: Source) -> bool:
    """Return whether times are distinct and nearly all even, and the target a quantity that no option says more of."""
    import pandas as pd

    if source.task == "classification" or any((source.id, source.weight, source.group)):
        return False
    frame = pd.concat([part[[source.time, source.target]] for part in frames()], ignore_index=True)
    found = numbers_of(frame[source.target], source)
    if found is None or len(np.unique(found[0][~np.isnan(found[0])])) <= FEW:
        return False
    return is_even(times_of(frame[source.time], source).values)
