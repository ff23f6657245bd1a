"""What a file takes is known before its model is trained."""

from __future__ import annotations

import pytest

from zoo.converter import Converter
from zoo.formats import Variant
from zoo.weighing import weigh, weigh_untrained


@pytest.fixture(scope="module")
def converter():
    with Converter() as converter:
        yield converter


@pytest.mark.parametrize("precision", ["float32", "dynamic", "int8"])
@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_an_untrained_file_takes_what_the_trained_one_does_and_that_what_an_export_does(
    builder, precision, champions, exports, digits, converter
):
    trained, variant = champions[builder], Variant("tflite", precision)
    before = weigh_untrained(trained.recipe, digits, variant, converter)
    after = weigh(trained, digits, variant, converter)
    exported = exports[builder, "tflite", precision]
    assert before.bytes == after.bytes == exported.bytes
    assert before.facts == after.facts == exported.facts
    assert after.validation == exported.validation
    assert (before.validation, before.path, after.path, after.latency_ms) == (None, None, None, None)


def test_latency_is_measured_on_request(champions, digits, converter):
    assert weigh(champions["mlp"], digits, Variant("tflite"), converter, timed=True).latency_ms > 0
