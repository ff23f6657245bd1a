"""Weights must be stored as a file's precision promises."""

from __future__ import annotations

import pytest

from zoo.errors import ConversionFailed
from zoo.formats._precision import require_precision

PRECISIONS = ("float16", "dynamic", "int8")


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


def test_a_file_whose_weights_are_partly_left_in_float32_is_no_int8_file(content):
    with pytest.raises(ConversionFailed, match="left float32 in an int8 file"):
        require_precision(content("dynamic"), "int8")
