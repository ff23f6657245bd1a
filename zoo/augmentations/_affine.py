"""Images read at other places: each augmentation offers an affine map, and one resampling follows all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

import tensorflow as tf

from zoo.augmentations import _separable
from zoo.augmentations._layer import Augmentation
from zoo.augmentations._pixels import as_before, as_numbers


class Moving(Augmentation):
    """Images read at other places, linearly between pixels; what comes from outside continues the nearest edge.

    Several that follow one another are one resampling (`moved`), which blurs less than one after the other and takes
    the time of one. `turns` tells whether lines of pixels may come to lie askew.
    """

    turns: ClassVar[bool] = False

    def changed(self, x: Any, strength: Any) -> Any:
        """Return images (rows, height, width, channels), moved."""
        return _read(x, self.places(x, strength), self.turns)

    def places(self, x: Any, strength: Any) -> Any:
        """Return (rows, 2, 3): the column and the row of `x` to read, by factors of the answer's column, row and 1.

        At strength 0 every place is read where it is.
        """
        raise NotImplementedError


def moved(layers: Sequence[Moving], x: Any) -> Any:
    """Return what `layers`, one after the other, make of a batch in training, read once; strengths of 0 change none."""
    strengths = [tf.convert_to_tensor(layer.read_strength(), "float32") for layer in layers]

    def changed() -> Any:
        maps = [layer.places(x, strength) for layer, strength in zip(layers, strengths, strict=True)]
        return _read(x, reduce(_then, maps), any(layer.turns for layer in layers))

    return tf.cond(tf.reduce_any(tf.stack(strengths) > 0), changed, lambda: x)


def affine(column: Sequence[Any], row: Sequence[Any]) -> Any:
    """Return (rows, 2, 3) of what makes a column and a row: three factors each, numbers or (rows,)."""
    factors = (*column, *row)
    size = next(tf.shape(factor) for factor in factors if tf.is_tensor(factor))
    return tf.reshape(tf.stack([tf.broadcast_to(factor, size) for factor in factors], axis=1), (-1, 2, 3))


def _then(first: Any, second: Any) -> Any:
    """Return the map of both: `second` reads what `first` made."""
    linear = tf.matmul(first[:, :, :2], second)
    return tf.concat([linear[:, :, :2], linear[:, :, 2:] + first[:, :, 2:]], axis=2)


def _read(x: Any, places: Any, turns: bool) -> Any:
    return as_before((_askew if turns else _straight)(as_numbers(x), places), x)


def _askew(numbers: Any, places: Any) -> Any:
    flat = tf.reshape(places, (-1, 6))
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=numbers,
        transforms=tf.concat([flat, tf.zeros_like(flat[:, :2])], axis=1),
        output_shape=numbers.shape[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _straight(numbers: Any, places: Any) -> Any:
    """Return the images read by columns and rows alone, which two small matrices an image do faster."""
    height, width = numbers.shape[1:3]
    down = places[:, 1, 1:2] * tf.range(height, dtype="float32") + places[:, 1, 2:]
    across = places[:, 0, :1] * tf.range(width, dtype="float32") + places[:, 0, 2:]
    read = _separable.interpolation
    return _separable.resampled(numbers, read(down, height), read(across, width))
