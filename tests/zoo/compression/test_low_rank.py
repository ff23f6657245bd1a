"""low_rank: dense kernels as products of two matrices, exact where a kernel is one, the nearest where it is not."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from zoo.compression import compress
from zoo.compression.low_rank import factorised
from zoo.evaluation import evaluate
from zoo.trained import with_network


def dense_in(trained):
    return [layer for layer in trained.network().layers if isinstance(layer, layers.Dense)]


@pytest.fixture
def of_rank_three(champions):
    """A champion whose hidden kernels are of rank 3."""
    network, chance = champions["mlp"].network(), np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, layers.Dense) and layer.units > 10:
            kernel, bias = layer.get_weights()
            product = chance.normal(size=(len(kernel), 3)) @ chance.normal(size=(3, layer.units)) / 20
            layer.set_weights([product, bias])
    return with_network(champions["mlp"], network)


def test_a_kernel_that_is_a_product_is_written_as_one(of_rank_three, digits, workspace):
    step = {"method": "low_rank", "kept": 1.0, "epochs": 0}
    smaller = compress(of_rank_three, digits, step, workspace=workspace)
    assert np.abs(smaller.predict(digits.test.x) - of_rank_three.predict(digits.test.x)).max() < 1e-5
    assert [layer.units for layer in dense_in(smaller)] == [3, 64, 3, 64, 10]
    assert smaller.parameters < 0.3 * of_rank_three.parameters


def test_at_full_rank_a_product_is_the_kernel():
    kernel = np.random.default_rng(0).normal(size=(9, 6))
    first, second = factorised(kernel, 1.0)
    assert first.shape == (9, 6)
    assert np.allclose(first @ second, kernel, atol=1e-12)


@pytest.mark.parametrize(("kept", "by", "rank"), [(0.8, "energy", 1), (0.95, "energy", 2), (0.5, "share", 2)])
def test_the_rank_keeps_what_was_asked_for_and_the_product_is_the_nearest(kept, by, rank):
    chance = np.random.default_rng(0)
    left, right = (np.linalg.qr(chance.normal(size=(size, 4)))[0] for size in (8, 5))
    values = np.sqrt([0.85, 0.12, 0.02, 0.01])
    kernel = left * values @ right.T
    first, second = factorised(kernel, kept, by)
    assert first.shape[1] == rank
    assert np.linalg.norm(first @ second - kernel) == pytest.approx(np.linalg.norm(values[rank:]))
    assert np.linalg.norm(first) == pytest.approx(np.linalg.norm(second))


def test_a_model_that_would_not_shrink_stays_as_it_is(champions, digits, workspace):
    step = {"method": "low_rank", "kept": 1.0, "by": "share"}
    same = compress(champions["mlp"], digits, step, workspace=workspace)
    assert same.config is None
    assert all(map(np.array_equal, same.weights, champions["mlp"].weights))


def test_what_is_factorised_may_be_factorised_again(champions, digits, workspace):
    steps = [{"method": "low_rank", "kept": kept, "by": "share", "epochs": 0} for kept in (0.4, 0.5)]
    once, twice = (compress(champions["mlp"], digits, *some, workspace=workspace) for some in (steps[:1], steps))
    names = [layer.name for layer in twice.network().layers]
    assert len(dense_in(twice)) > len(dense_in(once)) > len(dense_in(champions["mlp"]))
    assert len(names) == len(set(names))
    assert twice.parameters < once.parameters < champions["mlp"].parameters


def test_trained_on_it_is_nearly_as_good(champions, digits, workspace):
    step = {"method": "low_rank", "kept": 0.8, "epochs": 4}
    smaller = compress(champions["mlp"], digits, step, workspace=workspace)
    assert smaller.parameters < champions["mlp"].parameters
    before, after = (evaluate(one, digits.validation).metrics["accuracy"] for one in (champions["mlp"], smaller))
    assert after > before - 0.05


def test_a_layer_that_is_used_twice_has_one_product(champions, digits, workspace):
    inputs = keras.Input((8, 8, 1))
    x = layers.Dense(40, name="wide")(layers.Flatten()(inputs))
    twice = layers.Dense(40, name="twice")
    scores = layers.Dense(10)(layers.Add()([twice(x), twice(twice(x))]))
    trained = with_network(champions["mlp"], keras.Model(inputs, scores))
    step = {"method": "low_rank", "kept": 0.5, "epochs": 0}
    smaller = compress(trained, digits, step, workspace=workspace)
    network = smaller.network()
    assert len([layer for layer in network.layers if layer.name.startswith("twice")]) == 2
    kernels = {name: network.get_layer(name).get_weights()[0] for name in ("twice_factor", "twice")}
    near = factorised(trained.network().get_layer("twice").get_weights()[0], 0.5)
    assert np.allclose(kernels["twice_factor"] @ kernels["twice"], near.first @ near.second, atol=1e-5)
