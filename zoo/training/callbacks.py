"""What watches and steers a training from outside: our own callbacks and Keras's, called once an epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from zoo.errors import BadValue
from zoo.goals import direction
from zoo.metrics import METRICS
from zoo.training.hooks import HOOKS

BATCH_HOOKS = tuple(f"on_{part}batch_{end}" for part in ("", "train_", "test_", "predict_") for end in ("begin", "end"))
UNSERVED = (*BATCH_HOOKS, "on_test_begin", "on_test_end")  # Keras would call them during fit
Logs = Mapping[str, float]


class Callbacks:
    """Callbacks of one training, called in the order given; what one of them raises passes through.

    Our own have any of `HOOKS`, count epochs from 1 and see `val/accuracy`. Those of Keras count from 0, see
    `val_accuracy` as `keras_logs` has it, and share one mapping an epoch, to which they may add. Raises BadValue for
    one that wants to be called more than once an epoch, which a compiled training cannot serve, or has no hook.
    """

    def __init__(self, callbacks: Sequence[Any], model: keras.Model, kind: str, epochs: int = 0) -> None:
        self._model, self._kind = model, kind
        self._params = {"epochs": epochs, "steps": None, "verbose": 0}
        for callback in callbacks:
            require_epoch_hooks(callback)
        self._callbacks = [(callback, isinstance(callback, keras.callbacks.Callback)) for callback in callbacks]

    @property
    def stopped(self) -> bool:
        """Whether a callback has set `model.stop_training`."""
        return bool(self._model.stop_training)

    def train_begin(self) -> None:
        """Hand the model to all callbacks, then tell them that training begins."""
        self._model.stop_training = False
        for callback, of_keras in self._callbacks:
            if of_keras:
                callback.set_params(self._params)
                _tell_direction(callback, self._kind)
            _hook(callback, "set_model", self._model)
        for callback, _ in self._callbacks:
            _hook(callback, "on_train_begin", {})

    def epoch_begin(self, epoch: int) -> None:
        """Tell that `epoch`, counted from 1, begins."""
        for callback, of_keras in self._callbacks:
            _hook(callback, "on_epoch_begin", epoch - of_keras, {})

    def epoch_end(self, epoch: int, logs: Logs) -> None:
        """Tell that `epoch`, counted from 1, has ended with these metrics."""
        theirs = keras_logs(logs, self._kind)
        for callback, of_keras in self._callbacks:
            _hook(callback, "on_epoch_end", epoch - of_keras, theirs if of_keras else logs)

    def resumed(self, history: Sequence[Logs]) -> None:
        """Tell, after `train_begin`, that the epochs of `history` were trained before.

        Our own get it at once, by `on_resume`. Keras's, whose counters cannot be stored, live through it again epoch
        by epoch; weights and rates are to be restored afterwards.
        """
        for callback, of_keras in self._callbacks:
            if not of_keras:
                _hook(callback, "on_resume", history)
        for epoch, logs in enumerate(history):
            theirs = keras_logs(logs, self._kind)
            for callback, of_keras in self._callbacks:
                if of_keras:
                    callback.on_epoch_begin(epoch, {})
                    callback.on_epoch_end(epoch, theirs)

    def train_end(self, logs: Logs) -> None:
        """Tell that training has ended, with the metrics of its last epoch."""
        theirs = keras_logs(logs, self._kind)
        for callback, of_keras in self._callbacks:
            _hook(callback, "on_train_end", theirs if of_keras else logs)


def keras_logs(logs: Logs, kind: str) -> dict[str, float]:
    """Return an epoch's metrics as Keras names them: loss, accuracy, val_loss, val_accuracy; health_gradient_norm.

    The loss of quantities is the squared error, in the square of the target's unit; rmse and val_rmse stay.
    """
    named = {name.removeprefix("train/").replace("/", "_"): value for name, value in logs.items()}
    if kind == "classification":
        return {name.replace("log_loss", "loss"): value for name, value in named.items()}
    losses = {name.replace("rmse", "loss"): named[name] ** 2 for name in ("rmse", "val_rmse") if name in named}
    return losses | named


def bear_optimizer(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Make `model.optimizer` the optimizer that trains it, as callbacks expect, without `compile`.

    Keras's layers track variables, layers and metrics that are set on them, but no optimizer: weights stay what they
    were.
    """
    model.optimizer = optimizer


def require_epoch_hooks(callback: Any) -> None:
    """Raise BadValue for a callback that wants to be called more than once an epoch, or is none."""
    name = type(callback).__name__
    if isinstance(callback, type) or not any(callable(getattr(callback, hook, None)) for hook in HOOKS):
        given = f"the class {callback.__name__}" if isinstance(callback, type) else f"of type {name}"
        raise BadValue(f"a callback is {given}; it must be an object with {', '.join(HOOKS[:4])} or several of them.")
    unserved = [hook for hook in UNSERVED if _wants(callback, hook)]
    if unserved:
        raise BadValue(
            f"callback {name} has {unserved[0]}; an epoch is one compiled program, which calls nobody in between. "
            "Use on_epoch_begin or on_epoch_end, or train `zoo.build(...)` with keras.Model.fit."
        )


def _wants(callback: Any, hook: str) -> bool:
    """Return whether `hook` does something: Keras's own base class has all of them, and they do nothing."""
    if not isinstance(callback, keras.callbacks.Callback):
        return callable(getattr(callback, hook, None))
    return hook in vars(callback) or getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)


def _hook(callback: Any, hook: str, *given: Any) -> None:
    called = getattr(callback, hook, None)
    if called is not None:
        called(*given)


def _tell_direction(callback: Any, kind: str) -> None:
    """Set which way the callback's metric is better, which Keras reads off a compiled model."""
    metric = str(getattr(callback, "monitor", "")).removeprefix("val_")
    if getattr(callback, "mode", None) == "auto" and metric in METRICS[kind]:
        callback.mode = direction(metric)[:3]
