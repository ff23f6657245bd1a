"""A function traced once answers as TensorFlow's own does, for every shape that its signature allows."""

from __future__ import annotations

import pytest
import tensorflow as tf

from zoo.training.traced import Traced


def doubled(x, times):
    return x * 2, tf.size(x) * times


@pytest.fixture
def traced():
    return Traced(doubled, (tf.TensorSpec((None, 3), "float32"), tf.TensorSpec((), "int32")))


def test_it_answers_tensors_of_any_number_of_rows_with_one_trace(traced):
    for rows in (1, 4, 2):
        twice, count = traced(tf.ones((rows, 3)), tf.constant(5))
        assert twice.numpy().tolist() == [[2.0] * 3] * rows
        assert int(count) == 15 * rows
    assert traced.traces == 1


def test_nothing_is_traced_before_the_first_call(traced):
    assert traced.traces == 0


def test_another_dtype_is_refused(traced):
    with pytest.raises(tf.errors.InvalidArgumentError, match="float"):
        traced(tf.ones((2, 3), "float64"), tf.constant(5))
