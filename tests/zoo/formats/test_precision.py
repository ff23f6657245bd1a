"""Weights must be stored as a file's precision promises."""

from __future__ import annotations

import pytest

from zoo.errors import ConversionFailed
from zoo.formats._precision import require_precision

PRECISIONS = ("float16", "dynamic", "int8", "int16x8", "int4", "mixed")


@pytest.fixture
def content(exports):
    return lambda precision: (exports["cnn", "tflite", precision].path / "model.tflite").read_bytes()


@pytest.mark.parametrize("precision", ["float32", *PRECISIONS])
def test_every_file_passes_for_what_it_is(content, precision):
    require_precision(content(precision), precision)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_float32_file_passes_for_no_other(content, precision):
    with pytest.raises(
        ConversionFailed, match="would store none of this model's weights in .*; the file holds float32"
    ):
        require_precision(content("float32"), precision)


@pytest.mark.parametrize("precision", ["int8", "int16x8"])
def test_a_file_whose_weights_are_partly_left_in_float32_is_none_of_integers(content, precision):
    with pytest.raises(ConversionFailed, match=f"left float32 in an {precision} file"):
        require_precision(content("dynamic"), precision)


def test_a_file_of_eight_bits_is_none_of_four(content):
    with pytest.raises(ConversionFailed, match="none of this model's weights in int4; the file holds"):
        require_precision(content("dynamic"), "int4")
