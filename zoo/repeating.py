"""Forecasts that repeat what was seen: the last value, or those of one season before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.dataset import Splits
from zoo.preparation import PREPARATIONS
from zoo.scale import target_levels


@dataclass(frozen=True)
class Repeat:
    """Answers flat prepared windows (n, lookback * channels) with the cells at `places`, brought to the target's scale.

    A cell is `slope` * cell + `shift` there. Has scikit-learn's manners.
    """

    places: tuple[int, ...]
    slope: float
    shift: float

    def fit(self, x: np.ndarray, y: np.ndarray) -> Repeat:
        """Return itself: nothing is learned."""
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return one answer a step, (n, horizon)."""
        return x[:, list(self.places)].astype(np.float64) * self.slope + self.shift


def repeating(splits: Splits) -> dict[str, Repeat]:
    """Return `naive`, the last value for all steps, and `seasonal_naive`, where a season fits into a window.

    None where the windows were shortened. The season is what the reader found evident in the earliest 60 % of the
    series (zoo.data._season); the value of the same time in the last season of the window is then the forecast
    (Hyndman 2021, section 5.2).
    """
    facts, (steps, channels) = splits.dataset.facts, splits.task.input_shape
    if steps != facts["lookback"]:
        return {}
    slope, shift = _scales(splits)
    season, horizon = facts.get("season"), splits.task.horizon
    found = {"naive": Repeat(((steps - 1) * channels,) * horizon, slope, shift)}
    if season is not None and 1 < season <= steps:
        places = tuple((steps - season + step % season) * channels for step in range(horizon))
        found["seasonal_naive"] = Repeat(places, slope, shift)
    return found


def naive_error(splits: Splits) -> float:
    """Return the mean absolute error of the last value as the forecast of all steps, over the training rows."""
    places = splits.places.train
    last, coming = target_levels(splits.dataset.x[places], "last"), splits.dataset.y[places]
    return float(np.abs(coming.reshape(len(coming), -1) - last[:, np.newaxis]).mean())


def _scales(splits: Splits) -> tuple[float, float]:
    """Return what brings a prepared value of the first channel to the scale of the target: slope and shift."""
    kind: Any = PREPARATIONS.get("normalise")
    step = next(step for step in splits.preparation.steps if isinstance(step, kind))
    target = splits.preparation.target
    return step.deviations[0] / target.deviation, (step.means[0] - target.mean) / target.deviation
