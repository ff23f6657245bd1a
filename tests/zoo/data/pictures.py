"""Folders of small images for the tests of those who read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

DICE = np.random.default_rng(0)


def draw(path: Path, shape: tuple[int, ...] = (6, 5, 3)) -> np.ndarray:
    """Write random pixels of `shape` to the file, whose folder is made, and return them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = DICE.integers(0, 256, shape, np.uint8)
    Image.fromarray(values).save(path)
    return values


def drawn_classes(folder: Path, names: tuple[str, ...] = ("cat", "dog"), each: int = 6, **how: object) -> np.ndarray:
    """Write `each` images a class and return them all, (n, height, width, channels)."""
    values = [draw(folder / name / f"{place:02}.png", **how) for name in names for place in range(each)]
    return np.stack(values)
