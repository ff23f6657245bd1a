"""Long short-term memory: Hochreiter's (1997) cell with the forget gate of Gers (2000)."""

from __future__ import annotations

from typing import Annotated, Any

import keras

from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.builders._tokens import at_tokens, embedded, peaks
from zoo.live import live
from zoo.registry import register
from zoo.space import Choice, Float, Int, Live
from zoo.task import Task


@register(accepts=("series", "image", "text", "audio"), default_for=("series", "text", "audio"))
def lstm(
    task: Task,
    *,
    layers: Annotated[int, Int(1, 4, search=(1, 2))] = 1,
    units: Annotated[int, Int(8, 512, grid="doubling", search=(32, 64, 128))] = 128,
    direction: Annotated[str, Choice("forward", "bidirectional", search=("forward", "bidirectional"))] = "forward",
    dropout: Annotated[float, Float(0.0, 0.9, search=(0.0, 0.5)), Live] = 0.2,
) -> keras.Model:
    """Stacked LSTM `layers` of `units`, each followed by dropout; the last one's final state goes to a dense layer.

    A series is read step by step, an image row by row from the top, sound frame by frame. `bidirectional` reads both
    ways (Schuster 1997) and doubles the weights. The forget gate starts open (bias 1), as Jozefowicz (2015) advises.
    A text is read token by token as vectors `units` wide; its answer comes from the largest of each state instead of
    the last, since padding follows the last token (Conneau 2017).
    """
    inputs, x = entrance(task)
    rate = live("dropout", dropout)
    if task.modality == "text":
        return keras.Model(inputs, logits(_read_text(x, task, layers, (units, direction), rate), task), name="lstm")
    x = _steps(x, task)
    for layer in range(layers):
        x = dropped(_read(x, units, direction, sequences=layer < layers - 1), rate)
    return keras.Model(inputs, logits(x, task), name="lstm")


def _read(x: Any, units: int, direction: str, sequences: bool, merge: str | None = "concat") -> Any:
    # Keras's usual Glorot takes the four gates for one wide layer; so small a start cost .02 accuracy on digits
    forward = keras.layers.LSTM(units, return_sequences=sequences, kernel_initializer="he_uniform")
    return (keras.layers.Bidirectional(forward, merge) if direction == "bidirectional" else forward)(x)


def _read_text(tokens: Any, task: Task, layers: int, cells: tuple[int, str], rate: Any) -> Any:
    x, present = embedded(tokens, task, cells[0])
    for layer in range(layers):
        states = _read(x, *cells, sequences=True, merge=None)
        x = at_tokens(states if isinstance(states, (list, tuple)) else [states], present)
        x = dropped(peaks(x) if layer == layers - 1 else x, rate)
    return x


def _steps(x: Any, task: Task) -> Any:
    """Return (batch, steps, features); an image's columns and channels are the features of its rows."""
    if task.modality not in ("image", "audio"):
        return x
    height, width, channels = task.input_shape
    return keras.layers.Reshape((height, width * channels))(x)
