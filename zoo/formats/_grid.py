"""Grids: weights as a few evenly spaced numbers a channel, and several of these in a byte."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ROUNDS = 20  # of OCTAV, which settles in fewer than ten
AROUND = np.linspace(0.8, 1.2, 9)  # of few weights the best clipping is not quite that of their distribution


class Grid(NamedTuple):
    """Weights on a grid: integer `codes` in the weights' shape, and the float32 `scale` of each channel.

    A weight is its code times its channel's scale; `axis` is that of the channels.
    """

    codes: np.ndarray
    scale: np.ndarray
    axis: int

    def weights(self) -> np.ndarray:
        """Return the weights that the grid stands for, float32."""
        return self.codes * _along(self.scale, self.axis, self.codes.ndim)


def on_grid(weights: np.ndarray, axis: int, bits: int) -> Grid:
    """Return `weights` on the symmetric grid of `bits` that is nearest in squared error, for each channel by itself.

    Tried are steps from OCTAV's clipping (Sakr 2022, arXiv 2206.06501), somewhat more and less, and every fraction 1/k
    of the largest weight. So weights that lie on a grid of this width already, or of a smaller one, keep their values.
    """
    rows = np.moveaxis(weights.astype(np.float64), axis, 0).reshape(weights.shape[axis], -1)
    most = 2 ** (bits - 1) - 1
    largest = np.abs(rows).max(axis=1, initial=0.0)
    parts = range(1, most + 1) if bits <= 4 else (most,)
    clipped = clipping(rows, bits) / most
    steps = np.stack([*(largest / part for part in parts), *(around * clipped for around in AROUND)])
    steps = np.where(steps > 0, steps, 1.0).astype(np.float32)  # a channel of zeros
    errors = np.stack([np.square(_codes(rows, step, most) * step[:, np.newaxis] - rows).sum(axis=1) for step in steps])
    scale = np.take_along_axis(steps, errors.argmin(axis=0)[np.newaxis], axis=0)[0]
    codes = _codes(rows, scale, most).reshape(-1, *np.delete(weights.shape, axis))
    return Grid(np.moveaxis(codes, 0, axis).astype(np.int8), scale, axis)


def clipping(rows: np.ndarray, bits: int) -> np.ndarray:
    """Return where OCTAV clips each of `rows` (channels, weights): its equation 6, from the mean of their sizes."""
    sizes = np.abs(rows)
    bound = sizes.mean(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        beyond = sizes > bound
        rounding = 4.0**-bits / 3 * (~beyond).sum(axis=1, keepdims=True)
        bound = (sizes * beyond).sum(axis=1, keepdims=True) / np.maximum(rounding + beyond.sum(1, keepdims=True), 1e-12)
    return bound[:, 0]


def packed(codes: np.ndarray, bits: int) -> np.ndarray:
    """Return integers of 2, 4 or 8 `bits` as bytes (uint8), the earlier ones in a byte's lower bits, as LiteRT does."""
    each = 8 // bits
    flat = codes.ravel().astype(np.uint8) & (2**bits - 1)
    whole = np.append(flat, np.zeros(-flat.size % each, np.uint8)).reshape(-1, each)
    shifts = (bits * np.arange(each)).astype(np.uint8)
    return np.bitwise_or.reduce(whole << shifts, axis=1)


def _codes(rows: np.ndarray, scale: np.ndarray, most: int) -> np.ndarray:
    return np.clip(np.rint(rows / scale[:, np.newaxis].astype(np.float64)), -most, most)


def _along(scale: np.ndarray, axis: int, dimensions: int) -> np.ndarray:
    """Return one number a channel in a shape that multiplies the channels of an array."""
    return scale.reshape([-1 if place == axis else 1 for place in range(dimensions)])
