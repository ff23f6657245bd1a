"""The step of an optimizer in few operations: a program of half as many is traced, optimized and run in less time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

Update = Callable[[Sequence[Any], Sequence[keras.Variable]], None]


def update_of(optimizer: keras.optimizers.Optimizer) -> Update:
    """Return what takes a step of `optimizer` along gradients, one for each of the variables it was built for.

    It computes what `optimizer.apply` computes. For Adam and AdamW of float32 variables TensorFlow has one operation a
    variable, where Keras writes twenty (equal to about 1e-7 of the weights); other optimizers go Keras's own way.
    """
    fused = type(optimizer) in (keras.optimizers.Adam, keras.optimizers.AdamW) and _is_plain(optimizer)
    return (lambda gradients, variables: _adam(optimizer, gradients, variables)) if fused else optimizer.apply


def _is_plain(optimizer: keras.optimizers.Optimizer) -> bool:
    """Return whether nothing is asked for that the one operation does not do."""
    asked = (optimizer.clipnorm, optimizer.clipvalue, optimizer.global_clipnorm, optimizer.loss_scale_factor)
    steps = optimizer.gradient_accumulation_steps
    return not (optimizer.amsgrad or optimizer.use_ema or steps) and all(one is None for one in asked)


def _adam(optimizer: Any, gradients: Sequence[Any], variables: Sequence[keras.Variable]) -> None:
    """Take the step of Kingma (2014, algorithm 1, in the order at the end of section 2), with decoupled decay.

    Loshchilov (2019, algorithm 2): every weight shrinks by the learning rate times the decay of itself.
    """
    rate = tf.cast(optimizer.learning_rate, "float32")
    shared = {"beta1": _tensor(optimizer.beta_1), "beta2": _tensor(optimizer.beta_2)}
    step = tf.cast(optimizer.iterations.value + 1, "float32")
    shared |= {f"{name}_power": beta**step for name, beta in shared.items()}
    shared |= {"lr": rate * _made_up(optimizer), "epsilon": tf.constant(optimizer.epsilon)}
    shrink = None if optimizer.weight_decay is None else rate * tf.cast(optimizer.weight_decay, "float32")
    for gradient, variable in zip(gradients, variables, strict=True):
        place = optimizer._get_variable_index(variable)
        slots = {"m": optimizer._momentums[place], "v": optimizer._velocities[place]}
        if shrink is not None and optimizer._use_weight_decay(variable):
            variable.value.assign_sub(variable.value * shrink)
        handles = {name: slot.value.handle for name, slot in slots.items()}
        tf.raw_ops.ResourceApplyAdam(var=variable.value.handle, grad=gradient, **handles, **shared)
    optimizer.iterations.value.assign_add(1)


def _tensor(beta: Any) -> Any:
    return tf.constant(beta) if isinstance(beta, float) else tf.convert_to_tensor(beta)


def _made_up(optimizer: Any) -> float:
    """Return what makes up for 1 - beta: the operation takes it of a float32, 1.3e-5 beside Keras's for .999.

    A variable is that float32 itself.
    """
    numbers = ((beta if isinstance(beta, float) else 0.0) for beta in (optimizer.beta_1, optimizer.beta_2))
    first, second = ((1 - beta) / float(1 - np.float32(beta)) for beta in numbers)
    return first / second**0.5
