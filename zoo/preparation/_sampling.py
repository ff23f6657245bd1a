"""Pixels between pixels: images brought to another size, each new pixel a weighted sum of old ones."""

from __future__ import annotations

from functools import cache

import numpy as np

_BATCH = 1 << 21  # numbers that are computed at once, so that they stay in the processor's cache


def resized(rows: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return images (n, h, w, channels) as (n, height, width, channels): bytes rounded, other numbers float32."""
    is_bytes = rows.dtype == np.uint8
    found = np.empty((len(rows), height, width, rows.shape[-1]), np.uint8 if is_bytes else np.float32)
    step = max(1, _BATCH // rows[0].size) if len(rows) else 1
    for at in range(0, len(rows), step):
        scaled = _along(_along(rows[at : at + step].astype(np.float32), 1, height), 2, width)
        found[at : at + step] = np.rint(scaled) if is_bytes else scaled
    return found


def _along(rows: np.ndarray, axis: int, length: int) -> np.ndarray:
    """Return rows with `axis` brought to `length`, term by term: a sum of products could differ between machines."""
    if rows.shape[axis] == length:
        return rows
    places, weights = taps(rows.shape[axis], length)
    shape = [-1 if place == axis else 1 for place in range(rows.ndim)]
    found = None
    for place, weight in zip(places, weights, strict=True):
        term = np.take(rows, place, axis=axis)
        term *= weight.reshape(shape)
        found = term if found is None else np.add(found, term, out=found)
    return found


@cache
def taps(old: int, new: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which of `old` pixels make each of `new` ones, (terms, new), and with which float32 weights, adding to 1.

    Shrinking, a new pixel is the mean over the stretch that it covers, pixels at its ends counting as far as it covers
    them; growing, it lies between the centres of two pixels, or is the outermost one.
    """
    edges = np.arange(new + 1) * (old / new)
    if new > old:
        centres = np.clip((edges[:-1] + edges[1:]) / 2 - 0.5, 0, old - 1)
        first = np.minimum(np.floor(centres).astype(int), max(old - 2, 0))
        share = centres - first
        places, weights = np.stack([first, np.minimum(first + 1, old - 1)]), np.stack([1 - share, share])
    else:
        first = np.floor(edges[:-1]).astype(int)
        places = first + np.arange(int(np.ceil(old / new)) + 1)[:, np.newaxis]
        weights = np.clip(np.minimum(places + 1, edges[1:]) - np.maximum(places, edges[:-1]), 0, 1) * (new / old)
        places = np.minimum(places, old - 1)
    return places, weights.astype(np.float32)
