"""The nearest layer that is served is one of the same kind; names count for classes of one's own."""

from __future__ import annotations

import keras
import pytest
from keras.src.ops.numpy import Sort

from zoo.compression._nearest import nearest

layers = keras.layers
SERVED = (
    *("Activation", "BatchNormalization", "LayerNormalization", "RMSNormalization", "LSTM", "GRU", "Dense", "Multiply"),
    *("Conv1D", "Conv2D", "AveragePooling1D", "AveragePooling2D", "MaxPooling2D"),
)


class OwnDense(layers.Dense):
    """A dense layer with something more."""


class Conv2d(layers.Layer):
    """A layer that is called almost as another."""


class Strange(layers.Layer):
    """A layer like no other."""


@pytest.mark.parametrize(
    ("kind", "near"),
    [
        (layers.MultiHeadAttention, "LSTM or GRU"),
        (layers.Attention, "LSTM or GRU"),
        (layers.SpectralNormalization, "BatchNormalization"),
        (layers.GroupNormalization, "LayerNormalization"),
        (layers.ConvLSTM2D, "Conv2D"),
        (layers.Conv3D, "Conv2D"),
        (layers.AdaptiveAveragePooling2D, "AveragePooling2D"),
        (layers.EinsumDense, "Dense"),
        (layers.Dot, "Multiply"),
        (OwnDense, "Dense"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_layer_gets_the_nearest_of_its_kind(kind, near):
    assert nearest(kind, SERVED) == f"the nearest one that is served is {near}"


def test_a_class_of_ones_own_gets_the_nearest_name():
    assert nearest(Conv2d, SERVED) in [f"nearest to it in name is Conv{size}D, which is served" for size in (1, 2)]


@pytest.mark.parametrize("kind", [Strange, layers.Solarization, layers.Lambda, Sort])
def test_what_has_nothing_in_common_with_any_gets_none(kind):
    assert nearest(kind, SERVED) == ""
