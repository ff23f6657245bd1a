"""Attention of stock layers: the paper's formula, Keras's own layer, and tokens that look at tokens alone."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders._attention import attention, waves

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(3, 5, 8))
HEADS = 2


def softmax(z):
    shares = np.exp(z - z.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def attended(x, weights):
    """Vaswani's equation 1 for each head of one row (steps, width), in float64."""
    asking, asking_bias, keys, values, values_bias, joining, joining_bias = weights
    q, k, v = x @ asking + asking_bias, x @ keys, x @ values + values_bias
    parts = (np.split(one, HEADS, axis=-1) for one in (q, k, v))
    heads = [softmax(q @ k.T / np.sqrt(k.shape[-1])) @ v for q, k, v in zip(*parts, strict=True)]
    return np.concatenate(heads, axis=-1) @ joining + joining_bias


@pytest.fixture
def model():
    inputs, present = keras.Input((5, 8)), keras.Input((5, 1))
    plain = keras.Model(inputs, attention(inputs, HEADS))
    of_text = keras.Model([inputs, present], attention(inputs, HEADS, present))
    weights = [RANDOM.normal(size=weight.shape) for weight in plain.get_weights()]
    plain.set_weights(weights)
    of_text.set_weights(weights)
    return plain, of_text, weights


def test_each_head_weighs_the_values_by_the_softmax_of_its_scores(model):
    plain, _, weights = model
    expected = [attended(x, weights) for x in X]
    np.testing.assert_allclose(plain.predict(X, verbose=0), expected, atol=1e-4)


def test_the_answers_are_those_of_keras_s_multi_head_attention(model):
    plain, _, (asking, asking_bias, keys, values, values_bias, joining, joining_bias) = model
    theirs = keras.layers.MultiHeadAttention(HEADS, 4)
    theirs.build((None, 5, 8), (None, 5, 8))
    apart = (lambda kernel: kernel.reshape(8, HEADS, 4)), (lambda bias: bias.reshape(HEADS, 4))
    theirs.set_weights(
        [
            *(apart[0](asking), apart[1](asking_bias), apart[0](keys), np.zeros((HEADS, 4))),
            *(apart[0](values), apart[1](values_bias), joining.reshape(HEADS, 4, 8), joining_bias),
        ]
    )
    np.testing.assert_allclose(plain.predict(X, verbose=0), theirs(X, X), atol=1e-4)


@pytest.mark.parametrize("tokens", [1, 3, 5])
def test_tokens_look_at_tokens_alone(model, tokens):
    _, of_text, weights = model
    present = np.broadcast_to((np.arange(5) < tokens)[:, np.newaxis], (3, 5, 1)).astype("float32")
    found = of_text.predict([X, present], verbose=0)[:, :tokens]
    np.testing.assert_allclose(found, [attended(x[:tokens], weights) for x in X], atol=1e-4)


def test_positions_are_sines_and_cosines_whose_lengths_grow_from_2_pi_to_20_000_pi():
    found = waves(40, 6)
    assert found.shape == (40, 6)
    for position in (0, 1, 39):
        for pair in range(3):
            angle = position / 10_000 ** (2 * pair / 6)
            expected = np.sin(angle), np.cos(angle)
            np.testing.assert_allclose(found[position, 2 * pair : 2 * pair + 2], expected, atol=1e-6)
    assert waves(3, 5).shape == (3, 5)
