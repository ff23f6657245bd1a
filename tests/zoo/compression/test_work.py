"""The work of a network's kernels: as counted by hand, as a file's operators count it, and by class of channels."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression._surgery import without
from zoo.compression._tracing import traced
from zoo.compression._work import costs, kernels, macs

from .networks import MADE, made


def separable():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same")(inputs)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)
    x = layers.SeparableConv2D(5, 3, padding="same")(x)
    return keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))


def recurrent():
    inputs = keras.Input((6, 3))
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(inputs)
    x = layers.GRU(5)(layers.Dense(7)(x))
    return keras.Model(inputs, layers.Dense(2)(x))


def twice():
    inputs = keras.Input((6, 3))
    dense = layers.Dense(4)
    return keras.Model(inputs, layers.Dense(2)(layers.Flatten()(layers.Add()([dense(inputs), dense(-inputs)]))))


BY_HAND = {
    separable: 16 * (9 * 3 * 4) + 16 * (9 * 8) + 16 * (9 * 8 + 8 * 5) + 80 * 2,
    recurrent: 6 * 2 * (3 * 16 + 4 * 16) + 6 * 8 * 7 + 6 * (7 * 15 + 5 * 15) + 5 * 2,
    twice: 2 * 6 * 3 * 4 + 24 * 2,
}


@pytest.mark.parametrize("network", BY_HAND)
def test_the_work_is_as_counted_by_hand(network):
    found = network()
    assert macs(kernels(found, traced(found))) == BY_HAND[network]


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_work_of_what_is_left_is_that_of_the_narrower_network(name):
    network = made(name)
    trace = traced(network)
    stays = trace.held | (np.random.default_rng(3).random(len(trace.held)) < 0.6)
    for channels in trace.writers.values():
        stays[trace.classes[channels[0]]] = True
    smaller = without(network, trace, stays)
    assert macs(kernels(network, trace), stays[trace.classes]) == macs(kernels(smaller, traced(smaller)))


def test_a_class_costs_what_goes_with_it():
    network = made("joined")
    trace = traced(network)
    found = kernels(network, trace)
    whole, cost = macs(found), costs(found, trace)
    for one in np.flatnonzero(~trace.held)[:12]:
        stays = np.ones(len(trace.held), bool)
        stays[one] = False
        gone = whole - macs(found, stays[trace.classes])
        assert 0 < gone <= cost[one]  # a kernel both of whose axes it has loses their common part once
