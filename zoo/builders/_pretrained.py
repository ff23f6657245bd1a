"""Networks of `keras.applications` as the lower part of a model: preparation, weights, and a new way out."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import keras

from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import logits
from zoo.errors import BadData, Infeasible
from zoo.starts import are_wanted, note
from zoo.task import Task

LEAST = 32  # pixels a side: each network halves them five times
IMAGENET, NONE, HEAD = "imagenet", "none", "head"
MEANS = 123.68, 116.779, 103.939  # of ImageNet's red, green and blue, from 0 to 255
MOMENTUM = 0.9  # of batch norm's moving averages, as in `_blocks.batch_norm`, where they are trained


@dataclass(frozen=True)
class Backbone:
    """A network of `keras.applications` without its top.

    `make` is its function, called with `given`. From pixels of 0 to 255 to what it was trained on: times `scale`,
    plus `offset`, a number or one for red, green and blue. `blue_first` names the convolution that was trained on
    blue, green and red; its kernel is turned round, which is the same as turning the image round.
    """

    name: str
    make: Callable[..., keras.Model]
    scale: float
    offset: float | tuple[float, ...]
    blue_first: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def model(self, task: Task, weights: str, tuned: str, pooling: str, rate: Any) -> keras.Model:
        """Return the model of images (rows, height, width, 3): the network, `pooling` of its map, dropout, scores.

        `weights` are "imagenet" or "none"; of the former `tuned` "head" trains what stands above them alone. Raises
        Infeasible for other images, and BadData where the weights are neither on this machine nor to be had.
        """
        self._require_pixels(task)
        inputs = keras.Input(task.input_shape, dtype=task.dtype)
        base = self._base(inputs, task, weights)
        if weights == IMAGENET and tuned == HEAD:
            base.trainable = False
        else:
            _follow_faster(base)
        pooled = keras.layers.GlobalMaxPooling2D if pooling == "max" else keras.layers.GlobalAveragePooling2D
        x = dropped(pooled()(base.output), rate)
        return keras.Model(inputs, logits(x, task), name=self.name)

    def _require_pixels(self, task: Task) -> None:
        height, width, channels = task.input_shape
        if min(height, width) < LEAST or channels != 3:
            found = f"{height} x {width} pixels of {channels} channel{'s' if channels > 1 else ''}"
            raise Infeasible(
                f"{self.name} takes images of 3 channels and at least {LEAST} x {LEAST} pixels; these have {found}. "
                "Set preparation.size to 32 or more where they are too small, or take cnn."
            )

    def _base(self, inputs: Any, task: Task, weights: str) -> keras.Model:
        pixels = 1.0 if task.dtype == "uint8" else 255.0  # floats are from 0 to 1
        offset = list(self.offset) if isinstance(self.offset, tuple) else self.offset
        x = keras.layers.Rescaling(self.scale * pixels, offset)(inputs)
        if weights == NONE or not are_wanted():
            return self._made(x, task, None)
        try:
            base = self._made(x, task, IMAGENET)
        except Exception as error:  # a download that fails has no class of its own
            raise BadData(
                f"{self.name}'s ImageNet weights are not on this machine and cannot be downloaded ({_line(error)}). "
                "Put that file into ~/.keras/models, or set model.weights to none."
            ) from error
        if self.blue_first:
            kernel = base.get_layer(self.blue_first).kernel
            kernel.assign(keras.ops.flip(kernel, axis=2))
        note(base.weights)
        return base

    def _made(self, x: Any, task: Task, weights: str | None) -> keras.Model:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr or StringIO()):  # data alone go to standard output
            warnings.simplefilter("ignore")  # of sizes for which the weights of another one are taken
            return self.make(
                include_top=False, weights=weights, input_tensor=x, input_shape=task.input_shape, **self.given
            )


def _follow_faster(base: keras.Model) -> None:
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = MOMENTUM


def _line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
