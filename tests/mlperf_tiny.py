"""Reference networks of MLPerf Tiny (Banbury 2021), layer by layer as its training code has them, untrained."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers


def mlperf_resnet8(shape: tuple[int, int, int] = (32, 32, 3)) -> keras.Model:
    """Image classification: 32 x 32 x 3 pixels to probabilities of 10 classes; 78,666 parameters, 12,501,632 MACs.

    ResNetv1 with one block in each of three stages; its shortcuts are projected without batch norm, and its
    convolutions have biases. Square images of another `shape` meet the same layers.
    """
    inputs = keras.Input(shape)
    x = _activated(_convolved(inputs, 16))
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        inner = _activated(_convolved(x, filters, stride=stride))
        inner = layers.BatchNormalization()(_convolved(inner, filters))
        x = _convolved(x, filters, kernel=1, stride=stride) if stride > 1 else x
        x = layers.Activation("relu")(layers.Add()([x, inner]))
    x = layers.Flatten()(layers.AveragePooling2D(shape[0] // 4)(x))
    return keras.Model(inputs, layers.Dense(10, "softmax", kernel_initializer="he_normal")(x), name="mlperf_resnet8")


def mlperf_dscnn() -> keras.Model:
    """Keyword spotting: 49 frames x 10 MFCCs to probabilities of 12 classes; 24,908 parameters, 2,656,768 MACs.

    DS-CNN (Zhang 2017): a convolution of 10 x 4 and four depthwise separable ones, all of 64 filters with biases.
    """
    inputs = keras.Input((49, 10, 1))
    x = layers.Dropout(0.2)(_activated(layers.Conv2D(64, (10, 4), 2, padding="same")(inputs)))
    for _ in range(4):
        x = _activated(layers.DepthwiseConv2D(3, padding="same")(x))
        x = _activated(layers.Conv2D(64, 1, padding="same")(x))
    x = layers.AveragePooling2D((24, 5))(layers.Dropout(0.4)(x))
    return keras.Model(inputs, layers.Dense(12, "softmax")(layers.Flatten()(x)), name="mlperf_dscnn")


def _convolved(x: Any, filters: int, kernel: int = 3, stride: int = 1) -> Any:
    return layers.Conv2D(filters, kernel, stride, padding="same", kernel_initializer="he_normal")(x)


def _activated(x: Any) -> Any:
    return layers.Activation("relu")(layers.BatchNormalization()(x))
