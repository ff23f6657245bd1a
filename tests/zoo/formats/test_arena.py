"""The arena of a graph is planned as TensorFlow Lite Micro's greedy planner does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.formats._arena import lifetimes, placements, planned_arena
from zoo.formats._flatbuffer import Graph, Operator, Tensor, read_graphs


def chain(*sizes, variables=()):
    """Return a graph whose operator n reads tensor n and writes tensor n + 1, of int8 elements."""
    tensors = tuple(Tensor((size,), "int8", variable=place in variables) for place, size in enumerate(sizes))
    operators = tuple(Operator("RELU", (place,), (place + 1,)) for place in range(len(sizes) - 1))
    return Graph(tensors, operators, inputs=(0,), outputs=(len(sizes) - 1,))


def test_a_chain_needs_its_two_largest_neighbours():
    # 160 and 320 live together, then 320 and 16, then 16 and 48: the last two lie where 160 was
    assert planned_arena(chain(160, 320, 16, 48)) == 480


def test_sizes_are_rounded_up_to_sixteen_bytes():
    assert planned_arena(chain(1, 17)) == 16 + 32


def test_a_weight_that_the_file_stores_takes_no_arena():
    weight = Tensor((1000, 16), "int8", stored=True)
    tensors = (Tensor((16,), "int8"), weight, Tensor((1000,), "int8"))
    dense = Operator("FULLY_CONNECTED", (0, 1, -1), (2,))
    assert planned_arena(Graph(tensors, (dense,), (0,), (2,))) == 16 + 1008


def test_a_variable_lies_outside_the_arena_since_it_outlasts_a_row():
    plain, kept = chain(64, 64, 64, 64), chain(64, 64, 64, 64, variables=(1,))
    assert {one.place for one in lifetimes(plain)} - {one.place for one in lifetimes(kept)} == {1}
    assert planned_arena(chain(64, 64, variables=(1,))) == 64


def mean(rows, *, before=16):
    """Return a graph of an image's mean over `rows` of int8, between an operator before and one behind it."""
    tensors = [Tensor((before,), "int8"), Tensor((1, rows, 1, 16), "int8"), Tensor((1, 16), "int8")]
    tensors += [Tensor((2,), "int32", stored=True), Tensor((1, 16), "int8")]
    operators = (Operator("RELU", (0,), (1,)), Operator("MEAN", (1, 3), (2,)), Operator("RELU", (2,), (4,)))
    return Graph(tuple(tensors), operators, (0,), (4,))


def test_what_a_kernel_works_in_is_there_while_it_runs_and_no_longer():
    graph = mean(2)
    buffers = [one for one in lifetimes(graph) if one.place >= len(graph.tensors)]
    assert [one.bytes for one in buffers] == [4 * 16, 16, 16]  # sums, an index of four places, two axes
    assert {(one.first, one.last) for one in buffers} == {(1, 1)}
    # during the mean: 32 bytes of image, 16 of means and 96 of buffers; before and after it less
    assert planned_arena(graph) == 32 + 16 + 96


def test_a_buffer_takes_the_room_of_what_is_not_there_at_the_time():
    assert planned_arena(mean(2, before=112)) == 112 + 32  # no more than the first operator needs


def test_of_equal_sizes_the_last_is_placed_first_and_buffers_before_tensors():
    starts = {one.place: start for start, one in placements(mean(1))}
    # 64 bytes of sums below; then, of 16 each, axes and index, and last the tensors, latest first
    assert starts == {5: 0, 7: 64, 6: 80, 4: 0, 2: 96, 1: 112, 0: 0}


def test_a_tensor_that_no_operator_names_takes_its_bytes_while_no_other_is_there():
    graph = chain(64, 64)
    unused = Graph((*graph.tensors, Tensor((100,), "int8"), Tensor((0,), "int8")), graph.operators, (0,), (1,))
    assert planned_arena(unused) == 128  # no more: 112 lie where the others come later
    assert [one.first for one in lifetimes(unused)] == [-1, 0, -2]


@given(st.lists(st.integers(1, 400), min_size=2, max_size=12))
def test_tensors_that_are_needed_together_never_overlap(sizes):
    placed = placements(chain(*sizes))
    for number, (start, one) in enumerate(placed):
        for other_start, other in placed[:number]:
            assert not one.meets(other) or start + one.bytes <= other_start or other_start + other.bytes <= start


@given(st.lists(st.integers(1, 400), min_size=2, max_size=12))
def test_no_plan_is_smaller_than_what_lives_at_one_moment(sizes):
    graph = chain(*sizes)
    alive = [
        sum(one.bytes for one in lifetimes(graph) if one.first <= moment <= one.last)
        for moment in range(len(graph.operators))
    ]
    assert max(alive) <= planned_arena(graph) <= sum(one.bytes for one in lifetimes(graph))


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_the_arena_of_a_file_is_that_of_its_largest_two_activations(exports, precision):
    content = (exports["mlp", "tflite", precision].path / "model.tflite").read_bytes()
    (graph,) = read_graphs(content)
    lived = lifetimes(graph)
    alive = [sum(one.bytes for one in lived if one.first <= at <= one.last) for at in range(len(graph.operators))]
    assert planned_arena(graph) == max(alive)
