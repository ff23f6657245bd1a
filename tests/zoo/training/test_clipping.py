"""Bounds on gradients are those of Keras, and of the formulas."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.live import live_values
from zoo.recipe import TrainConfig
from zoo.training.clipping import Bounds, each_within, within

pytestmark = pytest.mark.usefixtures("workspace")

DICE = np.random.default_rng(5)
GRADIENTS = [
    DICE.normal(size=(3, 2)).astype("float32"),
    10 * DICE.normal(size=4).astype("float32"),
    np.zeros(2, "float32"),
]


def taken_by_keras(**clipped):
    """Return the gradients as a stock optimizer has clipped them: its steps of rate 1 from zero."""
    variables = [keras.Variable(np.zeros_like(one)) for one in GRADIENTS]
    keras.optimizers.SGD(1.0, **clipped).apply([tf.constant(one) for one in GRADIENTS], variables)
    return [-variable.numpy() for variable in variables]


def bounds(**asked):
    """Return the bounds that a recipe asks for, as plain tensors."""
    train = TrainConfig(**asked)
    with live_values():
        return Bounds.of(train, tf.constant(train.l2), tf.constant(train.clip_norm))


def kept(**asked):
    gradients = [tf.constant(one) for one in GRADIENTS]
    return [one.numpy() for one in bounds(**asked).kept(gradients, tf.linalg.global_norm(gradients))]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("clip_value", "clipvalue"), ("clip_variable_norm", "clipnorm"), ("clip_norm", "global_clipnorm")],
)
@pytest.mark.parametrize("most", [0.5, 100.0])
def test_each_bound_is_keras_own(ours, theirs, most):
    for one, other in zip(kept(**{ours: most}), taken_by_keras(**{theirs: most}), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_bounds_are_kept_one_after_the_other():
    found = kept(clip_value=2.0, clip_variable_norm=1.5, clip_norm=1.0)
    gradients = [np.clip(one.astype("float64"), -2, 2) for one in GRADIENTS]
    gradients = [one * min(1, 1.5 / max(np.linalg.norm(one), 1e-30)) for one in gradients]
    length = np.sqrt(sum((one**2).sum() for one in gradients))
    for one, other in zip(found, gradients, strict=True):
        np.testing.assert_allclose(one, other / max(length, 1), rtol=1e-6)


def test_what_nobody_asks_for_is_not_there():
    assert bounds()[2:] == (None, None, None)


def test_a_gradient_that_is_no_number_stays_so():
    broken = tf.constant([np.nan, 3.0])
    assert np.isnan(within([broken], 1.0)[0].numpy()).tolist() == [True, False]
    for bad in (np.nan, np.inf):
        assert np.isnan(each_within([tf.constant([bad, 3.0])], 1.0)[0].numpy()).all()
