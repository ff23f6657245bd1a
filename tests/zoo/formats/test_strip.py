"""A stripped file is smaller, says nothing that running it does not need, and answers bit for bit as before."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._facts import facts_of_litert
from zoo.formats._rewrite import taken_apart
from zoo.formats._strip import stripped
from zoo.formats.tflite import TFLite

CASES = [("cnn", "float32"), ("cnn", "float16"), ("cnn", "int8"), ("mlp", "dynamic"), ("lstm", "int8")]


@pytest.fixture(params=CASES, ids="-".join)
def content(request, exports):
    builder, precision = request.param
    return (exports[builder, "tflite", precision].path / "model.tflite").read_bytes()


def test_any_number_of_rows_gets_the_same_bits(content, digits):
    small = stripped(content)
    for rows in (1, 3, 300):
        x = digits.train.x[:rows]
        np.testing.assert_array_equal(TFLite.of(small).predict(x), TFLite.of(content).predict(x))


def test_names_notes_and_signatures_go_and_facts_stay(content):
    small = stripped(content)
    model = taken_apart(small)
    assert (model.description, model.metadata, model.signatureDefs) == (None, None, None)
    assert all(tensor.name is None for graph in model.subgraphs for tensor in graph.tensors)
    assert facts_of_litert(small) == facts_of_litert(content)


def test_it_is_smaller_and_a_second_time_changes_nothing(content):
    small = stripped(content)
    assert len(small) <= len(content) - 500
    assert stripped(small) == small


def test_no_buffer_is_left_that_nothing_reads(content):
    model = taken_apart(stripped(content))
    read = {tensor.buffer for graph in model.subgraphs for tensor in graph.tensors}
    assert read | {0} == set(range(len(model.buffers)))
