"""Hand-made Keras networks that between them hold the operators that LiteRT files of Keras models have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

layers, ops = keras.layers, keras.ops
FUNCTIONS = (
    *("relu", "relu6", "leaky_relu", "elu", "selu", "tanh", "sigmoid", "swish", "gelu", "hard_sigmoid"),
    *("hard_swish", "softplus", "exponential", "mish"),
)


def dense(x: Any) -> Any:
    """Dense layers, of which one is behind a normalisation."""
    x = layers.BatchNormalization()(layers.Dense(16, activation="relu")(x))
    return layers.Softmax()(layers.Dense(4)(layers.Dropout(0.5)(x)))


def functions(x: Any) -> Any:
    """Every activation, side by side, and a learned slope."""
    x = layers.Dense(6)(x)
    found = [layers.Activation(name)(x) for name in FUNCTIONS]
    return layers.Concatenate()([*found, layers.PReLU(alpha_initializer="uniform")(x), ops.log_softmax(x)])


def convolutions(x: Any) -> Any:
    """Convolutions of every padding, stride and dilation, in groups and by depth, and poolings."""
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = layers.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2)(x)
    x = layers.SeparableConv2D(12, 3, padding="valid", activation="relu6")(x)
    x = layers.Concatenate()([layers.MaxPooling2D(2, padding="same")(x), layers.AveragePooling2D(2, padding="same")(x)])
    x = layers.Conv2D(8, 3, dilation_rate=2, padding="same")(layers.ZeroPadding2D(((1, 0), (2, 1)))(x))
    x = layers.Add()([x, layers.Conv2D(8, 1)(x)])
    return layers.Dense(3)(layers.Concatenate()([layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]))


def bytes_in(x: Any) -> Any:
    """Pixels in bytes, cut and turned."""
    x = layers.Cropping2D(1)(layers.Rescaling(1 / 255)(x))
    x = layers.Flatten()(layers.Permute((2, 1, 3))(x))
    return layers.Dense(3)(x)


def causal(x: Any) -> Any:
    """Causal convolutions over time, dilated, with a shortcut."""
    for dilation in (1, 2, 4):
        inner = layers.Conv1D(5, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
        x = layers.Add()([inner, layers.Conv1D(5, 1)(x)])
    return layers.Dense(2)(x[:, -1])


def attention(x: Any) -> Any:
    """A block of a transformer: attention, normalised layers and a mean over time."""
    x = layers.Dense(8)(x)
    inner = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(inner, inner)])
    x = layers.Add()([x, layers.Dense(8, activation="gelu")(layers.LayerNormalization()(x))])
    return layers.Dense(3)(layers.GlobalAveragePooling1D()(x))


def tokens(x: Any) -> Any:
    """Vectors of tokens without those of padding, and their mean."""
    present = layers.Reshape((7, 1))(ops.cast(ops.not_equal(x, 0), "float32"))
    vectors = layers.Multiply()([layers.Embedding(30, 8)(x), present])
    return layers.Dense(3)(ops.sum(vectors, axis=1) / ops.maximum(ops.sum(present, axis=1), 1.0))


def stacked_lstms(x: Any) -> Any:
    """Two LSTMs, the second of which reads every state of the first."""
    return layers.Dense(3)(layers.LSTM(6)(layers.LSTM(8, return_sequences=True)(x)))


def bidirectional_lstm(x: Any) -> Any:
    """An LSTM that reads both ways, and the mean over time of what it says."""
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(x)
    return layers.Dense(3)(layers.GlobalAveragePooling1D()(x))


def stacked_grus(x: Any) -> Any:
    """Two GRUs, the second of which reads both ways."""
    return layers.Dense(3)(layers.Bidirectional(layers.GRU(5))(layers.GRU(8, return_sequences=True)(x)))


def plain_recurrent(x: Any) -> Any:
    """A plain recurrent layer that reads both ways, and the largest of each state."""
    x = layers.Bidirectional(layers.SimpleRNN(6, return_sequences=True))(x)
    return layers.Dense(3)(layers.GlobalMaxPooling1D()(x))


IMAGES, SERIES = (9, 8, 3), (12, 4)
NETWORKS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...], str]] = {
    "dense": (dense, (5,), "float32"),
    "functions": (functions, (5,), "float32"),
    "convolutions": (convolutions, IMAGES, "float32"),
    "bytes": (bytes_in, IMAGES, "uint8"),
    "causal": (causal, SERIES, "float32"),
    "attention": (attention, SERIES, "float32"),
    "tokens": (tokens, (7,), "int32"),
    "stacked lstms": (stacked_lstms, SERIES, "float32"),
    "bidirectional lstm": (bidirectional_lstm, SERIES, "float32"),
    "stacked grus": (stacked_grus, SERIES, "float32"),
    "plain recurrent": (plain_recurrent, SERIES, "float32"),
}
RECURRENT = ("stacked lstms", "bidirectional lstm", "stacked grus", "plain recurrent")
CHEAP = ("dense",)


def network(name: str) -> tuple[keras.Model, np.ndarray]:
    """Return a network whose every weight, batch statistics too, is drawn, and 40 rows for it."""
    build, shape, dtype = NETWORKS[name]
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input(shape, dtype=dtype)
    model = keras.Model(inputs, build(inputs), name=name.replace(" ", "_"))
    random = np.random.default_rng(0)
    moved = [weight + random.uniform(0, 0.2, weight.shape) for weight in model.get_weights()]  # variances stay positive
    model.set_weights(moved)
    if dtype != "float32":
        return model, random.integers(0, 30, (40, *shape)).astype(dtype)
    return model, random.normal(size=(40, *shape)).astype(dtype)
