"""What is told of a file without running it: tensors, work, weights and memory, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._facts import facts_of_litert
from zoo.profiling._reading import described, read

from .crafted import BIAS, WEIGHTS, Called, Drawn, Held, content_of, custom, dense, halves, loop, packed, sums
from .kernels import reduced


def test_a_dense_layer_is_told_with_its_shapes_its_work_and_its_weights():
    told = described(dense())
    layer, softmax = told["steps"]
    assert layer["inputs"] == [
        ["tensor_0", "float32", [None, 4], False],
        ["tensor_1", "float32", [3, 4], True],
        ["tensor_2", "float32", [3], True],
    ]
    assert layer["outputs"] == [["tensor_3", "float32", [None, 3], False]]
    assert (layer["operator"], layer["macs"], layer["weight_bytes"]) == (
        *("FULLY_CONNECTED", WEIGHTS.size),
        WEIGHTS.nbytes + BIAS.nbytes,
    )
    assert (softmax["operator"], softmax["macs"], softmax["weight_bytes"]) == ("SOFTMAX", 0, 0)
    assert told["weight_bytes"] == layer["weight_bytes"]


def test_the_arena_says_where_each_tensor_lies_and_how_long():
    told = described(dense())
    # 16 bytes each: input and scores live together, then scores and probabilities, which take the input's place
    lived = {name: (start, size, first, last) for name, _, _, start, size, first, last, _ in told["arena"]}
    assert {(first, last) for *_, first, last in lived.values()} == {(-1, 0), (0, 1), (1, 2)}
    assert told["arena_bytes"] == 32
    assert {start for start, *_ in lived.values()} == {0, 16}


def test_what_an_operator_works_in_stands_in_the_arena_under_its_name():
    told = described(reduced("MEAN", "int8"))
    sums, *others = (slot[:3] for slot in told["arena"] if slot[-1])
    assert sums == ["scratch of MEAN", "uint8", [16]]
    assert len(others) == 2  # an index and the axes
    assert {(slot[5], slot[6]) for slot in told["arena"] if slot[-1]} == {(0, 0)}
    assert [slot[0] for slot in told["arena"] if not slot[-1]] == ["tensor_0", "tensor_2"]


def test_an_arena_that_cannot_be_told_in_full_is_noted():
    row = [Held("float32", (1, 3))] * 2
    told = described(content_of(Drawn(row, [Called("TFLite_Detection_PostProcess", (0,), (1,))], (0,), (1,))))
    assert told["notes"] == [
        "the arena is without what TFLite_Detection_PostProcess works in: only its kernel can tell"
    ]


def test_tensors_that_are_there_at_the_same_time_never_share_a_byte(exports):
    told = described((exports["cnn", "tflite", "int8"].path / "model.tflite").read_bytes())
    boxes = [(start, start + size, first, last) for *_, start, size, first, last, _ in told["arena"]]
    for number, (start, end, first, last) in enumerate(boxes):
        for other_start, other_end, other_first, other_last in boxes[:number]:
            apart_in_time = last < other_first or other_last < first
            assert apart_in_time or end <= other_start or other_end <= start


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
@pytest.mark.parametrize("precision", ["float32", "float16", "dynamic", "int8"])
def test_what_is_told_agrees_with_the_facts_of_an_export(builder, precision, exports):
    content = (exports[builder, "tflite", precision].path / "model.tflite").read_bytes()
    told, facts = described(content), facts_of_litert(content)
    assert (told["macs"], told["arena_bytes"], told["integer_share"]) == (
        *(facts.macs, facts.arena_bytes),
        facts.integer_share,
    )
    assert sum(step["macs"] for step in told["steps"]) == facts.macs


def test_values_that_two_operators_share_are_counted_once():
    tensors = [Held("float32", (1, 3)), Held("float32", (1, 3), np.ones((1, 3), "float32")), Held("float32", (1, 3))]
    twice = Drawn(
        [*tensors, Held("float32", (1, 3))], [Called("ADD", (0, 1), (2,)), Called("MUL", (2, 1), (3,))], (0,), (3,)
    )
    told = described(content_of(twice))
    assert [step["weight_bytes"] for step in told["steps"]] == [12, 12]
    assert told["weight_bytes"] == 12


def test_inputs_and_signatures_are_named():
    told = described(sums())
    assert [name for name, *_ in told["inputs"]] == ["tensor_0", "tensor_1"]
    assert told["signatures"] == [["add", 0, ["x", "y"], ["sum"]]]


def test_a_loop_is_told_graph_by_graph_and_its_memory_and_work_are_not():
    told = described(loop())
    assert [(step["graph"], step["operator"]) for step in told["steps"]] == [(0, "WHILE"), (1, "LESS"), (2, "ADD")]
    assert (told["graphs"], told["macs"], told["arena_bytes"], told["arena"]) == (3, None, None, [])
    assert "further graphs" in told["notes"][0]


def test_an_operator_of_somebodys_own_is_told_by_its_name():
    told = described(custom())
    assert told["steps"][0]["operator"] == "MyOwn"
    assert told["custom"] == ["MyOwn"]


def test_weights_in_float16_take_two_bytes_each():
    unpacked, layer = described(halves())["steps"]
    assert (unpacked["weight_bytes"], layer["weight_bytes"]) == (2 * WEIGHTS.size, 0)


def test_weights_in_int4_take_half_a_byte_each():
    (layer,) = described(packed())["steps"]
    assert layer["weight_bytes"] == 3 * 4 // 2 + 3 * 4
    assert layer["macs"] == 12


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (Drawn([Held("float32", (1,))], [Called("ABS", (9,), (0,))], (0,), (0,)), "names tensor 9, and there are 1"),
        (Drawn([Held("float32", (1,))], [Called("ABS", (-2,), (0,))], (0,), (0,)), "names tensor -2"),
        (Drawn([Held("float32", (1,))], [], (-1,), (0,)), "names tensor -1"),
    ],
)
def test_a_file_that_names_what_it_does_not_hold_is_refused(graph, words):
    with pytest.raises(ValueError, match=words):
        read(content_of(graph))
