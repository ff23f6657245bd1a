"""Keras's own file: to go on in Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.errors import BadData
from zoo.formats._rows import in_chunks
from zoo.registry import register
from zoo.runtime import start

if TYPE_CHECKING:
    import keras


@register(precisions=("float32",), file="model.keras")
class KerasFile:
    """Keras's own file, to go on in Python: stock layers only, so plain Keras loads it without this project."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray) -> None:
        """Write `model` to `path`; float32 needs no calibration."""
        model.save(path)

    @classmethod
    def open(cls, path: Path) -> KerasFile:
        """Open the file with Keras's safe mode on; raise BadData when it is no such file."""
        start()
        import keras

        try:
            return cls(keras.models.load_model(path, compile=False, safe_mode=True))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadData(f"{path} is not a Keras file that can be opened; export it again.") from error

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return class probabilities, (rows, classes) float32, of prepared rows."""
        dtype = self._network.input.dtype
        return in_chunks(lambda rows: np.asarray(self._network(rows.astype(dtype), training=False)), x)
