"""What is done to gradients before an optimizer follows them: penalties join, and bounds are kept."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from zoo.recipe import TrainConfig
from zoo.training.extras import asked
from zoo.training.loss import clipped, with_l1, with_l2


class Bounds(NamedTuple):
    """Penalties and bounds as variables; `l2` and `clip_norm` may be 0, and None is not in the program at all."""

    l2: Any
    clip_norm: Any
    l1: Any = None
    clip_value: Any = None
    clip_variable_norm: Any = None

    @classmethod
    def of(cls, train: TrainConfig, l2: Any, clip_norm: Any) -> Bounds:
        """Return what a recipe asks for."""
        return cls(l2, clip_norm, *(asked(train, name) for name in ("l1", "clip_value", "clip_variable_norm")))

    def penalized(self, gradients: list[Any], variables: list[keras.Variable]) -> list[Any]:
        """Return the gradients of the loss and its penalties."""
        gradients = with_l2(gradients, variables, self.l2)
        return gradients if self.l1 is None else with_l1(gradients, variables, self.l1)

    def kept(self, gradients: list[Any], norm: Any) -> list[Any]:
        """Return the gradients, whose global norm is `norm`, within all bounds: by value, by variable, then all."""
        if self.clip_value is not None:
            gradients = within(gradients, self.clip_value)
        if self.clip_variable_norm is not None:
            gradients = each_within(gradients, self.clip_variable_norm)
        is_plain = self.clip_value is None and self.clip_variable_norm is None
        return clipped(gradients, norm if is_plain else tf.linalg.global_norm(gradients), self.clip_norm)


def within(gradients: list[Any], most: Any) -> list[Any]:
    """Return the gradients with every number between -most and most; one that is none stays so."""
    return [tf.where(tf.math.is_nan(one), one, tf.clip_by_value(one, -most, most)) for one in gradients]


def each_within(gradients: list[Any], most: Any) -> list[Any]:
    """Scale each gradient by itself so that its norm is at most `most` (Pascanu 2013); not finite makes it NaN."""
    norms = [tf.norm(one) for one in gradients]
    scales = [tf.where(tf.math.is_finite(norm), most / tf.maximum(norm, most), np.nan) for norm in norms]
    return [one * scale for one, scale in zip(gradients, scales, strict=True)]
