"""The structure after a compression is told before training, channel by channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoo.compression import compress, foreseen
from zoo.trained import Trained


def shapes(network):
    return [weight.shape for weight in network.weights]


@pytest.mark.parametrize("share", [0.6, *(pytest.param(one, marks=pytest.mark.slow) for one in (0.1, 0.9))])
@pytest.mark.parametrize("name", ["mlp", "cnn", pytest.param("resnet", marks=pytest.mark.slow)])
def test_every_weight_has_the_shape_that_it_will_have(name, share, champions, digits, workspace):
    step = {"method": "channels", "share": share, "rounds": 2, "epochs": 0}
    smaller = compress(champions[name], digits, step, workspace=workspace)
    untrained = Trained(smaller.recipe, smaller.task, ())
    assert shapes(foreseen(untrained).network()) == shapes(smaller.network())


@pytest.mark.parametrize("step", [{"method": "low_rank"}, {"method": "channels", "scope": "global"}])
def test_what_training_decides_is_not_guessed(step, champions):
    recipe = replace(champions["mlp"].recipe, compress=(step,))
    untrained = Trained(recipe, champions["mlp"].task, ())
    assert foreseen(untrained) is untrained
