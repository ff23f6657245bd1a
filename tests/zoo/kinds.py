"""One small data set of every kind of rows, and what it writes to be predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from zoo.dataset import Dataset
from zoo.preparation import objects
from zoo.recipe import Source

from .recordings import RATE, tone, write_wave

ROWS = 24
RANDOM = np.random.default_rng(0)
WORDS = ["red", "green", "blue", "cat", "dog", "runs", "sleeps", "slowly"]
CELLS = np.column_stack(  # numbers, some missing, times, and the places of texts
    [RANDOM.lognormal(0, 2, ROWS), RANDOM.normal(size=ROWS), np.arange(ROWS) * 1e6, RANDOM.integers(0, 3, ROWS)]
)
CELLS[3, 0] = CELLS[5, 3] = np.nan
STEPS = RANDOM.normal(size=(ROWS, 30, 2)).astype("float32")
TABLE = {"columns": ("a", "b", "when", "c"), "dates": ("when",), "categories": {"c": ("x", "y", "z")}}
FORECAST = {"lookback": 30, "horizon": 1, "time": "when", "way": "iso", "columns": ["v", "w"]}
KINDS: dict[str, tuple[np.ndarray, dict[str, Any]]] = {
    "table": (CELLS, {**TABLE, "facts": {"ways": {"when": "iso"}}}),
    "image": (RANDOM.integers(0, 256, (ROWS, 12, 9, 3)).astype("uint8"), {}),
    "series": (STEPS, {"facts": FORECAST, "y": STEPS[:, -1, 0].astype(float), "classes": ()}),
    "text": (objects([" ".join(RANDOM.choice(WORDS, 3 + place)) for place in range(ROWS)]), {}),
    "audio": (objects([tone(200 + 50 * place, 0.3) for place in range(ROWS)]), {"facts": {"rate": RATE}}),
}


def dataset_of(modality: str, **changes: Any) -> Dataset:
    """Return 24 rows of a modality, of two classes but for series, which are windows of a forecast."""
    x, about = KINDS[modality]
    known = {"x": x, "y": np.arange(ROWS, dtype=np.int32) % 2, "classes": ("p", "q"), **about, **changes}
    return Dataset(modality, Source(modality), modality, known.pop("x"), **known)


def written(modality: str, folder: Path) -> Path:
    """Write what a model of that modality may be asked, and return its path."""
    path = (
        folder / {"table": "rows.csv", "image": "a.png", "series": "v.csv", "text": "a.txt", "audio": "a.wav"}[modality]
    )
    if modality == "audio":
        return write_wave(path, tone(440))
    if modality == "image":
        Image.fromarray(KINDS["image"][0][0]).save(path)
        return path
    lines = {"table": ["a,b,when,c", "1,2,2024-01-31,x"], "text": ["a red dog"]}
    lines["series"] = [
        "when,v,w",
        *(f"2024-01-01 {hour:02}:{minute},{hour},1" for hour in range(24) for minute in (10, 40)),
    ]
    path.write_text("\n".join(lines[modality]) + "\n", "utf-8")
    return path
