"""traced: channels are followed through a network, and layers that share some are seen to."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression._choosing import blocks
from zoo.compression._tracing import traced
from zoo.errors import Unsupported

from .networks import joined, made, shared

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def test_inputs_and_outputs_stay_and_all_between_may_go():
    trace = traced(made("mlp"))
    assert [len(block.free) for block in blocks(trace)] == [16, 16]
    assert trace.held[trace.classes[trace.writers["logits"]]].all()


def test_a_stage_of_residual_blocks_is_one_block_and_their_inner_layers_are_others():
    network = made("resnet")
    together = [len(block.layers) for block in blocks(traced(network))]
    assert sorted(together) == [1, 1, 1, 1, 3, 3]  # stem and two sums; two sums and their projection


def test_a_sum_over_a_concatenation_unites_each_part_with_its_own():
    network = joined()
    trace = traced(network)
    writers = {name: trace.classes[channels] for name, channels in trace.writers.items()}
    narrow, added = (next(n for n, c in writers.items() if len(c) == size and "conv" in n) for size in (8, 30))
    assert np.array_equal(writers[added][22:], writers[narrow])
    assert np.array_equal(writers[added][:16], np.repeat(writers[narrow], 2))


def test_what_reaches_a_layer_that_is_used_twice_is_one():
    trace = traced(shared())
    first, second = [c for name, c in trace.writers.items() if len(c) == 8]
    assert np.array_equal(trace.classes[first], trace.classes[second])


def test_an_activation_across_channels_and_grouped_filters_hold_theirs():
    inputs = keras.Input((8, 8, 4))
    x = layers.Conv2D(8, 3, name="before")(inputs)
    x = layers.Conv2D(8, 3, groups=2, name="grouped")(x)
    x = layers.Dense(6, activation="softmax", name="shares")(layers.Flatten()(x))
    trace = traced(keras.Model(inputs, layers.Dense(3)(x)))
    assert blocks(trace) == []


def test_a_layer_that_is_not_known_is_named_with_the_nearest_that_is():
    inputs = keras.Input((5, 8, 8, 1))
    network = keras.Model(inputs, layers.ConvLSTM2D(4, 3, name="odd")(inputs))
    with pytest.raises(Unsupported, match=r"the layer odd is a ConvLSTM2D.*that is served is Conv2D\."):
        traced(network)


def test_a_layer_like_no_other_is_named_with_those_that_are_served():
    inputs = keras.Input((4,))
    network = keras.Model(inputs, layers.Lambda(keras.ops.negative, output_shape=(4,), name="odd")(inputs))
    served = "served are Dense, Embedding, LSTM, .*SeparableConv2D and layers without kernels. Build with these, or"
    with pytest.raises(Unsupported, match=f"the layer odd is a Lambda, whose channels are not known; {served}"):
        traced(network)


def test_an_operation_that_is_not_known_is_named_with_those_that_are():
    inputs = keras.Input((4,))
    served = "served are Concatenate, Cast, .* Build with these"
    with pytest.raises(Unsupported, match=rf"the operation \w+ is a Sort, whose channels are not known; {served}"):
        traced(keras.Model(inputs, keras.ops.sort(inputs)))


def test_other_cells_that_read_both_ways_are_named_with_those_that_are_served():
    inputs = keras.Input((5, 8, 8, 1))
    network = keras.Model(inputs, layers.Bidirectional(layers.ConvLSTM2D(4, 3), name="odd")(inputs))
    with pytest.raises(Unsupported, match="odd reads both ways with ConvLSTM2D; LSTM, GRU, SimpleRNN"):
        traced(network)


def test_channels_that_come_first_are_refused_with_the_cure():
    inputs = keras.Input((4, 8, 8))
    network = keras.Model(inputs, layers.MaxPooling2D(data_format="channels_first", name="pool")(inputs))
    with pytest.raises(Unsupported, match="pool has its channels first; build with channels_last"):
        traced(network)


def test_a_number_for_each_channel_that_an_operation_holds_keeps_them():
    inputs = keras.Input((5,))
    x = layers.Dense(4, name="fixed")(inputs) * np.arange(4, dtype="float32")
    assert blocks(traced(keras.Model(inputs, layers.Dense(3)(x)))) == []
