"""Losses and their gradients in float64 NumPy: of classes from scores before the softmax, of quantities directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from .activations import sigmoid, softmax

SMALL = 1e-7  # keeps the quotient of soft F1 from being 0 / 0


class Worth(NamedTuple):
    """What a batch is worth: each row's loss (rows,), and the gradient of their sum to the scores (rows, outputs)."""

    losses: np.ndarray
    slopes: np.ndarray


Loss = Callable[..., Worth]


def log_softmax(z: np.ndarray) -> np.ndarray:
    """Return log p of each row by log-sum-exp: finite wherever the scores are."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def one_hot(y: np.ndarray, classes: int) -> np.ndarray:
    """Return labels (rows,) as rows of one 1 each, (rows, classes)."""
    return np.eye(classes)[y]


def smoothed(y: np.ndarray, classes: int, label_smoothing: float = 0.0) -> np.ndarray:
    """Return targets of which the share `label_smoothing` is given to all classes alike (Szegedy 2016, section 7)."""
    return (1 - label_smoothing) * one_hot(y, classes) + label_smoothing / classes


def cross_entropy(y: np.ndarray, z: np.ndarray, label_smoothing: float = 0.0) -> Worth:
    """Return -sum_k y_k log p_k; its gradient is p - y."""
    target = smoothed(y, z.shape[1], label_smoothing)
    return Worth(-(target * log_softmax(z)).sum(axis=1), softmax(z) - target)


def binary_cross_entropy(y: np.ndarray, z: np.ndarray, label_smoothing: float = 0.0) -> Worth:
    """Return -t log s - (1 - t) log(1 - s), s the sigmoid of the second score less the first: the two-term form."""
    target, score = smoothed(y, 2, label_smoothing)[:, 1], z[:, 1] - z[:, 0]
    # log(1 + e^-|a|) bears scores of any size
    losses = np.maximum(score, 0) - target * score + np.log1p(np.exp(-np.abs(score)))
    slope = sigmoid(score) - target
    return Worth(losses, np.stack([-slope, slope], axis=1))


def kl_divergence(y: np.ndarray, z: np.ndarray, label_smoothing: float = 0.0) -> Worth:
    """Return sum_k y_k log(y_k / p_k), terms of no target being 0; targets are constant, so the slope is p - y."""
    target = smoothed(y, z.shape[1], label_smoothing)
    logs = np.log(target, out=np.zeros_like(target), where=target > 0)
    return Worth((target * (logs - log_softmax(z))).sum(axis=1), softmax(z) - target)


def focal(y: np.ndarray, z: np.ndarray, focal_gamma: float = 2.0) -> Worth:
    """Return -(1 - p)^gamma log p of the right class (Lin 2017, equation 4)."""
    rows, hot = np.arange(len(y)), one_hot(y, z.shape[1])
    log_p = log_softmax(z)[rows, y]
    p = np.exp(log_p)
    power = (1 - p) ** focal_gamma
    steep = focal_gamma * p * np.maximum(1 - p, 1e-300) ** (focal_gamma - 1) * log_p - power
    return Worth(-power * log_p, steep[:, None] * (hot - softmax(z)))


def hinge(y: np.ndarray, z: np.ndarray) -> Worth:
    """Return max(0, 1 - (score of the right class - best other score)) (Crammer 2001, equation 3)."""
    rows, hot = np.arange(len(y)), one_hot(y, z.shape[1])
    others = np.where(hot > 0, -np.inf, z)
    best = others.argmax(axis=1)
    margins = 1 - z[rows, y] + others[rows, best]
    slopes = one_hot(best, z.shape[1]) - hot
    return Worth(np.maximum(margins, 0), np.where(margins[:, None] > 0, slopes, 0.0))


def soft_f1(y: np.ndarray, z: np.ndarray) -> Worth:
    """Return 1 - mean_k 2 TP_k / (2 TP_k + FP_k + FN_k + eps) of the batch, the same for each row of it.

    Probabilities stand in place of counts: TP = sum y p, FP = sum (1 - y) p, FN = sum y (1 - p).
    """
    hot, p = one_hot(y, z.shape[1]), softmax(z)
    twice = 2 * (hot * p).sum(axis=0)
    below = hot.sum(axis=0) + p.sum(axis=0) + SMALL  # 2 TP + FP + FN
    loss = 1 - (twice / below).mean()
    of_p = -(2 * hot / below - twice / below**2) / z.shape[1]
    slopes = p * (of_p - (p * of_p).sum(axis=1, keepdims=True))
    return Worth(np.full(len(y), loss), len(y) * slopes)


def mse(y: np.ndarray, z: np.ndarray) -> Worth:
    """Return the squared error, the mean over the columns of an answer; targets are made (rows, columns) first."""
    error = z - y.reshape(z.shape)
    return _of_columns(error**2, 2 * error)


def mae(y: np.ndarray, z: np.ndarray) -> Worth:
    """Return the absolute error; its slope is 0 where it is met exactly."""
    error = z - y.reshape(z.shape)
    return _of_columns(np.abs(error), np.sign(error))


def huber(y: np.ndarray, z: np.ndarray, huber_delta: float = 1.0) -> Worth:
    """Return e^2 / 2 within delta and delta (|e| - delta / 2) beyond (Huber 1964)."""
    error = z - y.reshape(z.shape)
    size = np.abs(error)
    far = huber_delta * (size - huber_delta / 2)
    return _of_columns(np.where(size <= huber_delta, error**2 / 2, far), np.clip(error, -huber_delta, huber_delta))


def quantile(y: np.ndarray, z: np.ndarray, quantile: float = 0.5) -> Worth:
    """Return max(q e, (q - 1) e), e being target less answer (Koenker 1978): its best constant is the q-quantile."""
    error = y.reshape(z.shape) - z
    return _of_columns(
        np.maximum(quantile * error, (quantile - 1) * error), np.where(error > 0, -quantile, 1 - quantile)
    )


def _of_columns(losses: np.ndarray, slopes: np.ndarray) -> Worth:
    return Worth(losses.mean(axis=1), slopes / losses.shape[1])


OF_CLASSES: Mapping[str, Loss] = {
    one.__name__: one for one in (cross_entropy, binary_cross_entropy, kl_divergence, focal, hinge, soft_f1)
}
OF_QUANTITIES: Mapping[str, Loss] = {one.__name__: one for one in (mse, mae, huber, quantile)}
LOSSES: Mapping[str, Loss] = {**OF_CLASSES, **OF_QUANTITIES}


def mean_of(name: str, y: np.ndarray, z: np.ndarray, **values: Any) -> tuple[float, np.ndarray]:
    """Return the mean loss of a batch, and its gradient with respect to the scores."""
    losses, slopes = LOSSES[name](y, z, **values)
    return float(losses.mean()), slopes / len(y)
