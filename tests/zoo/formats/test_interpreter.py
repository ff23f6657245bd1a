"""What an interpreter needs beside the arena grows with what it keeps: states, multipliers, matrices and plans."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor
from zoo.formats._interpreter import STEP, interpreter_bytes

ROOM = 10**6  # bytes of an arena in which all can be planned
SCALARS = Tensor((1, 16), "int8")


def alone(name, *inputs, flags=()):
    """Return a graph of one operator that reads `inputs` and gives sixteen int8."""
    count = len(inputs)
    return Graph((*inputs, SCALARS), (Operator(name, tuple(range(count)), (count,), flags),), (0,), (count,))


def chain(count):
    operators = tuple(Operator("MUL", (place,), (place + 1,)) for place in range(count))
    return Graph((SCALARS,) * (count + 1), operators, (0,), (count,))


def grown(small, large, arena=ROOM):
    """Return by how many bytes the interpreter needs more for the one graph than for the other."""
    return interpreter_bytes(large, arena) - interpreter_bytes(small, arena)


def test_each_operator_and_tensor_takes_some():
    # a node of 64 bytes, a tensor of 24 and what a kernel keeps
    assert 900 * (64 + 24) < grown(chain(100), chain(1000)) < 900 * 256


def test_states_are_kept_beside_the_arena():
    plain, kept = (Tensor((1, 4096), "int16", variable=variable) for variable in (False, True))
    assert grown(alone("MUL", SCALARS, plain), alone("MUL", SCALARS, kept)) == 8192


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("CONV_2D", (4096, 1, 1, 2)),
        ("TRANSPOSE_CONV", (4096, 1, 1, 2)),
        ("DEPTHWISE_CONV_2D", (2, 1, 1, 4096)),
        ("FULLY_CONNECTED", (4096, 2)),
    ],
)
def test_a_multiplier_and_a_shift_are_kept_for_each_channel(name, shape):
    few = tuple(min(length, 2) for length in shape)
    small, large = (alone(name, SCALARS, Tensor(one, "int8", stored=True)) for one in (few, shape))
    assert abs(grown(small, large) - 8 * 4096) <= STEP


def test_dense_layers_of_floats_have_no_multipliers():
    small, large = (alone("FULLY_CONNECTED", SCALARS, Tensor((n, 2), "float32", stored=True)) for n in (2, 4096))
    assert grown(small, large) == 0


@pytest.mark.parametrize(("flags", "turned"), [((), 1), (("adjY",), 0), (("adjX",), 2), (("adjX", "adjY"), 1)])
def test_matrices_are_kept_turned_round_where_the_kernel_turns_them(flags, turned):
    matrix = Tensor((64, 64), "int8")
    product = alone("BATCH_MATMUL", matrix, matrix, flags=flags)
    assert abs(grown(alone("MUL", matrix, matrix), product) - turned * 4096) <= STEP


def test_softmax_of_16_bits_looks_up():
    short = Tensor((1, 16), "int16")
    wide = Graph((short, short), (Operator("SOFTMAX", (0,), (1,)),), (0,), (1,))
    assert 2048 <= grown(alone("SOFTMAX", SCALARS), wide) <= 2048 + STEP


def test_a_plan_of_many_tensors_needs_room_that_a_small_arena_has_not():
    kept = interpreter_bytes(chain(1000), ROOM)
    assert kept + 60_000 < interpreter_bytes(chain(1000), 0) < kept + 100_000
    assert interpreter_bytes(chain(1000), 0) - interpreter_bytes(chain(1000), 10_240) == 10_240


def test_weights_of_many_channels_need_room_while_their_kernel_is_prepared():
    weights = Tensor((4096, 2), "int8", stored=True)
    dense = alone("FULLY_CONNECTED", SCALARS, weights)
    assert interpreter_bytes(dense, 0) - interpreter_bytes(dense, ROOM) >= 4 * 4096
