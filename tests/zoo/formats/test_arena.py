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


def test_a_variable_keeps_its_place_from_start_to_end():
    plain, kept = chain(64, 64, 64, 64), chain(64, 64, 64, 64, variables=(1,))
    assert (planned_arena(plain), planned_arena(kept)) == (128, 192)


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
