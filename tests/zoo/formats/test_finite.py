"""Models whose layers answer infinities are refused by the layer's name, before a converter dies of them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.errors import ConversionFailed
from zoo.formats._conversion import converted
from zoo.formats._finite import ROWS, require_finite

layers = keras.layers


@pytest.fixture
def model():
    """Two layers, of which the second is an exponential, with a function behind it that hides infinities."""
    keras.utils.clear_session()
    inputs = keras.Input((4,))
    x = layers.Dense(3, activation="relu", name="first", kernel_initializer="ones")(inputs)
    x = layers.Dense(3, activation="exponential", name="second", kernel_initializer="ones")(x)
    return keras.Model(inputs, layers.Dense(2, activation="tanh", name="third", kernel_initializer="ones")(x))


def rows(last):
    """Return more rows than are asked at once, of which the last holds the number `last`."""
    given = np.full((ROWS + 1, 4), 0.5, "float32")
    given[-1] = last
    return given


def test_numbers_that_are_finite_in_every_layer_are_taken(model):
    require_finite(model, rows(1.0), "int8")


def test_the_first_layer_that_answers_infinity_is_named_with_the_nearest_activation(model):
    assert np.isfinite(model.predict(rows(30.0), verbose=0)).all()
    expected = r"layer 'second' \(exponential\) answers infinities.*which int8 cannot hold; .* finite is softplus"
    with pytest.raises(ConversionFailed, match=expected):
        require_finite(model, rows(30.0), "int8")


def test_weights_that_are_no_numbers_are_told_by_their_layer(model):
    model.get_layer("third").set_weights([np.full((3, 2), np.nan), np.zeros(2)])
    with pytest.raises(ConversionFailed, match="layer 'third' answers infinities, or no numbers, to rows of the data"):
        require_finite(model, rows(1.0), "int16x8")


@pytest.mark.parametrize("precision", ["int8", "int16x8"])
def test_a_conversion_refuses_such_a_model_before_it_begins(precision, model, monkeypatch):
    monkeypatch.setattr("zoo.formats._conversion._converter", None)
    with pytest.raises(ConversionFailed, match=f"'second'.*{precision}"):
        converted(model, precision, rows(30.0))


def test_a_layer_of_a_model_inside_another_is_named(model):
    whole = keras.Model(given := keras.Input(batch_shape=(1, 4)), model(given))  # as C arrays are made
    require_finite(whole, rows(1.0), "int8")
    with pytest.raises(ConversionFailed, match=r"layer 'second' \(exponential\)"):
        require_finite(whole, rows(30.0), "int8")


@pytest.mark.parametrize("kind", ["uint8", "int32"])
def test_a_model_inside_another_may_take_bytes_or_tokens(kind):
    inner = keras.Sequential([keras.Input((4,), dtype=kind), layers.Rescaling(1.0), layers.Dense(2, "exponential")])
    whole = keras.Model(given := keras.Input(batch_shape=(1, 4), dtype=kind), inner(given))
    require_finite(whole, np.ones((3, 4), kind), "int8")
    inner.layers[-1].set_weights([np.full((4, 2), 100.0), np.zeros(2)])
    with pytest.raises(ConversionFailed, match="exponential"):
        require_finite(whole, np.ones((3, 4), kind), "int8")


def test_a_model_of_one_layer_is_asked():
    one = keras.Sequential([keras.Input((3,), dtype="int32"), layers.Rescaling(1e38)])
    require_finite(one, np.ones((2, 3), "int32"), "int8")
    with pytest.raises(ConversionFailed, match="layer 'rescaling"):
        require_finite(one, np.full((2, 3), 10, "int32"), "int8")


@pytest.mark.parametrize(("share", "named"), [(1.0, "second"), (1e38, "before")])
def test_what_enters_a_model_inside_another_is_asked_first(share, named, model):
    inputs = keras.Input((4,))
    before = layers.Rescaling(share, name="before")(inputs)
    whole = keras.Model(inputs, layers.Activation("tanh", name="behind")(model(before)))
    require_finite(whole, rows(0.0) * 1e-38, "int8")
    with pytest.raises(ConversionFailed, match=f"layer '{named}'"):
        require_finite(whole, rows(30.0), "int8")


def test_models_that_are_sequential_and_tokens_are_asked_as_well():
    embedded = keras.Sequential(
        [keras.Input((2,), dtype="int32"), layers.Embedding(5, 3), layers.Activation("exponential", name="grown")]
    )
    tokens = np.array([[0, 1], [4, 2]], "int32")
    require_finite(embedded, tokens, "int8")
    embedded.set_weights([100 * np.eye(5, 3, dtype="float32")])
    with pytest.raises(ConversionFailed, match=r"layer 'grown' \(exponential\)"):
        require_finite(embedded, tokens, "int8")
