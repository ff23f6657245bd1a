"""More training lengthens a model's curve, from which its weights' epoch is still to be told."""

from __future__ import annotations

import keras
import numpy as np

from zoo.compression._continued import continued
from zoo.training.refining import Refined


def test_epochs_of_more_training_follow_those_of_the_first(champions):
    champion = champions["mlp"]
    network = champion.network()
    network.set_weights([weight + 1 for weight in network.get_weights()])
    found = continued(champion, network, Refined(network, ({"val/accuracy": 0.2}, {"val/accuracy": 0.7}), epoch=2))
    assert found.at_best("val") == {"val/accuracy": 0.7}
    assert found.history[: len(champion.history)] == champion.history
    assert all(np.array_equal(new, old + 1) for new, old in zip(found.weights, champion.weights, strict=True))


def test_what_the_network_learns_later_is_not_in_the_value(champions):
    network = champions["mlp"].network()
    found = continued(champions["mlp"], network, Refined(network, ({},), epoch=1))
    before = found.weights[0].copy()
    network.weights[0].assign(keras.ops.zeros_like(network.weights[0]))
    np.testing.assert_array_equal(found.weights[0], before)
