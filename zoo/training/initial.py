"""Start values: every weight's own initialiser, remembered at building so that a reset can call it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from zoo.starts import noted_starts


@dataclass(frozen=True)
class InitialValue:
    """A weight and the initialiser that its layer gave it."""

    variable: keras.Variable
    initializer: Callable[..., Any]

    def assign(self, seed: int) -> None:
        """Set the weight as a fresh layer whose random initialiser has `seed` would."""
        variable = self.variable
        variable.assign(seeded(self.initializer, seed)(tuple(variable.shape), dtype=variable.dtype))


def seeded(initializer: Callable[..., Any], seed: int) -> Callable[..., Any]:
    """Return a copy of a random initialiser with another seed; any other one as it is."""
    config = initializer.get_config() if isinstance(initializer, keras.initializers.Initializer) else {}
    if "seed" not in config:
        return initializer
    return type(initializer).from_config({**config, "seed": seed})


@contextmanager
def recorded_initial_values() -> Iterator[list[InitialValue]]:
    """Yield a list that gains every weight which layers make inside the block.

    Keras forgets a variable's initialiser once it has run, and the attribute's name differs from layer to layer, so
    the one public method through which all of them pass is watched. Start values that a builder brings along take the
    place of an initialiser at the block's end.
    """
    found: list[InitialValue] = []
    add_weight = keras.layers.Layer.add_weight

    def watched(layer: keras.layers.Layer, shape: Any = None, initializer: Any = None, *rest: Any, **named: Any) -> Any:
        variable = add_weight(layer, shape, initializer, *rest, **named)
        usual = "glorot_uniform" if "float" in str(variable.dtype) else "zeros"
        found.append(InitialValue(variable, keras.initializers.get(initializer or usual)))
        return variable

    keras.layers.Layer.add_weight = watched
    try:
        with noted_starts() as starts:
            yield found
    finally:
        keras.layers.Layer.add_weight = add_weight
    found[:] = [_brought(one, starts) for one in found]


def _brought(one: InitialValue, starts: Mapping[int, Any]) -> InitialValue:
    if id(one.variable) not in starts:
        return one
    value = starts[id(one.variable)]
    return InitialValue(one.variable, lambda shape, dtype: value)


def seeds(seed: int, count: int) -> list[int]:
    """Return `count` independent 31-bit seeds that follow from `seed`."""
    return [int(state) >> 1 for state in np.random.SeedSequence(seed).generate_state(count)]
