"""Networks in float64 NumPy, forward and backward: a multilayer perceptron, and an LSTM cell run through time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .activations import LEARNED, activated, pulled, sigmoid

Weights = Sequence[np.ndarray]


class Cell(NamedTuple):
    """What a step of an LSTM leaves behind for the way back: input, states before, gates, states after."""

    x: np.ndarray
    before: tuple[np.ndarray, np.ndarray]
    gates: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    after: tuple[np.ndarray, np.ndarray]


class Layer(NamedTuple):
    """What a dense layer leaves behind for the way back: its input, its affine answer, and what it learned beside."""

    inputs: np.ndarray
    affine: np.ndarray
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Perceptron:
    """Dense layers with one activation between them.

    Weights are kernel, bias, kernel, bias ... as Keras lists them; behind each bias but the last stands what a learned
    activation has learned for each unit.
    """

    activation: str = "relu"
    values: Mapping[str, Any] = field(default_factory=dict)

    def forward(self, weights: Weights, x: np.ndarray) -> tuple[np.ndarray, list[Layer]]:
        """Return the scores (rows, outputs), and every layer."""
        tape: list[Layer] = []
        for kernel, bias, *learned in self._layers(weights):
            if tape:
                x = activated(self.activation, tape[-1].affine, **tape[-1].values)
            beside = [(LEARNED[self.activation].name, np.ravel(one)) for one in learned]
            tape.append(Layer(x, x @ kernel + bias, {**self.values, **dict(beside)}))
        return tape[-1].affine, tape

    def backward(self, weights: Weights, tape: Sequence[Layer], slopes: np.ndarray) -> list[np.ndarray]:
        """Return the gradient to each weight; `slopes` is that to the scores (Rumelhart 1986)."""
        found: list[np.ndarray] = []
        layers = list(self._layers(weights))
        for place in reversed(range(len(tape))):
            layer, of_learned = tape[place], []
            if place < len(tape) - 1:
                of_learned = [self._learned(layer, slopes).reshape(one.shape) for one in layers[place][2:]]
                slopes = pulled(self.activation, layer.affine, slopes, **layer.values)
            found = [layer.inputs.T @ slopes, slopes.sum(axis=0), *of_learned, *found]
            slopes = slopes @ layers[place][0].T
        return found

    def _layers(self, weights: Weights) -> list[Weights]:
        """Return the weights of each layer: two, or three where its activation learns."""
        each = 3 if self.activation in LEARNED else 2
        return [weights[at : at + each] for at in range(0, len(weights), each)]

    def _learned(self, layer: Layer, slopes: np.ndarray) -> np.ndarray:
        return (slopes * LEARNED[self.activation].slope(layer.affine, **layer.values)).sum(axis=0)


@dataclass(frozen=True)
class Recurrent:
    """One LSTM (Hochreiter 1997, forget gate by Gers 2000) over (rows, steps, features), its last state made dense.

    Weights are kernel, recurrent kernel, bias, kernel and bias of the dense layer; gates lie side by side as Keras
    puts them: input, forget, candidate, output.
    """

    def forward(self, weights: Weights, x: np.ndarray) -> tuple[np.ndarray, list[Cell]]:
        """Return the scores (rows, outputs), and every step of the cell."""
        units = weights[1].shape[0]
        states = np.zeros((len(x), units)), np.zeros((len(x), units))
        tape = []
        for step in range(x.shape[1]):
            tape.append(stepped(weights, x[:, step], states))
            states = tape[-1].after
        return states[0] @ weights[3] + weights[4], tape

    def backward(self, weights: Weights, tape: Sequence[Cell], slopes: np.ndarray) -> list[np.ndarray]:
        """Return the gradient to each weight, through all steps back to the first one (Werbos 1990)."""
        of_dense = [tape[-1].after[0].T @ slopes, slopes.sum(axis=0)]
        found = [np.zeros_like(weight) for weight in weights[:3]]
        of_states = slopes @ weights[3].T, np.zeros_like(tape[-1].after[1])
        for cell in reversed(tape):
            of_affine, of_memory = stepped_back(cell, *of_states)
            for place, part in enumerate((cell.x.T @ of_affine, cell.before[0].T @ of_affine, of_affine.sum(axis=0))):
                found[place] += part
            of_states = of_affine @ weights[1].T, of_memory
        return [*found, *of_dense]


def stepped(weights: Weights, x: np.ndarray, states: tuple[np.ndarray, np.ndarray]) -> Cell:
    """Return one step: i, f, o = sigmoid(xW + hU + b), g = tanh(...), c = f c + i g, h = o tanh(c)."""
    hidden, memory = states
    i, f, g, o = np.split(x @ weights[0] + hidden @ weights[1] + weights[2], 4, axis=1)
    gates = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    memory = gates[1] * memory + gates[0] * gates[2]
    return Cell(x, states, gates, (gates[3] * np.tanh(memory), memory))


def stepped_back(cell: Cell, of_hidden: np.ndarray, of_memory: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients to the four affine answers, side by side, and to the memory before."""
    i, f, g, o = cell.gates
    squashed = np.tanh(cell.after[1])
    of_memory = of_memory + of_hidden * o * (1 - squashed**2)
    of_gates = (
        of_memory * g * i * (1 - i),
        of_memory * cell.before[1] * f * (1 - f),
        of_memory * i * (1 - g**2),
        of_hidden * squashed * o * (1 - o),
    )
    return np.concatenate(of_gates, axis=1), of_memory * f
