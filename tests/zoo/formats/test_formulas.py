"""Functions in other words: the same answers, back in their places afterwards, and files of integers that are right."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.dataset import Split
from zoo.formats._conversion import converted
from zoo.formats._facts import facts_of_litert
from zoo.formats._formulas import FORMULAS, is_reworded, reworded
from zoo.formats.keras_file import KerasFile
from zoo.formats.tflite import TFLite
from zoo.proving.proof import prove

layers = keras.layers
EXACT = {
    "softplus": lambda x: np.logaddexp(0, x),
    "log_sigmoid": lambda x: -np.logaddexp(0, -x),
    "celu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
}


def network(name, gain=1.0):
    """Return a network of four classes with a function twice, the first time of numbers up to `gain`, and its rows."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    x = layers.Dense(16, activation=name, kernel_initializer=keras.initializers.RandomUniform(-gain, gain))(inputs)
    x = layers.Activation(name)(layers.Dense(16, kernel_initializer=keras.initializers.RandomUniform(-1 / gain))(x))
    model = keras.Model(inputs, layers.Softmax()(layers.Dense(4, kernel_initializer="he_normal")(x)))
    return model, np.random.default_rng(0).normal(0, 1, (300, 6)).astype("float32")


@pytest.mark.parametrize(("function", "formula"), FORMULAS.items(), ids=[one.__name__ for one in FORMULAS])
def test_each_formula_answers_as_its_function_beyond_where_an_exponential_ends(function, formula):
    x = np.concatenate([np.linspace(-12, 12, 97), [-1e4, -200, 200, 1e4]])
    expected = EXACT[function.__name__](x)
    np.testing.assert_allclose(formula(x.astype("float32")), expected, rtol=1e-5, atol=1e-6)


def test_layers_and_cells_hold_a_formula_inside_the_block_alone():
    dense, cell = layers.Dense(3, activation="softplus"), layers.GRU(4, activation="mish")
    plain = layers.Dense(2, activation="relu")
    inputs = keras.Input((5, 2))
    model = keras.Model(inputs, plain(dense(layers.Bidirectional(cell)(inputs))))
    before = [layer.activation for layer in (dense, cell.cell, plain)]
    with pytest.raises(KeyError), reworded(model):
        assert (dense.activation, plain.activation) == (FORMULAS[keras.activations.softplus], before[2])
        assert model.layers[1].forward_layer.cell.activation is FORMULAS[keras.activations.mish]
        raise KeyError
    assert [layer.activation for layer in (dense, cell.cell, plain)] == before
    assert model.layers[1].forward_layer.cell.activation is keras.activations.mish


def test_a_model_without_such_functions_is_left_as_it_is():
    assert not is_reworded(network("relu")[0])
    assert is_reworded(network("softplus")[0])


@pytest.mark.slow
def test_float_files_stay_as_they_are_after_one_of_integers():
    model, x = network("softplus")
    (twin, _), before = network("softplus"), converted(model, "float32", x)
    integers = facts_of_litert(converted(twin, "int8", x)).operators
    assert converted(twin, "float32", x) == before
    assert "EXP" in facts_of_litert(before).operators and "EXP" not in integers


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["int8", "int16x8"])
@pytest.mark.parametrize("name", EXACT)
def test_files_of_integers_compute_in_these_alone_and_pass_their_proof_where_an_exponential_ends(name, precision):
    model, x = network(name, gain=60.0)
    first = keras.Model(model.input, model.layers[1].output)
    assert np.abs(first.predict(x, verbose=0)).max() > 100  # e^x is infinite from 89 on
    content = converted(model, precision, x)
    assert facts_of_litert(content).integer_share == 1
    labels = model.predict(x, verbose=0).argmax(axis=1).astype("int32")
    proof = prove(KerasFile(model), TFLite.of(content), Split(x, labels), precision)
    assert proof.passed, proof.reasons
