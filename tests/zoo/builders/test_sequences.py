"""What is said of a whole row from the states of its steps, against NumPy in float64; padding leaves no trace."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.builders._sequences import pooled, steps
from zoo.task import Task

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

WAYS = ("last", "mean", "max", "attention")
RANDOM = np.random.default_rng(0)
ONE, OTHER = RANDOM.normal(size=(2, 4, 7, 5))
LENGTHS = (7, 3, 1, 0)  # tokens of each row
PRESENT = (np.arange(7) < np.array(LENGTHS)[:, np.newaxis])[..., np.newaxis].astype("float64")


def model_of(how, sequences, of_text):
    inputs = [keras.Input((7, 5)) for _ in range(sequences)]
    present = keras.Input((7, 1)) if of_text else None
    model = keras.Model([*inputs, present] if of_text else inputs, pooled(inputs, how, present))
    model.set_weights([RANDOM.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def pooled_row(how, states, weights):
    """The same of one row's states (steps, numbers), where there are any."""
    if how == "attention":
        hidden, bias, scores = weights
        shares = np.exp(np.tanh(states @ hidden + bias) @ scores)
        return (shares / shares.sum() * states).sum(axis=0)
    return {"mean": lambda: states.mean(axis=0), "max": lambda: states.max(axis=0), "last": lambda: states[-1]}[how]()


@pytest.mark.parametrize("how", WAYS)
def test_every_step_of_a_series_counts(how):
    model = model_of(how, 1, of_text=False)
    expected = [pooled_row(how, states, model.get_weights()) for states in ONE]
    np.testing.assert_allclose(model.predict([ONE], verbose=0), expected, atol=1e-5)


@pytest.mark.parametrize("how", WAYS)
def test_only_the_tokens_of_a_text_count_and_none_give_zeros(how):
    model = model_of(how, 1, of_text=True)
    rows = zip(ONE, LENGTHS, strict=True)
    expected = [pooled_row(how, x[:n], model.get_weights()) if n else np.zeros(5) for x, n in rows]
    expected = np.maximum(expected, 0) if how == "max" else expected
    np.testing.assert_allclose(model.predict([ONE, PRESENT], verbose=0), expected, atol=1e-5)


@pytest.mark.parametrize("how", WAYS)
def test_what_was_read_both_ways_is_joined_and_backwards_ends_at_the_first_step(how):
    model = model_of(how, 2, of_text=False)
    both = np.concatenate([ONE, OTHER], axis=-1)
    expected = [pooled_row(how, states, model.get_weights()) for states in both]
    if how == "last":
        expected = np.concatenate([ONE[:, -1], OTHER[:, 0]], axis=-1)
    np.testing.assert_allclose(model.predict([ONE, OTHER], verbose=0), expected, atol=1e-5)


def test_a_text_of_one_token_has_a_last_one():
    inputs, present = keras.Input((1, 5)), keras.Input((1, 1))
    model = keras.Model([inputs, present], pooled([inputs], "last", present))
    x = RANDOM.normal(size=(3, 1, 5))
    np.testing.assert_allclose(model.predict([x, np.ones((3, 1, 1))], verbose=0), x[:, 0], atol=1e-6)


@pytest.mark.parametrize(("modality", "shape", "read"), [("image", (6, 4, 2), (6, 8)), ("series", (6, 4), (6, 4))])
def test_rows_of_pixels_are_steps(modality, shape, read):
    inputs = keras.Input(shape)
    assert steps(inputs, Task(modality, shape, ("a",))).shape == (None, *read)
