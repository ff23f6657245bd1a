"""Raw rows to try a preparation on, made from nothing but the preparation: no row of anybody's data leaves with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from zoo.preparation import Preparation, objects
from zoo.tables import UNSEEN

YEARS_30 = 1e9  # in seconds
STRANGE = "ZQxv"  # a word that no vocabulary holds


def sample_rows(preparation: Preparation, count: int, seed: int = 0) -> np.ndarray:
    """Return `count` raw rows that look like those a preparation was fitted to, (count, *raw_shape) or of objects.

    Those of numbers are exact in the type that C takes them in. Some cells of a table are missing or not known.
    """
    return _SAMPLERS[preparation.modality](preparation, count, np.random.default_rng(seed))


def _table(preparation: Preparation, count: int, random: np.random.Generator) -> np.ndarray:
    centres, spreads = _ranges(preparation)
    cells = [random.normal(centre, spread, count) for centre, spread in zip(centres, spreads, strict=True)]
    numbers, found = iter(cells), []
    columns = preparation.columns or [""] * preparation.raw_shape[0]
    for column in columns:
        if column in preparation.categories:
            found.append(random.choice([UNSEEN, *range(len(preparation.categories[column]))], count))
        elif column in preparation.dates:
            found.append(np.floor(random.uniform(0, 2 * YEARS_30, count)))
        else:
            found.append(next(numbers))
    rows = np.column_stack(found).astype(np.float64)
    if _fills_gaps(preparation):
        rows[-1, random.integers(rows.shape[1])] = np.nan
    return rows


def _series(preparation: Preparation, count: int, random: np.random.Generator) -> np.ndarray:
    scale = _last(preparation, "means")
    means, deviations = (scale.means, scale.deviations) if scale else (0.0, 1.0)
    return random.normal(means, deviations, (count, *preparation.raw_shape)).astype(np.float32)


def _image(preparation: Preparation, count: int, random: np.random.Generator) -> np.ndarray:
    if not preparation.is_ragged:
        return _pixels(preparation, (count, *preparation.raw_shape), random)
    step = _last(preparation, "framing")
    sides = [(step.height + 3 * place + 2, step.width + 5 * place, step.channels) for place in range(count)]
    return objects([_pixels(preparation, shape, random) for shape in sides])


def _pixels(preparation: Preparation, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if preparation.dtype == "uint8":
        return random.integers(0, 256, shape, np.uint8)
    largest = getattr(_last(preparation, "largest"), "largest", 1.0)
    return random.uniform(-largest, largest, shape).astype(np.float32)


def _audio(preparation: Preparation, count: int, random: np.random.Generator) -> np.ndarray:
    if not preparation.is_ragged:
        return random.normal(0, 0.1, (count, *preparation.raw_shape)).astype(np.float32)
    step = _last(preparation, "hop")
    lengths = [min(step.window + 3 * place * step.hop, step.samples + 7) for place in range(count)]
    return objects([random.normal(0, 0.1, length).astype(np.float32) for length in lengths])


def _text(preparation: Preparation, count: int, random: np.random.Generator) -> np.ndarray:
    step = _last(preparation, "words")
    known = [word for word in step.words if word.isalnum()] or [STRANGE]
    length = min(step.length, 12) + 1
    texts = (random.choice(known, length).tolist() for _ in range(count))
    return objects([f"{words[0].title()}, {' '.join(words[1:])}... {STRANGE} don't!" for words in texts])


_SAMPLERS: Mapping[str, Callable[[Preparation, int, np.random.Generator], np.ndarray]] = {
    "table": _table,
    "series": _series,
    "image": _image,
    "audio": _audio,
    "text": _text,
}


def _last(preparation: Preparation, field: str) -> Any:
    """Return the last step that has a `field`, or None."""
    return next((step for step in reversed(preparation.steps) if hasattr(step, field)), None)


def _fills_gaps(preparation: Preparation) -> bool:
    return _last(preparation, "medians") is not None


def _ranges(preparation: Preparation) -> tuple[list[float], list[float]]:
    """Return about where each column of numbers lies, and how wide; those come first in every step behind the texts."""
    others = {*preparation.categories, *preparation.dates}
    columns = preparation.columns or [""] * preparation.raw_shape[0]
    count = sum(column not in others for column in columns)
    impute = _last(preparation, "medians")
    centres = list(impute.medians[:count]) if impute else [0.0] * count
    return centres, [_spread(preparation, place) for place in range(count)]


def _spread(preparation: Preparation, column: int) -> float:
    """Return how far a column's numbers spread by the step that scales it, 1 where none tells."""
    for step in reversed(preparation.steps):
        if hasattr(step, "deviations"):
            return step.deviations[column]
        places = getattr(step, "edges", None) or getattr(step, "knots", None)
        if places and places[column]:
            return (places[column][-1] - places[column][0]) / 2
    return 1.0
