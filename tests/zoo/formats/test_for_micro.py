"""Bytes and tokens go in by operators that TensorFlow Lite Micro has, and the answers stay."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from zoo.builders import build
from zoo.formats._flatbuffer import read_graphs
from zoo.formats._for_micro import for_micro
from zoo.formats._operators import counted
from zoo.formats.c_array import CArray
from zoo.formats.tflite import TFLite
from zoo.task import Task

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
BYTES = RANDOM.integers(0, 256, (60, 8, 8, 1)).astype("uint8")
TOKENS = RANDOM.integers(0, 50, (60, 9)).astype("int32")
CASES = {
    "image": (Task("image", (8, 8, 1), ("a", "b", "c"), "uint8"), BYTES, "cnn"),
    "text": (Task("text", (9,), ("a", "b", "c"), "int32", vocabulary=50), TOKENS, "mlp"),
    "recurrent": (Task("text", (9,), ("a", "b", "c"), "int32", vocabulary=50), TOKENS, "lstm"),
}
SLOW = [pytest.param(case, marks=pytest.mark.slow) for case in (("recurrent", "float32"), ("recurrent", "int8"))]
QUICK = [(name, precision) for name in ("image", "text") for precision in ("float32", "int8")]


@pytest.fixture(scope="module")
def built(workspace):
    import keras

    def made(name):
        keras.utils.set_random_seed(0)
        network = build(CASES[name][2], CASES[name][0])
        return keras.Model(network.input, keras.layers.Softmax()(network.output))

    return {name: made(name) for name in CASES}


@pytest.fixture(scope="module", params=[*QUICK, *SLOW], ids="-".join)
def files(request, built, tmp_path_factory):
    """The rows of a case, and its file as LiteRT and as TensorFlow Lite Micro run it."""
    name, precision = request.param
    folder = tmp_path_factory.mktemp("micro")
    TFLite.write(built[name], precision, folder / "plain.tflite", CASES[name][1])
    CArray.write(built[name], precision, folder / "model.tflite", CASES[name][1])
    plain, micro = ((folder / file).read_bytes() for file in ("plain.tflite", "model.tflite"))
    return CASES[name][1], plain, micro


def test_the_answers_stay_and_what_no_kernel_takes_goes(files):
    rows, plain, micro = files
    before, after = (counted(read_graphs(content)) for content in (plain, micro))
    assert {"CAST", "SELECT", "SELECT_V2", "SHAPE", "PACK"} & {*before}
    assert not {"SELECT", "SELECT_V2", "LESS", "SHAPE", "PACK"} & {*after}
    assert sum(after.values()) < sum(before.values())
    expected = TFLite.of(plain).predict(rows)
    is_integer = "QUANTIZE" in after
    np.testing.assert_allclose(TFLite.of(micro).predict(rows), expected, atol=0.02 if is_integer else 1e-6)


def test_tensorflow_lite_micro_answers_as_litert_does(files):
    runtime = pytest.importorskip("tflite_micro", reason="needs the package tflite-micro").runtime
    rows, _, micro = files
    interpreter = runtime.Interpreter.from_bytes(micro, arena_size=2**20)
    dtype, found = interpreter.get_input_details(0)["dtype"], []
    for row in rows[:20]:
        interpreter.reset()
        interpreter.set_input(row[np.newaxis].astype(dtype), 0)
        interpreter.invoke()
        found.append(interpreter.get_output(0)[0])
    expected = TFLite.of(micro).predict(rows[:20])
    np.testing.assert_allclose(found, expected, atol=0.02 if "QUANTIZE" in counted(read_graphs(micro)) else 1e-5)


def test_no_tensor_stays_that_nothing_names(files):
    for graph in read_graphs(files[2]):
        named = {*graph.inputs, *graph.outputs}
        named |= {place for one in graph.operators for place in (*one.inputs, *one.outputs)}
        states = sum(one.name == "UNIDIRECTIONAL_SEQUENCE_LSTM" for one in graph.operators)
        assert len(graph.tensors) - len(named - {-1}) <= 5 * states  # an LSTM names five more between its gates


def test_integers_take_bytes_and_floats_take_floats(built, tmp_path):
    for precision, dtype in (("float32", "float32"), ("int8", "uint8")):
        CArray.write(built["image"], precision, tmp_path / "model.tflite", BYTES)
        (entry,) = Interpreter(str(tmp_path / "model.tflite")).get_input_details()
        assert (entry["dtype"].__name__, list(entry["shape"])) == (dtype, [1, 8, 8, 1])


def test_a_file_that_needs_nothing_answers_bit_for_bit_as_before(exports, digits):
    content = (exports["cnn", "tflite", "int8"].path / "model.tflite").read_bytes()
    found = TFLite.of(for_micro(content)).predict(digits.validation.x)
    np.testing.assert_array_equal(found, TFLite.of(content).predict(digits.validation.x))
