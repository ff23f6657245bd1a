"""Linear models: softmax (multinomial logistic) regression of classes, linear regression of quantities."""

from __future__ import annotations

from typing import Annotated

import keras

from zoo.builders._blocks import entrance, logits
from zoo.builders._tokens import averaged
from zoo.registry import register
from zoo.space import Choice
from zoo.task import Task


@register(accepts=("table", "image", "series", "text", "audio"), default_for=())
def linear(
    task: Task,
    *,
    initializer: Annotated[str, Choice("zeros", "glorot_uniform", "he_normal", search=())] = "zeros",
) -> keras.Model:
    """One dense layer over all numbers of a row: x W + b (Cox 1958 for classes, Gauss 1809 for quantities).

    `train.l2` makes it ridge regression. Of a text the mean over its tokens is taken, each a vector with a number for
    each answer (Joulin 2016), which leaves the model linear in how often words occur.
    """
    inputs, x = entrance(task)
    x = averaged(x, task, task.outputs) if task.modality == "text" else keras.layers.Flatten()(x)
    return keras.Model(inputs, logits(x, task, initializer), name="linear")
