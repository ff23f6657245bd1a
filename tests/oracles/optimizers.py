"""Optimizers in float64 NumPy: one step each, from weights and gradient, with what it remembers beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Memory = dict[str, Any]


@dataclass(frozen=True)
class Rates:
    """What an optimizer is told: its learning rate, and the constants of its paper."""

    learning_rate: float = 1e-3
    momentum: float = 0.9
    rho: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    start: float = 0.0  # of Adagrad's sum of squares
    weight_decay: float = 0.0


Step = Callable[[np.ndarray, np.ndarray, Memory, Rates], np.ndarray]


def sgd(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """w -= eta g (Robbins 1951)."""
    return w - rates.learning_rate * g


def momentum(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """v = mu v - eta g, w += v (Polyak 1964): a rate stays in v as it was."""
    v = memory["v"] = rates.momentum * memory.get("v", 0.0) - rates.learning_rate * g
    return w + v


def momentum_gradient(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """v = mu v + g, w -= eta v: a new rate acts on all that has gathered."""
    v = memory["v"] = rates.momentum * memory.get("v", 0.0) + g
    return w - rates.learning_rate * v


def momentum_average(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """v = mu v + (1 - mu) g, w -= eta v: v is a running mean of gradients."""
    v = memory["v"] = rates.momentum * memory.get("v", 0.0) + (1 - rates.momentum) * g
    return w - rates.learning_rate * v


def nesterov(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """theta' = w - mu v, v = mu v - eta g(w), w = theta + mu v: w is Nesterov's (1983) point ahead, where g is taken.

    Written with Sutskever's (2013, equations 3 and 4) theta, which w stands mu v before.
    """
    before = memory.get("v", 0.0)
    theta = w - rates.momentum * before
    v = memory["v"] = rates.momentum * before - rates.learning_rate * g
    return theta + v + rates.momentum * v


def adagrad(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """G += g^2, w -= eta g / (sqrt(G) + eps), from G = 0 (Duchi 2011)."""
    total = memory["G"] = memory.get("G", rates.start) + g**2
    return w - rates.learning_rate * g / (np.sqrt(total) + rates.epsilon)


def adagrad_within(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """w -= eta g / sqrt(G + eps), as Keras has it, from G = .1."""
    total = memory["G"] = memory.get("G", rates.start) + g**2
    return w - rates.learning_rate * g / np.sqrt(total + rates.epsilon)


def adadelta(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """d = -sqrt(E[d^2] + eps) / sqrt(E[g^2] + eps) g, w += eta d (Zeiler 2012, whose eta is 1)."""
    squares = memory["g"] = rates.rho * memory.get("g", 0.0) + (1 - rates.rho) * g**2
    d = -np.sqrt(memory.get("d", 0.0) + rates.epsilon) / np.sqrt(squares + rates.epsilon) * g
    memory["d"] = rates.rho * memory.get("d", 0.0) + (1 - rates.rho) * d**2
    return w + rates.learning_rate * d


def rmsprop(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """s = rho s + (1 - rho) g^2, w -= eta g / (sqrt(s) + eps) (Hinton 2012, lecture 6e, which divides by the root)."""
    s = memory["s"] = rates.rho * memory.get("s", 0.0) + (1 - rates.rho) * g**2
    return w - rates.learning_rate * g / (np.sqrt(s) + rates.epsilon)


def rmsprop_within(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """w -= eta g / sqrt(s + eps), as Keras has it."""
    s = memory["s"] = rates.rho * memory.get("s", 0.0) + (1 - rates.rho) * g**2
    return w - rates.learning_rate * g / np.sqrt(s + rates.epsilon)


def adam(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """w -= eta m_hat / (sqrt(v_hat) + eps) (Kingma 2014, algorithm 1)."""
    m_hat, v_hat, _ = _moments(g, memory, rates)
    return w - rates.learning_rate * m_hat / (np.sqrt(v_hat) + rates.epsilon)


def adam_before(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
    """The order at the end of Kingma's section 2, Keras's: eps stands beside the root before its correction."""
    m_hat, v_hat, correction = _moments(g, memory, rates)
    return w - rates.learning_rate * m_hat / (np.sqrt(v_hat) + rates.epsilon / np.sqrt(correction))


def _moments(g: np.ndarray, memory: Memory, rates: Rates) -> tuple[np.ndarray, np.ndarray, float]:
    """Return both moments without their bias towards 0, and what the second was divided by for that."""
    step = memory["t"] = memory.get("t", 0) + 1
    m = memory["m"] = rates.beta_1 * memory.get("m", 0.0) + (1 - rates.beta_1) * g
    v = memory["v"] = rates.beta_2 * memory.get("v", 0.0) + (1 - rates.beta_2) * g**2
    correction = 1 - rates.beta_2**step
    return m / (1 - rates.beta_1**step), v / correction, correction


def decayed(step: Step) -> Step:
    """Return the step behind a decay of its own: w shrinks by eta lambda w first, as in Keras."""

    def both(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
        return step(w * (1 - rates.learning_rate * rates.weight_decay), g, memory, rates)

    return both


def decayed_apart(step: Step) -> Step:
    """Return the step beside a decay that no learning rate scales: w shrinks by lambda w (Loshchilov 2019)."""

    def both(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
        return step(w * (1 - rates.weight_decay), g, memory, rates)

    return both


def looking_ahead(step: Step, every: int, share: float = 0.5) -> Step:
    """Return the step with slow weights: each `every` steps they go `share` of the way to the fast ones, which restart.

    Zhang (2019, algorithm 1).
    """

    def both(w: np.ndarray, g: np.ndarray, memory: Memory, rates: Rates) -> np.ndarray:
        slow = memory.setdefault("slow", w)
        count = memory["count"] = memory.get("count", 0) + 1
        fast = step(w, g, memory, rates)
        if count % every:
            return fast
        memory["slow"] = slow + share * (fast - slow)
        return memory["slow"]

    return both


# by name and form: the step, and the constants that are its own
KERAS: dict[str, tuple[Step, dict[str, float]]] = {
    **{one.__name__: (one, {}) for one in (sgd, momentum, momentum_gradient, momentum_average, nesterov)},
    "adagrad": (adagrad_within, {"start": 0.1}),
    "adadelta": (adadelta, {"rho": 0.95}),
    "rmsprop": (rmsprop_within, {}),
    "adam": (adam_before, {}),
    "adamw": (adam_before, {}),
}
PAPER: dict[str, tuple[Step, dict[str, float]]] = {
    "adagrad": (adagrad, {"epsilon": 1e-8}),
    "adadelta": (adadelta, {"rho": 0.95, "epsilon": 1e-6}),
    "rmsprop": (rmsprop, {"epsilon": 1e-8}),
    "adam": (adam, {"epsilon": 1e-8}),
    "adamw": (adam, {"epsilon": 1e-8}),
}
APART = ("adamw",)  # whose paper has a decay that no learning rate scales


def step_of(name: str, form: str = "keras") -> tuple[Step, dict[str, float]]:
    """Return the step of an optimizer with its decay, in Keras's form or in its paper's, and its own constants."""
    step, constants = (PAPER if form == "paper" else KERAS)[name]
    apart = form == "paper" and name in APART
    return (decayed_apart if apart else decayed)(step), constants
