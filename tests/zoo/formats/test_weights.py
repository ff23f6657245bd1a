"""Weights of a float file on a grid: those very integers are stored, and the file answers as floats on it would."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from zoo.errors import ConversionFailed
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._grid import on_grid, packed
from zoo.formats._rewrite import taken_apart, values_of
from zoo.formats._strip import stripped
from zoo.formats._weights import matrices, sizes, with_weights
from zoo.formats.tflite import TFLite

layers = keras.layers


def convolutional():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    x = layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    return keras.Model(inputs, layers.Dense(4)(layers.Flatten()(x)))


def recurrent():
    inputs = keras.Input((6, 5))
    return keras.Model(inputs, layers.Dense(4)(layers.LSTM(16)(inputs)))


def textual():
    inputs = keras.Input((7,), dtype="int32")
    return keras.Model(inputs, layers.Dense(4)(layers.Flatten()(layers.Embedding(30, 8)(inputs))))


def grouped():
    inputs = keras.Input((8, 8, 4))
    x = layers.Conv2D(6, 3, groups=2, activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(4)(layers.Flatten()(x)))


MODELS = {"convolutional": convolutional, "grouped": grouped, "recurrent": recurrent, "textual": textual}
WEIGHTS = {"convolutional": 3, "grouped": 2, "recurrent": 9, "textual": 2}


@pytest.fixture(scope="module", params=MODELS)
def made(request, tmp_path_factory):
    """A model's name, its float file and rows for it."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)
    model = MODELS[request.param]()
    random = np.random.default_rng(0)
    rows = (
        random.integers(0, 30, (40, 7))
        if request.param == "textual"
        else random.normal(size=(40, *model.input.shape[1:]))
    )
    file = tmp_path_factory.mktemp("made") / "model.tflite"
    x = rows.astype(model.input.dtype)
    TFLite.write(model, "float32", file, x)
    return request.param, file.read_bytes(), x


def on_the_grid(content, bits):
    """Return the float file with each weight replaced by the nearest number on its grid."""
    model, changed = taken_apart(content), bytearray(content)
    for matrix in matrices(model):
        tensor = model.subgraphs[0].tensors[matrix.tensor]
        before = values_of(model, tensor)
        after = on_grid(before, matrix.axis, bits).weights().astype("float32")
        place = content.index(before.tobytes())
        changed[place : place + before.nbytes] = after.tobytes()
    return bytes(changed)


@pytest.mark.parametrize("bits", [4, pytest.param(8, marks=pytest.mark.slow)])
def test_the_file_answers_as_floats_on_the_grid_would(made, bits):
    name, content, x = made
    found = TFLite.of(with_weights(content, dict.fromkeys(sizes(content), bits))).predict(x)
    expected = TFLite.of(on_the_grid(content, bits)).predict(x)
    spread = expected.std()
    assert np.abs(found - expected).mean() < 0.02 * spread  # convolutions take their data in eight bits
    if name == "recurrent":
        np.testing.assert_allclose(found, expected, atol=0.05 * spread)


def test_every_weight_matrix_is_stored_as_its_codes_and_no_float_stays_behind(made):
    name, content, _ = made
    assert len(sizes(content)) == WEIGHTS[name]
    small = with_weights(content, dict.fromkeys(sizes(content), 4))
    model, before = taken_apart(small), taken_apart(content)
    for matrix in matrices(before):
        grid = on_grid(values_of(before, before.subgraphs[0].tensors[matrix.tensor]), matrix.axis, 4)
        tensor = model.subgraphs[0].tensors[matrix.tensor]
        np.testing.assert_array_equal(model.buffers[tensor.buffer].data, packed(grid.codes, 4))
        np.testing.assert_array_equal(tensor.quantization.scale, grid.scale)
    (graph,) = read_graphs(small)
    assert not [one for one in graph.tensors if one.stored and one.kind == "float32" and len(one.shape) > 1]


def test_only_the_matrices_that_are_named_change(made):
    _, content, _ = made
    first, *others = sizes(content)
    (graph,) = read_graphs(with_weights(content, {first: 4}))
    assert graph.tensors[first].kind == "int4"
    assert {graph.tensors[place].kind for place in others} <= {"float32"}


def test_half_the_bytes_of_eight_bits_are_those_of_four(made):
    _, content, _ = made
    places = sizes(content)
    four, eight = (with_weights(content, dict.fromkeys(places, bits)) for bits in (4, 8))
    saved = sum(places.values()) // 2
    assert abs(len(eight) - len(four) - saved) < 16 * len(places)
    assert len(four) < len(eight) < len(content)


def test_a_stripped_one_answers_the_same(made):
    _, content, x = made
    small = with_weights(content, dict.fromkeys(sizes(content), 4))
    np.testing.assert_array_equal(TFLite.of(stripped(small)).predict(x), TFLite.of(small).predict(x))


def test_weights_are_as_near_as_those_of_googles_own_quantizer(exports):
    pytest.importorskip("ai_edge_quantizer", reason="compares with ai-edge-quantizer")
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager

    content = (exports["cnn", "tflite", "float32"].path / "model.tflite").read_bytes()
    wanted = recipe_manager.RecipeManager()
    octav = recipe_manager.AlgorithmName.OCTAV
    every, channels = qtyping.TFLOperationName.ALL_SUPPORTED, qtyping.QuantGranularity.CHANNELWISE
    wanted.add_dynamic_config(".*", every, 4, channels, octav)
    other = quantizer.Quantizer(content, wanted.get_quantization_recipe()).quantize().quantized_model
    model, theirs = taken_apart(content), taken_apart(bytes(other))
    for matrix in matrices(model):
        weights = values_of(model, model.subgraphs[0].tensors[matrix.tensor])
        tensor = theirs.subgraphs[0].tensors[matrix.tensor]
        halves = np.asarray(theirs.buffers[tensor.buffer].data)
        codes = np.stack([halves & 15, halves >> 4], axis=1).ravel()[: weights.size].astype("int32")
        steps = np.reshape(tensor.quantization.scale, (-1, *[1] * (weights.ndim - 1)))
        found = np.where(codes > 7, codes - 16, codes).reshape(weights.shape) * steps
        error, theirs_is = (np.square(one - weights).sum() for one in (on_grid(weights, 0, 4).weights(), found))
        assert error <= 1.1 * theirs_is  # it uses -8 as well, which LiteRT's specification leaves out


def test_a_model_without_weights_is_refused(tmp_path):
    inputs = keras.Input((4, 3))
    TFLite.write(
        keras.Model(inputs, layers.Flatten()(inputs)), "float32", tmp_path / "model.tflite", np.ones((1, 4, 3))
    )
    content = (tmp_path / "model.tflite").read_bytes()
    with pytest.raises(ConversionFailed, match="no weight matrix"):
        with_weights(content, dict.fromkeys(sizes(content), 4))
