"""What a model is worth: anything with `predict`, on one split."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from zoo.dataset import Split
from zoo.errors import Diverged
from zoo.goals import shown
from zoo.metrics import measure
from zoo.portions import in_portions

Z_95 = 1.959963984540054  # the normal distribution's .975 quantile


class Predictor(Protocol):
    """A Keras model, an exported file, a baseline: prepared rows in, prepared answers out."""

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return class probabilities (rows, classes), or quantities in standard deviations (rows, horizon)."""


@dataclass(frozen=True)
class Report:
    """What a model is worth on one split."""

    metrics: dict[str, float]
    rows: int
    bytes: int | None = None  # of the exported file

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values, with the accuracy's interval."""
        low_high = self.accuracy_interval
        return {**asdict(self), "accuracy_interval": None if low_high is None else list(low_high)}

    @property
    def accuracy_interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of the accuracy; None for quantities."""
        return interval(self.metrics["accuracy"], self.rows) if "accuracy" in self.metrics else None

    def _repr_html_(self) -> str:
        """Show the metrics as a table in a notebook."""
        rows = "".join(f"<tr><td>{name}</td><td>{shown(name, value)}</td></tr>" for name, value in self.metrics.items())
        return f"<table><tr><th>metric</th><th>{self.rows:,} rows</th></tr>{rows}</table>"


def evaluate(model: Predictor, split: Split) -> Report:
    """Return every metric of `model` on `split`; raise Diverged when an answer is not a finite number."""
    answers = in_portions(model.predict, split.x)
    bad = int((~np.isfinite(answers)).any(axis=1).sum())
    if bad:
        raise Diverged(f"the model answers {bad} of {len(split)} rows with no finite number; lower its learning rate.")
    return Report(measure(answers, split), len(split))


def interval(accuracy: float, rows: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share of `rows` rows (Wilson 1927, JASA 22, 209-212)."""
    spread = Z_95**2 / rows
    centre = accuracy + spread / 2
    half = Z_95 * math.sqrt(accuracy * (1 - accuracy) / rows + spread / (4 * rows))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))
