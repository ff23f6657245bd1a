"""A network with every kind of kernel that a convolutional one may have, and two ways that meet twice."""

from __future__ import annotations

import keras
import numpy as np

layers = keras.layers


def branching() -> keras.Model:
    """Return it with weights of which none is 0, from (8, 8, 2) to three scores."""
    inputs = keras.Input((8, 8, 2))
    x = layers.BatchNormalization(name="norm")(layers.Conv2D(6, 3, padding="same", use_bias=False)(inputs))
    x = layers.Activation("relu", name="hidden")(x)
    left = layers.ReLU(name="left")(layers.DepthwiseConv2D(3, padding="same")(x))
    right = layers.SeparableConv2D(6, 3, padding="same", activation="relu", name="right")(x)
    met = layers.MaxPooling2D()(layers.Activation("relu", name="sum")(layers.Add()([left, right])))
    joined = layers.Concatenate(name="joined")([met, layers.Conv2D(4, 1, strides=2, name="aside")(x)])
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D(name="mean")(joined))
    network = keras.Model(inputs, layers.Dense(3, name="scores")(keras.ops.multiply(x, 2.0)))
    chance = np.random.default_rng(0)
    network.set_weights([chance.uniform(0.2, 1.0, weight.shape) for weight in network.weights])
    return network
