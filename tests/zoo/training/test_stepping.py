"""Optimizer steps: the gradients, norms and lengths that Keras finds, whatever the batches before them were."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders import build
from zoo.training.fitting import fit
from zoo.training.weighting import epoch_order

from .oracle import live_of, recipe

RATE = 0.05


def batches(wanted, digits):
    order = epoch_order(wanted.seed, 1, len(digits.train))
    for at in range(0, len(order), 512):
        chosen = order[at : at + 512]
        yield digits.train.x[chosen], digits.train.y[chosen]


def test_the_last_steps_gradient_and_length_are_those_of_keras(workspace, digits):
    """Batches of 512 from 1,078 rows: the last step is the third, on 54 rows."""
    wanted = recipe("mlp", epochs=1, optimizer="sgd", learning_rate=RATE, weight_decay=0.0, batch_size=512)
    norms, ratios = [], []
    program = workspace.program(wanted, digits.task)
    trained = fit(wanted, digits, workspace)
    program.reset(wanted.seed, live_of(wanted))
    start = program.weights()
    model = build("mlp", digits.task, **wanted.model)
    model.set_weights(start)
    for x, y in batches(wanted, digits):
        with tf.GradientTape() as tape:
            scores = model(x, training=True)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, scores)
        gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
        norms.append(float(tf.linalg.global_norm(gradients)))
        length = float(tf.linalg.global_norm([weight.value for weight in model.trainable_weights]))
        ratios.append(RATE * norms[-1] / length)
        for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
            weight.assign_sub(RATE * gradient)
    logs = trained.history[0]
    assert logs["health/gradient_norm"] == pytest.approx(np.mean(norms), rel=1e-5)
    assert logs["health/update_ratio"] == pytest.approx(ratios[-1], rel=1e-4)
