"""Learning rate schedules: what the rate of each step is multiplied by, in NumPy, from how far the training is.

Everything follows from the recipe, the epoch and the losses so far, so a training that was cut off goes on as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from zoo.recipe import TrainConfig

RISE, FIRST, LAST = 0.3, 1 / 25, 1 / 25e4  # of one cycle: the share that rises, and the rates it starts and ends at
DECAYED = 0.01  # what an exponential ends at
LEAST_GAIN = 1e-4  # of a loss, for it to count as lower


def multipliers(train: TrainConfig, epoch: int, steps: int, losses: Sequence[float] = ()) -> np.ndarray:
    """Return the multiplier of each of the `steps` of `epoch`, counted from 1, (steps,) float64.

    `losses` are the validation losses of all epochs before. A training that ends early has seen the first part of its
    schedule: the last epoch is always `train.epochs`.
    """
    passed = (epoch - 1 + np.arange(steps) / steps) / train.epochs  # the share of the training before each step
    if train.schedule == "one_cycle":
        return _one_cycle(passed, train)
    shape = _SHAPES[train.schedule](np.clip((passed - train.warm_up) / (1 - train.warm_up), 0, 1), train)
    if train.schedule == "reduce_on_plateau":
        shape = np.full(steps, max(train.plateau_factor ** plateaus(losses, train.plateau_patience), train.rate_end))
    return shape * _risen(passed + 1 / (steps * train.epochs), train.warm_up)


def plateaus(losses: Sequence[float], patience: int) -> int:
    """Return how often the losses stayed where they were for `patience` epochs.

    As Keras's ReduceLROnPlateau counts, but for its least difference, which is a share of the loss here.
    """
    best, idle, found = np.inf, 0, 0
    for loss in losses:
        is_lower = loss < best * (1 - LEAST_GAIN) if np.isfinite(best) else loss < best
        best, idle = (loss, 0) if is_lower else (best, idle + 1)
        if idle >= patience:
            found, idle = found + 1, 0
    return found


def _constant(passed: np.ndarray, train: TrainConfig) -> np.ndarray:
    return np.ones_like(passed)


def _cosine(passed: np.ndarray, train: TrainConfig) -> np.ndarray:
    """Half a cosine down to `rate_end`; of `restarts` more, each is twice as long as the one before (Loshchilov 2017).

    The paper's equation 5, with T_mult 2.
    """
    units = passed * (2 ** (train.restarts + 1) - 1)  # of which the first descent is one long
    number = np.minimum(np.floor(np.log2(units + 1)), train.restarts)
    within = (units + 1) / 2**number - 1
    return _between(1.0, train.rate_end, within)


def _exponential(passed: np.ndarray, train: TrainConfig) -> np.ndarray:
    return (train.rate_end or DECAYED) ** passed


def _one_cycle(passed: np.ndarray, train: TrainConfig) -> np.ndarray:
    """From 1/25 up for `warm_up` of the training, .3 where that is 0, and down to almost nothing (Smith 2018).

    Both ways are halves of a cosine, as fastai and PyTorch have them; momentum stays as it is.
    """
    share = train.warm_up or RISE
    up = _between(FIRST, 1.0, np.clip(passed / share, 0, 1))
    down = _between(1.0, train.rate_end or LAST, np.clip((passed - share) / (1 - share), 0, 1))
    return np.where(passed < share, up, down)


def _risen(passed: np.ndarray, share: float) -> np.ndarray:
    """Return how far the rate has risen when `passed` of the training is done, of which `share` is for that."""
    return np.minimum(1.0, passed / share) if share else np.ones_like(passed)


def _between(start: float, end: float, passed: np.ndarray) -> np.ndarray:
    """Return what leads from `start` to `end` along half a cosine."""
    return end + (start - end) * (1 + np.cos(np.pi * passed)) / 2


_SHAPES: dict[str, Callable[[np.ndarray, TrainConfig], np.ndarray]] = {
    "constant": _constant,
    "cosine": _cosine,
    "exponential": _exponential,
    "reduce_on_plateau": _constant,
}
