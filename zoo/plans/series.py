"""How series are prepared: shortened where they are long, then channel by channel to mean 0 and deviation 1."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

from zoo.dataset import Dataset
from zoo.errors import BadValue
from zoo.preparation import PREPARATIONS
from zoo.registry import register
from zoo.space import Choice, Int, Parameter

if TYPE_CHECKING:
    from zoo.plans import Fit

LONG = 512  # steps: a recurrent layer takes them one by one
LENGTHS = (128, 256, 512)


@register()
def series(
    dataset: Dataset,
    *,
    length: Annotated[int, Int(0, 4096, search=())] = 0,
    window: Annotated[str, Choice("none", "last", "mean", search=())] = "none",
) -> list[Fit]:
    """Each channel is normalised by its mean and standard deviation over all training rows and times.

    Series of more than `length` steps are first shortened to so many means; 0 keeps up to 512 steps as they are. Of a
    forecast, `window` subtracts the last value or the mean of each window, from what is forecast too: trends then
    continue beyond the values that were seen. Raises BadValue for `window` where nothing is forecast.
    """
    if window != "none" and not _is_forecast(dataset):
        raise BadValue(f"preparation.window is {window}; only windows of a forecast have a level. Leave it at none.")
    level = [partial(PREPARATIONS.get("level").fit, of=window)] if window != "none" else []
    most, steps = length or LONG, _steps(dataset)
    pool = [partial(PREPARATIONS.get("pool").fit, length=most)] if steps > most else []
    return [*level, *pool, PREPARATIONS.get("normalise").fit]


def narrowed(dataset: Dataset, space: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the space with `length` searched for long series, and `window` for forecasts."""
    found = dict(space)
    if _steps(dataset) > LONG:
        found["length"] = space["length"].narrowed(LENGTHS)
    if _is_forecast(dataset):
        found["window"] = space["window"].narrowed(space["window"].domain.options)
    return found


def _steps(dataset: Dataset) -> int:
    """Return how many times each series holds, which windows that are not cut yet cannot tell."""
    return dataset.facts["lookback"] if _is_forecast(dataset) else dataset.x.shape[1]


def _is_forecast(dataset: Dataset) -> bool:
    return "lookback" in dataset.facts
