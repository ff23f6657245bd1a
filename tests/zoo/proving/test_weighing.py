"""What a file takes is known before its model is trained."""

from __future__ import annotations

import pytest

from zoo.compression import compress
from zoo.converter import Converter
from zoo.formats import Variant
from zoo.proving.weighing import weigh, weigh_structure, weigh_untrained


@pytest.fixture(scope="module")
def converter():
    with Converter() as converter:
        yield converter


@pytest.mark.parametrize(
    "precision", ["int8", *(pytest.param(one, marks=pytest.mark.slow) for one in ("float32", "dynamic"))]
)
@pytest.mark.parametrize("builder", ["mlp", pytest.param("cnn", marks=pytest.mark.slow)])
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


@pytest.mark.slow
def test_so_does_one_for_a_microcontroller_which_has_other_bytes(champions, exports, digits, converter):
    trained, variant = champions["mlp"], Variant("c_array", "int8")
    before = weigh_untrained(trained.recipe, digits, variant, converter, strip=True)
    after = weigh(trained, digits, variant, converter, strip=True, timed=True)
    exported = exports["mlp", "c_array", "int8"]
    assert after.bytes == exported.bytes == (exported.path / "model.tflite").stat().st_size
    assert before.bytes == pytest.approx(after.bytes, rel=0.005)  # lists of the same numbers are stored once
    assert before.facts == after.facts == exported.facts
    assert after.bytes < weigh(trained, digits, Variant("tflite", "int8"), converter, strip=True).bytes
    assert after.latency_ms > 0


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_an_untrained_model_tells_its_parameters_too(builder, champions, digits, converter):
    trained = champions[builder]
    parameters, taken = weigh_structure(trained.recipe, digits, Variant("tflite"), converter)
    assert parameters == trained.parameters
    assert taken == weigh_untrained(trained.recipe, digits, Variant("tflite"), converter)


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["mlp", "cnn", "resnet"])
def test_so_does_the_structure_that_channels_will_leave(builder, champions, digits, converter, workspace):
    trained, variant = champions[builder], Variant("tflite", "int8")
    narrower = compress(trained, digits, {"method": "channels", "share": 0.37, "epochs": 0}, workspace=workspace)
    before = weigh_untrained(narrower.recipe, digits, variant, converter)
    after = weigh(narrower, digits, variant, converter)
    assert (before.facts.macs, before.facts.arena_bytes) == (after.facts.macs, after.facts.arena_bytes)
    assert before.bytes == pytest.approx(after.bytes, rel=0.02)  # lists of the same numbers are stored once
    assert before.bytes < weigh_untrained(trained.recipe, digits, variant, converter).bytes


def test_latency_is_measured_on_request(champions, digits, converter):
    assert weigh(champions["mlp"], digits, Variant("tflite"), converter, timed=True).latency_ms > 0
