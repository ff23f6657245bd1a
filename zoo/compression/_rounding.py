"""Where an int8 file rounds what flows through a network: behind its operators, which are fewer than Keras's layers."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import keras

from zoo.compression._sharing import nodes_of, sharing_of

layers = keras.layers
# in a file they hand on the integers that they are given
PASSING = (
    *(layers.InputLayer, layers.Flatten, layers.Reshape, layers.Permute, layers.RepeatVector, layers.Identity),
    *(layers.Dropout, layers.SpatialDropout1D, layers.SpatialDropout2D),
    *(layers.MaxPooling1D, layers.MaxPooling2D, layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D),
    *(layers.AveragePooling1D, layers.AveragePooling2D, layers.ZeroPadding1D, layers.ZeroPadding2D),
    *(layers.Cropping1D, layers.Cropping2D, layers.UpSampling1D, layers.UpSampling2D),
)
RECTIFIERS = ("relu", "relu6")


def rounded_behind(network: keras.Model) -> frozenset[str]:
    """Return the names of the layers whose answers an int8 file rounds.

    Not those that hand integers on; nor those that the next layer, alone in hearing them, is made one operator with.
    """
    heard_by = defaultdict(list)
    for node in nodes_of(network):
        for tensor in node.input_tensors:
            heard_by[tensor._keras_history.operation.name].append(node.operation)
    return frozenset(
        layer.name
        for layer in network.layers
        if not isinstance(layer, PASSING)
        and _answers_floats(layer)
        and not (len(heard_by[layer.name]) == 1 and _is_one_operator(layer, heard_by[layer.name][0]))
    )


def _answers_floats(layer: keras.layers.Layer) -> bool:
    """Say whether a layer answers with numbers to round; pixels in bytes are exact after rescaling too."""
    from_bytes = isinstance(layer, layers.Rescaling) and "int" in str(layer.input.dtype)
    return not from_bytes and all(tensor.dtype.startswith("float") for tensor in keras.tree.flatten(layer.output))


def _is_one_operator(layer: Any, following: Any) -> bool:
    """Say whether a file has one operator for both: batch norm goes into the kernel before it, relu into any before."""
    if _function(layer) not in (None, "linear"):
        return False
    if isinstance(following, layers.BatchNormalization):
        return sharing_of(layer) is not None and not isinstance(layer, (layers.LSTM, layers.Bidirectional))
    plain = isinstance(following, layers.ReLU) and not following.negative_slope and not following.threshold
    return plain or (isinstance(following, layers.Activation) and _function(following) in RECTIFIERS)


def _function(layer: Any) -> str | None:
    return getattr(getattr(layer, "activation", None), "__name__", None)
