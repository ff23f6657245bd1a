"""Optimizers as their papers print them, where Keras puts epsilon, a start value or the decay elsewhere."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

DIVISOR = 1e-8  # Kingma's; the others' papers give no number or none at all


@keras.saving.register_keras_serializable("zoo")
class Adagrad(keras.optimizers.Adagrad):
    """Duchi (2011, figure 1): G += g^2, w -= eta g / (sqrt(G) + epsilon), from G = 0.

    Keras has sqrt(G + epsilon) with 1e-7, from G = .1.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        squares = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(squares, ops.square(gradient))
        self.assign_sub(variable, ops.divide(ops.multiply(rate, gradient), ops.add(ops.sqrt(squares), self.epsilon)))


@keras.saving.register_keras_serializable("zoo")
class RMSprop(keras.optimizers.RMSprop):
    """Hinton (2012, lecture 6e): s = rho s + (1 - rho) g^2, w -= eta g / (sqrt(s) + epsilon).

    The lecture divides by the root alone; epsilon keeps that from being 0. Keras has sqrt(s + epsilon) with 1e-7.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        squares = self._velocities[self._get_variable_index(variable)]
        self.assign(squares, ops.add(ops.multiply(self.rho, squares), ops.multiply(1 - self.rho, ops.square(gradient))))
        self.assign_sub(variable, ops.divide(ops.multiply(rate, gradient), ops.add(ops.sqrt(squares), self.epsilon)))


@keras.saving.register_keras_serializable("zoo")
class Adam(keras.optimizers.Adam):
    """Kingma (2014, algorithm 1): w -= eta m_hat / (sqrt(v_hat) + epsilon), epsilon beside the corrected root.

    Keras has the form at the end of section 2 of the paper, whose epsilon stands beside the root that is not corrected.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take one step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        step, place = ops.cast(self.iterations + 1, variable.dtype), self._get_variable_index(variable)
        moments = []
        for slots, beta, new in (
            (self._momentums, self.beta_1, gradient),
            (self._velocities, self.beta_2, ops.square(gradient)),
        ):
            self.assign_add(slots[place], ops.multiply(ops.subtract(new, slots[place]), 1 - beta))
            moments.append(ops.divide(slots[place], 1 - ops.power(ops.cast(beta, variable.dtype), step)))
        mean, square = moments
        self.assign_sub(variable, ops.divide(ops.multiply(rate, mean), ops.add(ops.sqrt(square), self.epsilon)))


@keras.saving.register_keras_serializable("zoo")
class AdamW(Adam):
    """Loshchilov (2019, algorithm 2): beside Adam's step, w -= eta_t lambda w, and eta_t is the schedule alone.

    The learning rate does not scale the decay, as it does in Keras. `multiplier` is eta_t, 1 where there is no
    schedule; who has one sets it before each step. `decay` is lambda, a number or a variable.
    """

    def __init__(self, learning_rate: float = 0.001, decay: Any = 0.0, **named: Any) -> None:
        super().__init__(learning_rate, **named)
        self.decay = decay

    def build(self, variables: list[keras.Variable]) -> None:
        """Make the moments of `variables`, and the schedule's multiplier."""
        if not self.built:
            super().build(variables)
            self.multiplier = self.add_variable((), "ones", name="multiplier")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Shrink one variable, then take its step, which does not depend on that."""
        if self._use_weight_decay(variable):
            share = ops.multiply(ops.cast(self.decay, variable.dtype), ops.cast(self.multiplier, variable.dtype))
            self.assign_sub(variable, ops.multiply(variable, share))
        super().update_step(gradient, variable, learning_rate)

    def get_config(self) -> dict[str, Any]:
        """Return what makes this optimizer again."""
        return {**super().get_config(), "decay": float(ops.convert_to_numpy(self.decay))}
