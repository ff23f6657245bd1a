"""Fingerprints of images: the same for pictures that look the same."""

from __future__ import annotations

import numpy as np

from zoo.lazy import LazyRows, chunks_of
from zoo.preparation.grey import Grey
from zoo.preparation.resize import Resize

ROWS, COLUMNS = 8, 9  # of brightness: 64 bits say whether it grows from one column to the next
NOISE = 0.02  # of an image's contrast: steps up to it are none


def fingerprints(x: np.ndarray | LazyRows) -> np.ndarray:
    """Return a fingerprint of each image, (n,) uint64; `x` is (n, h, w, c), or (n,) of (h, w, c).

    A difference hash (Krawetz 2013): of the image averaged to 8x9 grey pixels each bit tells whether a pixel is
    brighter than the one to its left, by more than noise. The same picture in another size, brightness or compression
    keeps all bits or nearly all; an image without contrast has the fingerprint 0.
    """
    found = [_fingerprints(chunk) for chunk in chunks_of(x) if len(chunk)]
    return np.concatenate(found) if found else np.empty(0, np.uint64)


def _fingerprints(images: np.ndarray) -> np.ndarray:
    channels = images[0].shape[-1]
    shrunk = Resize(ROWS, COLUMNS, channels, "stretch").apply(images).astype(np.float32)
    grey = Grey(3).apply(shrunk)[..., 0] if channels == 3 else shrunk.mean(axis=-1)
    contrast = np.ptp(grey, axis=(1, 2))[:, np.newaxis, np.newaxis]
    grows = np.diff(grey, axis=2) > np.maximum(NOISE * contrast, np.finfo(np.float32).tiny)
    return np.packbits(grows.reshape(len(images), -1), axis=1).view(">u8")[:, 0].astype(np.uint64)
