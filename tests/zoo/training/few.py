"""Few rows of every kind, for tests that train in a moment: random ones, and some of the digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from zoo.builders import BUILDERS, builders_for
from zoo.dataset import Split, Splits
from zoo.scale import Scale
from zoo.task import Task

SHAPES = {"table": (6,), "image": (8, 8, 1), "series": (10, 3), "text": (12,), "audio": (20, 8, 1)}
VOCABULARY = 20
OWN = [name for name in BUILDERS.names() if not BUILDERS.entries[name].facts.get("pretrained")]
USUAL = ("mlp", "cnn", "lstm", "resnet")  # builders that every run of the tests trains


def modality_of(builder: str) -> str:
    """Return the kind of rows that a builder is tried on: images where it takes them."""
    accepts = BUILDERS.entries[builder].facts["accepts"]
    return "image" if "image" in accepts else accepts[0]


def of_images() -> list[Any]:
    """Return the builders that take images as parameters of a test; all but the usual ones are for patient runs."""
    names = [name for name in builders_for("image") if name in OWN]
    return [
        pytest.param(name, marks=() if name in USUAL else (pytest.mark.slow, pytest.mark.patient)) for name in names
    ]


def few_rows(digits: Splits, modality: str = "image", classes: int = 3, horizon: int = 1, dtype: str = "") -> Splits:
    """Return 70 rows to learn from, so that the last batch is partial, and 45 to watch; no class means quantities."""
    random, shape = np.random.default_rng(2), SHAPES[modality]
    tokens = modality == "text"
    dtype = dtype or ("int32" if tokens else "float32")
    task = Task(modality, shape, tuple("abcdefgh"[:classes]), dtype, horizon, VOCABULARY if tokens else 0)

    def part(rows: int) -> Split:
        most = VOCABULARY if tokens else 256
        x = random.normal(size=(rows, *shape)) if dtype == "float32" else random.integers(0, most, (rows, *shape))
        answers = random.integers(0, classes, rows) if classes else random.normal(size=(rows, horizon))
        if classes:
            return Split(x.astype(dtype), answers.astype("int32"))
        y = answers if horizon > 1 else answers[:, 0]
        return Split(x.astype(dtype), y.astype("float32"), Scale(10.0, 3.0))

    return Splits(task, digits.preparation, part(70), part(45), part(5), digits.dataset)


def few_digits(digits: Splits, **changes: Any) -> Splits:
    """Return digits with 70 images to learn from."""
    return replace(digits, train=Split(digits.train.x[:70], digits.train.y[:70], **changes))
