"""What a file computes, counted by hand and by the shapes of the model."""

from __future__ import annotations

import pytest

from zoo.formats._flatbuffer import Graph, Operator, Tensor, read_graphs
from zoo.formats._operators import counted, integer_share, macs

FLOATS, INTEGERS, PLACES = (Tensor((4,), kind) for kind in ("float32", "int8", "int32"))


@pytest.fixture
def graphs(exports):
    return lambda builder, precision: read_graphs(
        (exports[builder, "tflite", precision].path / "model.tflite").read_bytes()
    )


def graph(*operators, tensors=(FLOATS, INTEGERS, PLACES)):
    return Graph(tensors, tuple(Operator(*one) for one in operators), (0,), (0,))


def test_operators_are_counted_by_name_over_all_graphs():
    both = [graph(("ADD", (0,), (0,)), ("MUL", (0,), (0,))), graph(("ADD", (0,), (0,)))]
    assert counted(both) == {"ADD": 2, "MUL": 1}


def test_the_share_of_integers_leaves_conversions_and_shapes_aside():
    mixed = graph(
        ("QUANTIZE", (0,), (1,)), ("ADD", (1,), (1,)), ("ADD", (0,), (0,)), ("EXP", (0,), (0,)), ("PACK", (2,), (2,))
    )
    assert integer_share([mixed]) == pytest.approx(1 / 3)
    assert integer_share([graph(("PACK", (2,), (2,)))]) is None


@pytest.mark.parametrize("builder", ["mlp", *(pytest.param(name, marks=pytest.mark.slow) for name in ("cnn", "lstm"))])
@pytest.mark.parametrize(("precision", "share"), [("float32", 0), ("float16", 0), ("dynamic", 0), ("int8", 1)])
def test_int8_files_compute_in_integers_and_the_others_in_floats(graphs, builder, precision, share):
    assert integer_share(graphs(builder, precision)) == share


@pytest.mark.parametrize("precision", ["float32", "float16", "dynamic", "int8"])
def test_multiply_accumulates_follow_from_the_layers_whatever_the_precision(graphs, champions, precision):
    expected = {
        "mlp": sum(weight.size for weight in champions["mlp"].weights if weight.ndim == 2),
        # 3x3 kernels of 1 to 16 filters on 8x8 pixels, of 16 to 32 on 4x4, then 2x2x32 to 10 classes
        "cnn": 64 * 9 * 16 + 16 * 9 * 16 * 32 + 128 * 10,
        # 8 steps of 8 features and 128 states into four gates of 128, then 128 to 10
        "lstm": 8 * (8 + 128) * 4 * 128 + 1280,
    }
    for builder, count in expected.items():
        (first,) = graphs(builder, precision)
        assert macs(first) == count


def multiplied(name, *shapes, out):
    """Return the multiply-accumulates of one operator that takes tensors of `shapes` and gives one of `out`."""
    tensors = tuple(Tensor(shape, "float32") for shape in (*shapes, out))
    return macs(Graph(tensors, (Operator(name, tuple(range(len(shapes))), (len(shapes),)),), (), ()))


def test_a_transposed_convolution_multiplies_each_number_with_its_kernels():
    # 5x5 pixels of 3 channels, each spread by a 2x2 kernel onto 7 channels
    assert multiplied("TRANSPOSE_CONV", (4,), (7, 2, 2, 3), (1, 5, 5, 3), out=(1, 10, 10, 7)) == 5 * 5 * 3 * 2 * 2 * 7


def test_a_convolution_in_space_multiplies_a_block_for_each_output():
    assert multiplied("CONV_3D", (1, 4, 4, 4, 2), (3, 3, 3, 2, 5), out=(1, 4, 4, 4, 5)) == 4**3 * 5 * 3**3 * 2


@pytest.mark.parametrize("left", [(2, 4, 6), (2, 6, 4)])
def test_a_matrix_product_multiplies_along_the_shared_axis_however_it_lies(left):
    assert multiplied("BATCH_MATMUL", left, (2, 6, 5), out=(2, 4, 5)) == 2 * 4 * 6 * 5


def test_recurrent_layers_multiply_their_matrices_at_every_step():
    assert multiplied("UNIDIRECTIONAL_SEQUENCE_RNN", (1, 9, 3), (8, 3), (8, 8), out=(1, 9, 8)) == 9 * (8 * 3 + 8 * 8)
    assert multiplied("SVDF", (1, 6), (10, 6), (10, 4), out=(1, 10)) == 10 * 6 + 10 * 4
    both = [(1, 9, 3), *[(4, 3)] * 4, *[(4, 4)] * 4, *[(0,)] * 9, *[(4, 3)] * 4, *[(4, 4)] * 4, *[(0,)] * 9]
    assert multiplied("BIDIRECTIONAL_SEQUENCE_LSTM", *both, out=(1, 9, 8)) == 2 * 9 * 4 * (4 * 3 + 4 * 4)
