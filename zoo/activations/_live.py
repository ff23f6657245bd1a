"""An activation whose parameters are variables of a compiled program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras


class LiveActivation(keras.layers.Layer):
    """The activation `function`, its `values` read anew at each step.

    They are scalar variables that Keras must not count among the model's weights, so a function returns them. Files
    never hold this layer: outside a program values are numbers.
    """

    def __init__(self, function: Callable[..., Any], values: Mapping[str, Any]) -> None:
        super().__init__()
        self.function = function
        self.read_values = lambda: dict(values)

    def call(self, x: Any) -> Any:
        """Return the activation of `x`; the shape stays."""
        return self.function(x, **{name: keras.ops.cast(value, x.dtype) for name, value in self.read_values().items()})
