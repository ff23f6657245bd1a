"""Rows that make no array of numbers: texts, and images of several sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from zoo.errors import BadData
from zoo.preparation import objects


def loose_kind(x: Any) -> str | None:
    """Return "text" for rows of str and "image" for rows of arrays of several shapes; None for an array of numbers."""
    if isinstance(x, np.ndarray) and x.dtype.kind != "O":
        return "text" if x.dtype.kind == "U" and x.ndim == 1 else None
    if not isinstance(x, (list, tuple, np.ndarray)) or np.ndim(x[0] if len(x) else 0) not in (0, 2, 3):
        return None
    if len(x) and all(isinstance(row, str) for row in x):
        return "text"
    are_arrays = len(x) and all(isinstance(row, np.ndarray) for row in x)
    return "image" if are_arrays and len({row.shape for row in x}) > 1 else None


def loose_rows(x: Any, key: str, kind: str) -> np.ndarray:
    """Return texts, or images (h, w, c) in uint8 or float32, (n,) of objects; raise BadData for what is neither."""
    if kind == "text":
        if loose_kind(x) != "text":
            raise BadData(f"{key} must hold texts, as x does. Write both from the same source.")
        return objects([str(text) for text in x])
    images = [_image(row, f"{key}[{place}]") for place, row in enumerate(x)]
    channels = {image.shape[-1] for image in images}
    if len(channels) > 1:
        known = " and ".join(map(str, sorted(channels)))
        raise BadData(f"{key} holds images of {known} channels; all need the same. Convert them.")
    are_bytes = all(image.dtype == np.uint8 for image in images)
    return objects([image if are_bytes else image.astype(np.float32) for image in images])


def facts_of(x: np.ndarray, x_test: np.ndarray | None = None) -> dict[str, Any]:
    """Return what is to be known of images (n,) of objects: channels, the largest height and width, and "ragged"."""
    shapes = [image.shape for rows in (x, x_test) if rows is not None for image in rows]
    return {"channels": int(shapes[0][-1]), "largest": [int(side) for side in max(shapes, key=max)[:2]], "ragged": True}


def _image(row: np.ndarray, where: str) -> np.ndarray:
    if row.dtype.kind not in "biuf" or row.ndim not in (2, 3) or not row.size:
        raise BadData(
            f"{where} is of dtype {row.dtype} and shape {row.shape}; an image is (height, width) or (height, width, "
            "channels) of numbers. Convert it."
        )
    return row[..., np.newaxis] if row.ndim == 2 else row
