"""NumPy archives with the keys x and y, and optionally x_test, y_test, classes and modality."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from zoo.data._arrays import dataset_of_arrays
from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue
from zoo.raw.arrays import read_arrays
from zoo.raw.cells import one_line
from zoo.recipe import Source
from zoo.registry import register

KEYS = ("x", "y", "x_test", "y_test", "classes", "modality")


@register(suffixes=(".npz",))
def npz(source: Source) -> Dataset:
    """Arrays x and y of an .npz file, with x_test, y_test, classes and modality where it has them."""
    path = Path(source.path)
    stored = read_arrays(path, KEYS)
    for key in ("x", "y"):
        if key not in stored:
            raise BadData(f"{path} has no array '{key}'; it must hold x and y. Write np.savez(path, x=x, y=y).")
    if ("x_test" in stored) != ("y_test" in stored):
        raise BadData(f"{path} has one of x_test and y_test; they come together. Add the other, or remove it.")
    test = (stored["x_test"], stored["y_test"]) if "x_test" in stored else None
    modality = str(stored["modality"].ravel()[0]) if stored.get("modality", np.empty(0)).size else None
    try:
        return dataset_of_arrays(source, stored["x"], stored["y"], test, _classes(stored), path.stem, modality)
    except (BadData, BadValue, UnicodeError) as error:
        raise BadData(f"{path}: {error}") from error


def _classes(stored: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    names = tuple(one_line(str(name)) for name in stored.get("classes", np.empty(0)).ravel())
    if len(set(names)) < len(names):
        raise BadData("classes holds a name twice; each class needs its own. Rename one.")
    return names
