"""Recurrent networks, whatever their cell: stacked layers, one way or both, and the states that answer for a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from zoo.builders._blocks import dropout as dropped
from zoo.builders._blocks import entrance, logits
from zoo.builders._sequences import pooled, steps
from zoo.builders._tokens import at_tokens, embedded
from zoo.live import live
from zoo.task import Task


@dataclass(frozen=True)
class Reading:
    """How `layers` read a row; `cell(whole)` makes one of `units`, told whether to answer each step or the last.

    `pooling` is one of `zoo.builders._sequences.pooled`, or `auto`: the largest states of a text, whose last token
    padding follows (Conneau 2017), the last state of all else.
    """

    cell: Callable[[bool], keras.layers.Layer]
    units: int
    layers: int
    direction: str
    pooling: str

    def network(self, task: Task, name: str, dropout: float) -> keras.Model:
        """Return the model: each layer is followed by dropout, the pooled states of the last go to a dense layer."""
        inputs, x = entrance(task)
        rate, present = live("dropout", dropout), None
        if task.modality == "text":
            x, present = embedded(x, task, self.units)
        else:
            x = steps(x, task)
        for _ in range(self.layers - 1):
            x = dropped(self._sequence(x, present), rate)
        return keras.Model(inputs, logits(dropped(self._answer(x, present), rate), task), name=name)

    def _sequence(self, x: Any, present: Any) -> Any:
        """Return the states of each step, (rows, steps, states), 0 at padding."""
        return self._read(x, whole=True) if present is None else at_tokens(self._apart(x), present)

    def _answer(self, x: Any, present: Any) -> Any:
        """Return the states that answer for a row, (rows, states)."""
        if present is None and self.pooling in ("auto", "last"):
            return self._read(x, whole=False)
        states = [self._read(x, whole=True)] if present is None else self._apart(x)
        return pooled(states, "max" if self.pooling == "auto" else self.pooling, present)

    def _apart(self, x: Any) -> list[Any]:
        """Return the states of each step as read forwards and, where asked, those as read backwards."""
        states = self._read(x, whole=True, merge=None)
        return list(states) if isinstance(states, (list, tuple)) else [states]

    def _read(self, x: Any, whole: bool, merge: str | None = "concat") -> Any:
        layer = self.cell(whole)
        return (keras.layers.Bidirectional(layer, merge) if self.direction == "bidirectional" else layer)(x)
