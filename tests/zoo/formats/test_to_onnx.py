"""A LiteRT file becomes an ONNX file that answers alike, any number of rows at once."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest

from zoo.errors import Unsupported
from zoo.formats import _to_onnx
from zoo.formats._conversion import converted
from zoo.formats._rewrite import put_together, taken_apart
from zoo.formats._to_onnx import to_onnx

from .networks import CHEAP, NETWORKS, network


def answers(content, rows):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (answer,) = session.run(["answers"], {"rows": rows})
    return answer


@pytest.mark.often("functions", "convolutions", "bytes", "tokens", "attention", "stacked lstms")
@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in CHEAP else pytest.mark.slow) for n in NETWORKS])
def test_a_network_answers_as_in_keras_alone_and_in_company(name):
    model, rows = network(name)
    content = to_onnx(converted(model, "float32", rows))
    expected = model.predict(rows, verbose=0)
    np.testing.assert_allclose(answers(content, rows), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(answers(content, rows[:1]), expected[:1], rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def dense():
    model, rows = network("dense")
    return converted(model, "float32", rows)


@pytest.mark.slow
def test_the_same_file_gives_the_same_bytes_that_the_checker_passes(dense):
    content = to_onnx(dense)
    assert to_onnx(dense) == content
    made = onnx.load_from_string(content)
    onnx.checker.check_model(made, full_check=True)
    assert [(one.domain, one.version) for one in made.opset_import] == [("", 17)]
    assert [one.name for one in (*made.graph.input, *made.graph.output)] == ["rows", "answers"]
    assert made.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"


def test_an_operator_without_a_translation_is_named_with_the_nearest(dense, monkeypatch):
    monkeypatch.delitem(_to_onnx.HANDLERS, "FULLY_CONNECTED")
    monkeypatch.setitem(_to_onnx.HANDLERS, "FULLY_COLLECTED", None)
    with pytest.raises(Unsupported, match="FULLY_CONNECTED: .* nearest to it in name is FULLY_COLLECTED.*Take saved"):
        to_onnx(dense)


def test_a_file_of_several_graphs_is_refused(dense):
    taken = taken_apart(dense)
    taken.subgraphs = taken.subgraphs * 2
    with pytest.raises(Unsupported, match="a model with loops is not written as ONNX"):
        to_onnx(put_together(taken))
