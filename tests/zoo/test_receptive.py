"""Receptive fields: the places of the input whose change reaches a number of the last map, found by changing them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from zoo.builders import build
from zoo.receptive import receptive_field
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

IMAGE = Task("image", (32, 32, 1), ("a", "b"))


def seen(model, position):
    """Return how many rows and columns from the first to the last place with a gradient from `position`, on each axis.

    Kernels are positive, so that nothing cancels out.
    """
    import tensorflow as tf

    model.set_weights([np.full(weight.shape, 0.5) for weight in model.get_weights()])
    x = tf.Variable(np.ones((1, *model.input_shape[1:])), dtype="float32")
    with tf.GradientTape() as tape:
        answer = model(x)[(0, *position)]
    gradient = np.abs(tape.gradient(answer, x).numpy())[0].sum(axis=-1)
    places = [np.unique(found) for found in np.nonzero(gradient)]
    return tuple(int(found[-1] - found[0] + 1) for found in places)


def stack():
    inputs = keras.Input((40, 40, 1))
    x = layers.Conv2D(2, 3, padding="same")(inputs)
    x = layers.AveragePooling2D(2)(x)
    x = layers.DepthwiseConv2D((5, 3), padding="same")(x)
    return keras.Model(inputs, layers.Conv2D(1, 3, padding="same", dilation_rate=2)(x))


def branches():
    inputs = keras.Input((40, 3))
    wide = layers.Conv1D(4, 7, padding="same")(inputs)
    narrow = layers.Conv1D(4, 1)(inputs)
    return keras.Model(inputs, layers.Conv1D(1, 3, padding="same")(layers.Add()([wide, narrow])))


def causal():
    inputs = keras.Input((40, 3))
    x = inputs
    for dilation in (1, 2, 4):
        x = layers.Conv1D(2, 3, padding="causal", dilation_rate=dilation)(x)
    return keras.Model(inputs, x)


@pytest.mark.parametrize(
    ("make", "position", "by_hand"),
    [
        (stack, (10, 10, 0), (3 + 1 + 4 * 2 + 2 * 2 * 2, 3 + 1 + 2 * 2 + 2 * 2 * 2)),
        (branches, (20, 0), (9,)),
        (causal, (39, 0), (1 + 2 * (1 + 2 + 4),)),
    ],
)
def test_it_is_what_a_gradient_reaches(make, position, by_hand):
    model = make()
    assert receptive_field(model) == seen(model, position) == by_hand


def test_blocks_of_a_residual_network_widen_it_and_the_mean_at_the_end_does_not():
    stem, first, second = 2, 2 * 2, 2 + 2 * 2
    model = build("resnet", IMAGE, stages=2, blocks=1, filters=4)
    assert receptive_field(model) == (1 + stem + first + second,) * 2


def test_windows_side_by_side_count_by_the_widest():
    words = Task("text", (12,), ("a", "b"), "int32", vocabulary=20)
    assert receptive_field(build("cnn", words, stages=3, kernel=3)) == (5,)


def test_a_recurrent_layer_sees_every_step_and_a_dense_one_has_no_window():
    assert receptive_field(build("lstm", Task("series", (10, 3), ("a", "b")), units=8)) == (10,)
    assert receptive_field(build("lstm", IMAGE, units=8)) == (32, 32)
    assert receptive_field(build("mlp", IMAGE)) is None
    assert receptive_field(build("mlp", Task("table", (6,), ("a", "b")))) is None


def test_rows_of_pixels_as_steps_are_seen_whole():
    inputs = keras.Input((16, 8, 1))
    x = layers.Conv1D(2, 3, padding="same")(layers.Reshape((16, 8))(inputs))
    assert receptive_field(keras.Model(inputs, x)) == (3, 8)


def test_an_activation_of_several_pieces_widens_nothing():
    found = {receptive_field(build("cnn", IMAGE, activation=name)) for name in ("relu", "maxout", "prelu")}
    assert found == {(10, 10)}  # 3, doubled by pooling to 4, with steps of 2 to 8 and 10


def test_causal_convolutions_over_rows_of_pixels_see_past_rows_and_all_their_columns():
    assert receptive_field(build("tcn", IMAGE, blocks=2, kernel=3, filters=8)) == (1 + 2 * 2 * 3, 32)


def test_a_gate_from_the_mean_over_all_places_sees_them_all():
    inputs = keras.Input((16, 12, 2))
    x = layers.Conv2D(2, 3, padding="same")(inputs)
    gate = layers.Reshape((1, 1, 2))(layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))
    assert receptive_field(keras.Model(inputs, layers.Multiply()([x, gate]))) == (16, 12)
