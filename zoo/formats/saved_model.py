"""TensorFlow's SavedModel: to serve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.errors import BadData
from zoo.formats._facts import Facts
from zoo.formats._rows import in_chunks
from zoo.registry import register
from zoo.runtime import start

if TYPE_CHECKING:
    import keras

VERSION = "1"  # TensorFlow Serving looks for numbered folders below a model's name


@register(precisions=("float32",), file="model", raw=True)
class SavedModel:
    """TensorFlow's SavedModel as TensorFlow Serving takes it: model/1/; `serve` takes any number of prepared rows.

    Where rows are numbers or pixels of one shape and each step of their preparation has a graph, `classify` takes raw
    ones and gives labels and probabilities, or `regress` quantities in their own units.
    """

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded  # owns the variables that the signature uses
        self._serve = loaded.signatures["serve"]
        ((self._name, self._spec),) = self._serve.structured_input_signature[1].items()

    @staticmethod
    def write(
        model: keras.Model,
        precision: str,
        path: Path,
        calibration: np.ndarray,
        *,
        raw: Mapping[str, Any] | None = None,
    ) -> None:
        """Write `model` below the folder `path`; float32 needs no calibration.

        `raw` holds what prepares raw rows and the names of the classes, both as JSON values, where it takes them.
        Raises ConversionFailed where it would answer raw rows otherwise than prepared ones.
        """
        from zoo.formats._serving import write_served

        write_served(model, path / VERSION, raw)

    @classmethod
    def open(cls, path: Path) -> SavedModel:
        """Open the folder; raise BadData when it is no SavedModel with a signature `serve`.

        Bundles of earlier versions hold the model in `path` itself.
        """
        start()
        import tensorflow as tf

        numbered = path / VERSION
        try:
            return cls(tf.saved_model.load(str(numbered if numbered.is_dir() else path)))
        except (OSError, ValueError, KeyError, TypeError, tf.errors.OpError) as error:
            raise BadData(f"{path} is not a SavedModel that can be opened; export it again.") from error

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return no facts: what running the model takes depends on who serves it."""
        return Facts()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32."""
        return in_chunks(self._answer, x)

    def _answer(self, rows: np.ndarray) -> np.ndarray:
        import tensorflow as tf

        (answer,) = self._serve(**{self._name: tf.constant(rows, self._spec.dtype)}).values()
        return answer.numpy()
