"""Attempts: what a converter that was lost means, and what does not run on a device."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.compressing.attempts import require_running, row_of
from zoo.artifact import Artifact
from zoo.errors import ConversionFailed, ConverterLost, Unsupported
from zoo.proving import weighing
from zoo.recipe import Recipe, Source

RECIPE = Recipe(Source("wine"), "mlp")


@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (ConversionFailed("c_array float32 was not made: no GELU. Try another."), Unsupported, "does not run on"),
        (ConverterLost("c_array float32 was not made: it filled the memory."), ConverterLost, "it filled the memory"),
    ],
)
def test_a_device_is_refused_for_the_model_and_not_for_a_converter_that_was_lost(monkeypatch, raised, expected, words):
    def fails(*_, **named):
        raise raised

    monkeypatch.setattr(weighing, "weigh_untrained", fails)
    with pytest.raises(expected, match=words):
        require_running("micro", None, RECIPE, None)


@pytest.mark.parametrize("lost", [False, True])
def test_a_row_knows_whether_its_converter_was_lost(lost):
    row = row_of(Artifact("tflite", "int8", skipped="no kernels", lost=lost), (), 10, Path())
    assert (row.skipped, row.lost) == ("no kernels", lost)
