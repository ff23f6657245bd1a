"""Numbers cross a file's border as LiteRT's own QUANTIZE and DEQUANTIZE would take them across."""

from __future__ import annotations

import numpy as np
import pytest

from zoo.formats._borders import Border

GRID = Border("int8", 0.05, -3)


def test_what_comes_back_is_within_half_a_step_of_what_went_in():
    x = np.random.default_rng(0).uniform(-6, 6, (50, 4)).astype("float32")
    entered = GRID.enter(x)
    assert entered.dtype == np.int8
    np.testing.assert_allclose(GRID.leave(entered), x, atol=0.025 + 1e-6)


def test_halves_are_rounded_away_from_zero_and_what_is_too_far_is_clipped():
    half = Border("int8", 1.0, 0)
    np.testing.assert_array_equal(half.enter(np.array([0.5, 1.5, -0.5, -2.5, 1000, -1000])), [1, 2, -1, -3, 127, -128])


@pytest.mark.parametrize("dtype", ["float32", "uint8", "int32"])
def test_without_a_grid_numbers_change_their_type_alone(dtype):
    border, x = Border(dtype), np.arange(6, dtype="float32").reshape(2, 3)
    np.testing.assert_array_equal(border.enter(x), x)
    assert border.enter(x).dtype == dtype
    assert border.leave(x) is x
    assert border.to_json() == {"dtype": dtype}


def test_an_interpreters_details_tell_the_grid_of_integers_alone():
    assert Border.of({"dtype": np.int8, "quantization": (0.05, -3)}) == GRID
    assert Border.of({"dtype": np.int32, "quantization": (0.0, 0)}) == Border("int32")
    assert Border.of({"dtype": np.float32, "quantization": (0.0, 0)}) == Border("float32")
    assert GRID.to_json() == {"dtype": "int8", "scale": 0.05, "zero_point": -3}
