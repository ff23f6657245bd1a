"""The buffers that kernels work in, by the shapes and kinds of what they read and write."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._scratch import KERNELS, scratch_bytes

AXES = Tensor((2,), "int32", stored=True)


def asked(name, output, *inputs):
    """Return what the kernel of one operator asks for that reads `inputs`, where None is left out."""
    tensors = [one or Tensor((), "none") for one in inputs]
    places = tuple(place if one else -1 for place, one in enumerate(inputs))
    operator = Operator(name, places, (len(tensors),))
    return scratch_bytes(Graph((*tensors, output), (operator,), (0,), (len(tensors),)), operator)


@pytest.mark.parametrize("name", ["MEAN", "SUM"])
@pytest.mark.parametrize(("kind", "sums"), [("float32", ()), ("int8", (4 * 6,)), ("int16", (4 * 6,))])
def test_means_of_integers_are_summed_in_four_bytes_each(name, kind, sums):
    image = Tensor((1, 5, 4, 6), kind)  # an index of four places, two axes
    assert asked(name, Tensor((1, 6), kind), image, AXES) == (*sums, 4 * 4, 4 * 2)


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_the_largest_and_the_least_are_found_with_an_index_and_the_axes(kind):
    for name in ("REDUCE_MAX", "REDUCE_MIN"):
        assert asked(name, Tensor((1, 6), kind), Tensor((1, 5, 4, 6), kind), AXES) == (16, 8)


@pytest.mark.parametrize(("kind", "state", "wide"), [("float32", "float32", 4), ("int8", "int16", 2)])
def test_an_lstm_works_in_four_cell_states(kind, state, wide):
    inputs = [Tensor((1, 9, 3), kind), *[None] * 17, Tensor((1, 16), kind, variable=True)]
    inputs += [Tensor((1, 16), state, variable=True), *[None] * 4]
    assert asked("UNIDIRECTIONAL_SEQUENCE_LSTM", Tensor((1, 9, 16), kind), *inputs) == (16 * wide,) * 4


@pytest.mark.parametrize(
    ("kind", "bias", "found"),
    [("float32", "float32", ()), ("int8", "int32", (4 * 40,)), ("int16", "int64", (8 * 40,))],
)
def test_a_transposed_convolution_sums_integers_in_wider_ones(kind, bias, found):
    shape, weights = Tensor((4,), "int32", stored=True), Tensor((5, 2, 2, 3), "int8", stored=True)
    inputs = (shape, weights, Tensor((1, 1, 2, 3), kind), Tensor((5,), bias, stored=True))
    assert asked("TRANSPOSE_CONV", Tensor((1, 2, 4, 5), kind), *inputs) == found


def test_a_bias_of_16_bits_is_widened():
    shape, weights = Tensor((4,), "int32", stored=True), Tensor((5, 2, 2, 3), "int8", stored=True)
    inputs = (shape, weights, Tensor((1, 1, 2, 3), "int16"), Tensor((5,), "int16", stored=True))
    assert asked("TRANSPOSE_CONV", Tensor((1, 2, 4, 5), "int16"), *inputs) == (8 * 40, 8 * 5)


@pytest.mark.parametrize("name", ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"])
@pytest.mark.parametrize(("kind", "found"), [("int4", (27,)), ("int8", ())])
def test_weights_of_four_bits_are_unpacked(name, kind, found):
    pixels, weights = Tensor((1, 3, 3, 3), "int8"), Tensor((1, 3, 3, 3), kind, stored=True)
    assert asked(name, Tensor((1, 1, 1, 3), "int8"), pixels, weights, None) == found


@pytest.mark.parametrize(("kind", "found"), [("float32", (4 * 8,)), ("int8", (4 * 8, 4 * 4))])
def test_an_svdf_works_in_a_number_for_each_filter(kind, found):
    inputs = (Tensor((1, 3), kind), Tensor((8, 3), kind, stored=True), Tensor((8, 6), kind, stored=True))
    assert asked("SVDF", Tensor((1, 4), kind), *inputs) == found


def test_mirrored_borders_take_the_strides_of_both_sides():
    assert asked("MIRROR_PAD", Tensor((1, 9, 3), "int8"), Tensor((1, 7, 3), "int8"), AXES) == (12, 12)


def test_a_sum_of_many_takes_a_pointer_to_each():
    assert asked("ADD_N", Tensor((1, 3), "int8"), *[Tensor((1, 3), "int8")] * 5) == (5 * 8,)


@pytest.mark.parametrize("name", ["RELU", "SOFTMAX", "BATCH_MATMUL", "PAD", "AVERAGE_POOL_2D", "MyOwn"])
def test_other_kernels_work_in_what_is_there(name):
    assert asked(name, Tensor((1, 3), "int8"), Tensor((1, 3), "int8")) == ()


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_an_operator_that_lacks_inputs_is_no_crash(name):
    assert sum(asked(name, Tensor((1, 3), "int8"))) >= 0
