"""masked: weights are 0 wherever their mask is, in any layer, and training moves everything else."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.compression._masked import masked

from .networks import made, rows_for

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread


def kernels_and_masks(network, share=0.5):
    kernels = [variable for variable in network.trainable_variables if len(variable.shape) > 1]
    chance = np.random.default_rng(0)
    return kernels, [(chance.random(kernel.shape) > share).astype("float32") for kernel in kernels]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet", "joined", "lstm of text", "both ways"])
def test_it_answers_as_a_network_with_those_weights_zero(name):
    network, x = made(name), rows_for(made(name))
    kernels, masks = kernels_and_masks(network)
    found = masked(network, kernels, masks).predict(x, verbose=0)
    for kernel, mask in zip(kernels, masks, strict=True):
        kernel.assign(kernel.numpy() * mask)
    assert np.allclose(found, network.predict(x, verbose=0), atol=1e-6)


def test_it_has_the_weights_of_the_network_and_no_other():
    network = made("joined")
    found = masked(network, *kernels_and_masks(network))
    assert [id(weight) for weight in found.weights] == [id(weight) for weight in network.weights]


def test_no_gradient_reaches_a_masked_weight():
    network = made("joined")
    kernels, masks = kernels_and_masks(network)
    model = masked(network, kernels, masks)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(model(rows_for(network), training=True)))
    for gradient, mask in zip(tape.gradient(loss, [kernel.value for kernel in kernels]), masks, strict=True):
        assert not tf.convert_to_tensor(gradient).numpy()[mask == 0].any()
        assert tf.convert_to_tensor(gradient).numpy()[mask == 1].any()


def test_averages_and_random_numbers_move_in_training_as_they_do_without_it():
    network, x = made("resnet"), rows_for(made("resnet"))
    plain = keras.models.clone_model(network)
    plain.set_weights(network.get_weights())
    kernels, masks = kernels_and_masks(network, share=0.0)
    model = masked(network, kernels, masks)
    tf.function(lambda rows: model(rows, training=True), autograph=False)(x)
    plain(x, training=True)
    for weight, own in zip(network.weights, plain.weights, strict=True):
        assert np.allclose(weight.numpy(), own.numpy(), atol=1e-6)
    seeds = [v for v in network.non_trainable_variables if "seed" in v.path]
    assert all(seed.numpy()[-1] == 1 for seed in seeds)
    assert seeds
