"""Momentum in four forms: what gathers in the velocity, and what of it is added to a weight."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from zoo.optimizers._live import with_decay

RULES = ("heavy_ball", "nesterov", "gradient", "average")


def velocity(
    learning_rate: float, weight_decay: float, momentum: float, rule: str = "heavy_ball"
) -> keras.optimizers.Optimizer:
    """Return gradient descent with momentum by one of RULES: stock SGD where it has the rule and takes the momentum."""
    if rule in ("heavy_ball", "nesterov") and isinstance(momentum, float):
        stock = keras.optimizers.SGD(learning_rate, momentum, nesterov=rule == "nesterov")
        return with_decay(stock, weight_decay)
    return with_decay(Velocity(learning_rate, momentum, rule), weight_decay)


@keras.saving.register_keras_serializable("zoo")
class Velocity(keras.optimizers.Optimizer):
    """Gradient descent with a velocity v; `momentum` mu is a number or a variable, `rule` is one of RULES.

    heavy_ball: v = mu v - eta g, w += v; nesterov: the same v, w += mu v - eta g; gradient: v = mu v + g, w -= eta v;
    average: v = mu v + (1 - mu) g, w -= eta v. The first two are, to the bit, those of `keras.optimizers.SGD`, which
    takes no variable.
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: Any = 0.9,
        rule: str = "heavy_ball",
        weight_decay: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, name=name)
        self.momentum, self.rule = momentum, rule

    def build(self, variables: list[keras.Variable]) -> None:
        """Make a velocity of zeros for each of `variables`."""
        if not self.built:
            super().build(variables)
            self._velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        velocity = self._velocities[self._get_variable_index(variable)]
        momentum = ops.cast(self.momentum, variable.dtype)
        kept = ops.multiply(velocity, momentum)
        if self.rule in ("heavy_ball", "nesterov"):
            step = ops.multiply(gradient, rate)
            self.assign(velocity, ops.subtract(kept, step))
            ahead = self.rule == "nesterov"
            self.assign_add(variable, ops.subtract(ops.multiply(velocity, momentum), step) if ahead else velocity)
            return
        share = 1 - momentum if self.rule == "average" else 1
        self.assign(velocity, ops.add(kept, ops.multiply(gradient, share)))
        self.assign_sub(variable, ops.multiply(velocity, rate))

    def get_config(self) -> dict[str, Any]:
        """Return what makes this optimizer again."""
        return {
            "learning_rate": float(ops.convert_to_numpy(self.learning_rate)),
            "momentum": float(ops.convert_to_numpy(self.momentum)),
            "rule": self.rule,
            "weight_decay": None if self.weight_decay is None else float(ops.convert_to_numpy(self.weight_decay)),
            "name": self.name,
        }
