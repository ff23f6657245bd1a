"""Networks to make smaller: every builder, and each kind of layer and joint that is served, with random weights."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from zoo.builders import build
from zoo.task import Task

TEXT = Task("text", (12,), ("a", "b", "c"), "int32", vocabulary=20)
TASKS = {
    "image": Task("image", (8, 8, 1), ("a", "b", "c")),
    "series": Task("series", (10, 3), ("a", "b", "c")),
    "text": TEXT,
}


def built(name, modality, **values):
    return lambda: build(name, TASKS[modality], **values)


def joined():
    """Depthwise and separable convolutions, a concatenation, a sum over it, and a gate (squeeze and excitation)."""
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    left = layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x))
    right = layers.SeparableConv2D(6, 3, padding="same", depth_multiplier=2, activation="relu")(x)
    x = layers.Concatenate()([left, right, x])
    x = layers.Add()([x, layers.Conv2D(30, 1)(x)])
    gate = layers.Dense(6, activation="relu")(layers.GlobalAveragePooling2D()(x))
    gate = layers.Reshape((1, 1, 30))(layers.Dense(30, activation="sigmoid")(gate))
    x = layers.PReLU(shared_axes=[1, 2])(layers.Multiply()([x, gate]))
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(layers.MaxPooling2D()(x))))


def turned():
    """A transposed convolution whose columns become steps, GRU, plain RNN and a convolution over these."""
    inputs = keras.Input((8, 8, 3))
    x = layers.LeakyReLU()(layers.Conv2DTranspose(6, 3, strides=2, padding="same")(inputs))
    x = layers.Reshape((8, 48))(layers.AveragePooling2D(2)(x))
    x = layers.SimpleRNN(6, return_sequences=True)(layers.GRU(8, return_sequences=True)(x))
    x = layers.Conv1D(6, 2, padding="causal", activation="elu")(layers.ZeroPadding1D(1)(x))
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling1D()(x)))


def shared():
    """One dense layer that is used twice, on the units of two others."""
    inputs = keras.Input((5,))
    twice = layers.Dense(6, activation="relu", name="twice")
    first, second = (layers.Dense(8, activation="relu")(inputs) for _ in range(2))
    return keras.Model(inputs, layers.Dense(3)(layers.Concatenate()([twice(first), twice(second)])))


def both_ways():
    """Recurrent layers that read both ways, joined in three manners, the last with the first one's states."""
    inputs = keras.Input((6, 5))
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(inputs)
    x = layers.Bidirectional(layers.GRU(8, return_sequences=True), merge_mode="sum")(x)
    forth, back = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode=None)(x)
    answers, state, memory = layers.LSTM(6, return_state=True)(layers.Add()([forth, back]))
    return keras.Model(inputs, layers.Dense(3)(layers.Concatenate()([answers, state, memory])))


def operated():
    """Operations of keras.ops between layers, among them one that splits the channels."""
    inputs = keras.Input((4, 6))
    x = layers.Dense(8)(inputs)
    x = keras.ops.relu(x) * 0.5 + keras.ops.sigmoid(layers.Dense(8)(inputs))
    x = keras.ops.concatenate([x, layers.Dense(4)(inputs)], axis=-1)
    halves = keras.ops.mean(layers.Dense(6)(inputs), axis=1)[:, :3]
    return keras.Model(inputs, layers.Dense(3)(layers.Concatenate()([keras.ops.max(x, axis=1), halves])))


MADE = {
    "mlp": built("mlp", "image", depth=2, units=16),
    "cnn": built("cnn", "image", stages=2, filters=8),
    "resnet": built("resnet", "image", stages=2, blocks=2, filters=8),
    "lstm": built("lstm", "series", layers=2, units=8),
    "lstm both ways": built("lstm", "image", layers=2, units=8, direction="bidirectional"),
    "mlp of text": built("mlp", "text", depth=1, units=8),
    "cnn of text": built("cnn", "text", filters=4),
    "lstm of text": built("lstm", "text", layers=2, units=8, direction="bidirectional"),
    "joined": joined,
    "turned": turned,
    "shared": shared,
    "both ways": both_ways,
    "operated": operated,
}


def made(name, seed=0):
    """Return the network `name` of MADE with random weights, the variances positive."""
    network, chance = MADE[name](), np.random.default_rng(seed)
    drawn = [chance.normal(0, 1 / np.sqrt(max(1, np.prod(w.shape[:-1]))), w.shape) for w in network.weights]
    pairs = zip(network.weights, drawn, strict=True)
    network.set_weights([abs(value) + 0.5 if "variance" in weight.name else value for weight, value in pairs])
    return network


def rows_for(network, count=20):
    """Return random rows that `network` takes."""
    shape, chance = (count, *network.input.shape[1:]), np.random.default_rng(1)
    if network.input.dtype == "int32":
        return chance.integers(0, TEXT.vocabulary, shape).astype("int32")
    return chance.normal(size=shape).astype("float32")
