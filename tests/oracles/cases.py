"""What is trained side by side: every optimizer, loss and activation, and an LSTM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .activations import NAMES
from .losses import LOSSES, OF_QUANTITIES
from .networks import Perceptron, Recurrent
from .optimizers import KERAS, PAPER, looking_ahead, step_of
from .side_by_side import Case, rates_of

DIGITS, TUMOURS, QUANTITIES = "digits", "breast_cancer", "diabetes"
MODEL = {"depth": 2, "units": 16, "dropout": 0.0}
SMOOTH = "elu"  # without a kink that float32 and float64 may stand on different sides of

# the learning rates at which twenty steps go far enough to be compared
RATES = {"sgd": 0.05, "momentum": 0.02, "nesterov": 0.02, "momentum_average": 0.1, "momentum_gradient": 0.02}
RATES |= {"adagrad": 0.05, "adadelta": 1.0}
USUAL_RATE = 3e-3
LOSS_VALUES: Mapping[str, Mapping[str, float]] = {
    **{name: {"label_smoothing": 0.1} for name in ("cross_entropy", "binary_cross_entropy", "kl_divergence")},
    "focal": {"focal_gamma": 1.5},
    "huber": {"huber_delta": 0.5},
    "quantile": {"quantile": 0.9},
}
ACTIVATION_VALUES: Mapping[str, Mapping[str, float]] = {"leaky_relu": {"slope": 0.3}, "elu": {"alpha": 0.7}}
STEP_OPTIONS: Mapping[str, Mapping[str, float]] = {
    "L2": {"l2": 1e-2},
    "clipped by value": {"clip_value": 0.02},
    "clipped by norm": {"clip_variable_norm": 0.1},
    "clipped by global norm": {"clip_norm": 0.2},
    "sharpness-aware": {"sharpness": 0.1},
}


def every_case() -> Iterator[Case]:
    """Return all comparisons, those of a kind together."""
    yield from map(of_optimizer, KERAS)
    yield from (of_optimizer(name, "paper") for name in PAPER)
    yield of_lookahead()
    yield from (of_option(name, values) for name, values in STEP_OPTIONS.items())
    yield from map(of_loss, LOSSES)
    yield from (of_activation(name) for name in NAMES)
    yield of_lstm()


def of_optimizer(name: str, form: str = "keras") -> Case:
    """Return an optimizer on the cross entropy of digits, in Keras's form or in its paper's."""
    train = {"optimizer": name, "learning_rate": RATES.get(name, USUAL_RATE), "weight_decay": 0.01}
    if form == "keras":
        return _perceptron("optimizer", name, DIGITS, SMOOTH, "cross_entropy", train)
    return _perceptron("optimizer", f"{name}, {form}", DIGITS, SMOOTH, "cross_entropy", {**train, "form": form})


def of_lookahead(every: int = 2) -> Case:
    """Return momentum with slow weights, which are the fast ones after each epoch of two steps."""
    plain = of_optimizer("momentum")
    train = {**plain.train, "lookahead": every, "lookahead_share": 0.4}
    return replace(plain, name="lookahead", train=train, step=looking_ahead(plain.step, every, 0.4))


def of_option(name: str, values: Mapping[str, float]) -> Case:
    """Return gradient descent with something done to its gradients."""
    train = {"optimizer": "sgd", "learning_rate": RATES["sgd"], "weight_decay": 0.0, **values}
    return _perceptron("step", name, DIGITS, SMOOTH, "cross_entropy", train)


def of_loss(name: str) -> Case:
    """Return a loss, with a value of its own, under Adam."""
    data = QUANTITIES if name in OF_QUANTITIES else TUMOURS if name.startswith("binary") else DIGITS
    train = {"optimizer": "adam", "learning_rate": USUAL_RATE, "weight_decay": 0.0, "loss": name}
    return _perceptron("loss", name, data, SMOOTH, name, {**train, **LOSS_VALUES.get(name, {})})


def of_activation(name: str) -> Case:
    """Return an activation between dense layers, under plain gradient descent."""
    train = {"optimizer": "sgd", "learning_rate": RATES["sgd"], "weight_decay": 0.0}
    return _perceptron("activation", name, DIGITS, name, "cross_entropy", train)


def of_lstm() -> Case:
    """Return an LSTM that reads digits row by row, under Adam."""
    train = {"optimizer": "adam", "learning_rate": USUAL_RATE, "weight_decay": 0.0}
    step, constants = step_of("adam")
    model = {"layers": 1, "units": 8, "dropout": 0.0}
    rates = rates_of(train, constants)
    return Case("network", "lstm", DIGITS, "lstm", model, train, Recurrent(), "cross_entropy", {}, step, rates)


def _perceptron(kind: str, name: str, data: str, activation: str, loss: str, train: dict[str, Any]) -> Case:
    values = ACTIVATION_VALUES.get(activation, {}) if kind == "activation" else {}
    model, network = {**MODEL, "activation": activation, **values}, Perceptron(activation, values)
    step, constants = step_of(train["optimizer"], train.get("form", "keras"))
    of_loss = LOSS_VALUES.get(loss, {}) if kind == "loss" else {}
    return Case(kind, name, data, "mlp", model, train, network, loss, of_loss, step, rates_of(train, constants))
