"""Keras's own file: to go on in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

import numpy as np

from zoo.errors import BadData
from zoo.formats._facts import Facts
from zoo.formats._rows import in_chunks
from zoo.registry import register
from zoo.runtime import start

if TYPE_CHECKING:
    import keras

NO_DATE = "1980-01-01@00:00:00"  # as zip files write it


@register(precisions=("float32",), file="model.keras")
class KerasFile:
    """Keras's own file, to go on in Python: stock layers only, so plain Keras loads it without this project."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @staticmethod
    def write(model: keras.Model, precision: str, path: Path, calibration: np.ndarray) -> None:
        """Write `model` to `path`, the same bytes for the same model; float32 needs no calibration."""
        model.save(path)
        _settle(path)

    @classmethod
    def open(cls, path: Path) -> KerasFile:
        """Open the file with Keras's safe mode on; raise BadData when it is no such file."""
        start()
        import keras

        try:
            return cls(keras.models.load_model(path, compile=False, safe_mode=True))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadData(f"{path} is not a Keras file that can be opened; export it again.") from error

    @staticmethod
    def facts(path: Path) -> Facts:
        """Return no facts: what running the model takes depends on who runs it."""
        return Facts()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the answers to prepared rows, (rows, outputs) float32."""
        dtype = self._network.input.dtype
        return in_chunks(lambda rows: np.asarray(self._network(rows.astype(dtype), training=False)), x)


def _settle(path: Path) -> None:
    """Replace in a Keras file what differs from one saving to the next: dates, and objects' places in memory."""
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    metadata = {**json.loads(members["metadata.json"]), "date_saved": NO_DATE}
    config = _numbered(json.loads(members["config.json"]), {})
    members |= {"metadata.json": json.dumps(metadata).encode(), "config.json": json.dumps(config).encode()}
    with ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content)


def _numbered(node: Any, known: dict[int, int]) -> Any:
    """Return a model's configuration with its shared objects numbered in the order they occur."""
    if isinstance(node, list):
        return [_numbered(child, known) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: known.setdefault(value, len(known)) if key == "shared_object_id" else _numbered(value, known)
        for key, value in node.items()
    }
