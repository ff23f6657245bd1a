"""An operator that runs alone answers as it does among the others."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import OpResolverType

from zoo.profiling._alone import alone, fed
from zoo.profiling._reading import read
from zoo.profiling._timing import _values, hand, made_up, opened

from .crafted import BIAS, WEIGHTS, dense, halves, hybrid, loop, sums

PLAIN = {"experimental_op_resolver_type": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES}


def states(graph):
    """Return the tensors that an LSTM writes its state into: what they held before is gone."""
    return [place for one in graph.operators if one.name.endswith("LSTM") for place in one.inputs[18:20]]


def require_equal_alone(content):
    held = read(content)
    values = _values(content, [made_up(one) for one in opened(content).get_input_details()])
    for place, operator in enumerate(held.graphs[0].operators):
        if set(operator.outputs) & set(states(held.graphs[0])):
            continue
        interpreter = opened(alone(held, place), **PLAIN)
        hand(interpreter, [values.get_tensor(one) for one in fed(held.graphs[0], place)])
        interpreter.invoke()
        for detail, output in zip(interpreter.get_output_details(), operator.outputs, strict=True):
            np.testing.assert_array_equal(interpreter.get_tensor(detail["index"]), values.get_tensor(output))


@pytest.mark.parametrize("made", [dense, halves, hybrid, sums, loop])
def test_each_operator_of_a_crafted_file_answers_alone_as_among_the_others(made):
    require_equal_alone(made())


@pytest.mark.parametrize("builder", ["mlp", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cnn", "lstm"))])
@pytest.mark.parametrize("precision", ["float32", "float16", "dynamic", "int8"])
def test_each_operator_of_an_export_answers_alone_as_among_the_others(builder, precision, exports):
    require_equal_alone((exports[builder, "tflite", precision].path / "model.tflite").read_bytes())


def test_a_dense_layer_alone_is_its_matrix_and_its_bias():
    held = read(dense())
    interpreter = opened(alone(held, 0), **PLAIN)
    x = np.array([[1.0, -2.0, 3.0, 0.5]], "float32")
    hand(interpreter, [x])
    interpreter.invoke()
    answer = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(answer, x.astype("float64") @ WEIGHTS.T + BIAS, rtol=1e-6)


def test_an_operator_alone_brings_its_own_weights_only():
    content = dense()
    held = read(content)
    layer, softmax = alone(held, 0), alone(held, 1)
    stored = [read(one).model.buffers for one in (layer, softmax)]
    sizes = [sum(len(buffer.data) for buffer in buffers if buffer.data is not None) for buffers in stored]
    assert sizes == [WEIGHTS.nbytes + BIAS.nbytes, 0]


def test_weights_begin_at_multiples_of_sixteen_bytes():
    content = alone(read(dense()), 0)
    for values in (WEIGHTS, BIAS):
        assert content.index(values.tobytes()) % 16 == 0


def test_what_unpacks_weights_comes_along_and_is_not_handed_in():
    held = read(halves())
    assert fed(held.graphs[0], 1) == [0]
    names = [one.name for one in read(alone(held, 1)).graphs[0].operators]
    assert names == ["DEQUANTIZE", "FULLY_CONNECTED"]


def test_no_operator_at_all_hands_its_inputs_on():
    held = read(sums())
    interpreter = opened(alone(held, None))
    values = [np.full((1, 3), value, "float32") for value in (1, 2)]
    hand(interpreter, values)
    interpreter.invoke()
    answers = [interpreter.get_tensor(one["index"]) for one in interpreter.get_output_details()]
    np.testing.assert_array_equal(answers, values)
