"""Activations and their derivatives in float64 NumPy, each as its paper writes it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717  # Klambauer (2017)
PIECES = 2  # of a maxout unit

_erf = np.vectorize(math.erf, otypes=[float])


class Form(NamedTuple):
    """An activation of single numbers: its `value` and its `slope` at each, both of z and of the values it takes."""

    value: Callable[..., np.ndarray]
    slope: Callable[..., np.ndarray]


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-z), written so that no power overflows."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1 + small)


def softmax(z: np.ndarray) -> np.ndarray:
    """Return e^z_k / sum_j e^z_j of each row, after the largest of it was taken off."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def softmax_pull(z: np.ndarray, upstream: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to z: the Jacobian of a row is diag(p) - p p^T."""
    p = softmax(z)
    return p * (upstream - (p * upstream).sum(axis=-1, keepdims=True))


def maxout(z: np.ndarray, pieces: int = PIECES) -> np.ndarray:
    """Return the largest of each unit's `pieces` neighbours (Goodfellow 2013): (..., units pieces) to (..., units)."""
    return z.reshape(*z.shape[:-1], -1, pieces).max(axis=-1)


def maxout_pull(z: np.ndarray, upstream: np.ndarray, pieces: int = PIECES) -> np.ndarray:
    """Return the gradient with respect to z: the largest piece gets all, the others nothing."""
    parted = z.reshape(*z.shape[:-1], -1, pieces)
    chosen = parted.argmax(axis=-1)[..., None] == np.arange(pieces)
    return (chosen * upstream[..., None]).reshape(z.shape)


def _elu(z: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def _elu_slope(z: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def _leaky(z: np.ndarray, slope: float = 0.2) -> np.ndarray:
    return np.where(z > 0, z, slope * z)


def _leaky_slope(z: np.ndarray, slope: float = 0.2) -> np.ndarray:
    return np.where(z > 0, 1.0, slope)


def _swish(z: np.ndarray, beta: float = 1.0) -> np.ndarray:
    return z * sigmoid(beta * z)


def _swish_slope(z: np.ndarray, beta: float = 1.0) -> np.ndarray:
    s = sigmoid(beta * z)
    return s + beta * z * s * (1 - s)


def _gelu(z: np.ndarray) -> np.ndarray:
    return z * (1 + _erf(z / math.sqrt(2))) / 2


def _gelu_slope(z: np.ndarray) -> np.ndarray:
    return (1 + _erf(z / math.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def _hard_sigmoid(z: np.ndarray) -> np.ndarray:
    return np.clip(z + 3, 0, 6) / 6


def _hard_swish_slope(z: np.ndarray) -> np.ndarray:
    return np.where(np.abs(z) < 3, (2 * z + 3) / 6, np.where(z > 0, 1.0, 0.0))


# Dubey 2022 lists most of them; sources stand beside those that he does not
FORMS: dict[str, Form] = {
    "linear": Form(lambda z: z, np.ones_like),
    "sigmoid": Form(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": Form(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": Form(lambda z: np.maximum(z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": Form(_leaky, _leaky_slope),  # Maas 2013
    "prelu": Form(_leaky, _leaky_slope),  # He 2015; its slope is learned
    "elu": Form(_elu, _elu_slope),  # Clevert 2015
    "selu": Form(
        lambda z: SELU_SCALE * _elu(z, SELU_ALPHA), lambda z: SELU_SCALE * _elu_slope(z, SELU_ALPHA)
    ),  # Klambauer 2017
    "swish": Form(_swish, _swish_slope),  # Ramachandran 2017
    "swish_beta": Form(_swish, _swish_slope),  # its beta is learned
    "gelu": Form(_gelu, _gelu_slope),  # Hendrycks 2016, by the error function
    "hard_sigmoid": Form(_hard_sigmoid, lambda z: np.where(np.abs(z) < 3, 1 / 6, 0.0)),  # Howard 2019
    "hard_swish": Form(lambda z: z * _hard_sigmoid(z), _hard_swish_slope),
}
NAMES = (*FORMS, "softmax", "maxout")


class Learned(NamedTuple):
    """What an activation learns: its name among the values, and the gradient of the answer with respect to it."""

    name: str
    slope: Callable[..., np.ndarray]


LEARNED = {
    "prelu": Learned("slope", lambda z, slope: np.where(z > 0, 0.0, z)),
    "swish_beta": Learned("beta", lambda z, beta: z**2 * sigmoid(beta * z) * sigmoid(-beta * z)),
}


def activated(name: str, z: np.ndarray, **values: Any) -> np.ndarray:
    """Return the activation `name` of z (..., channels)."""
    whole = {"softmax": softmax, "maxout": maxout}
    return whole[name](z, **values) if name in whole else FORMS[name].value(z, **values)


def pulled(name: str, z: np.ndarray, upstream: np.ndarray, **values: Any) -> np.ndarray:
    """Return the gradient with respect to z of sum(upstream * activation(z))."""
    whole = {"softmax": softmax_pull, "maxout": maxout_pull}
    return whole[name](z, upstream, **values) if name in whole else upstream * FORMS[name].slope(z, **values)
