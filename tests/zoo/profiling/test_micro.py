"""TensorFlow Lite Micro's own interpreter, where it is installed, agrees with its lists and with the planned arena."""

from __future__ import annotations

import pytest

from zoo.profiling import _micro, profile

from .crafted import dense, halves, hybrid, packed, sums

needs_micro = pytest.mark.skipif(_micro.find_spec(_micro.PACKAGE) is None, reason="needs the package tflite-micro")


def written(content, tmp_path):
    (tmp_path / "model.tflite").write_bytes(content)
    return tmp_path / "model.tflite"


def test_without_the_package_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(_micro, "PACKAGE", "no_such_package")
    assert _micro.tried(dense()) == {}


@needs_micro
@pytest.mark.parametrize(
    ("made", "runs"), [(dense, True), (sums, True), (packed, True), (halves, False), (hybrid, False)]
)
def test_its_interpreter_and_its_lists_agree_on_a_crafted_file(made, runs, tmp_path):
    found = profile(written(made(), tmp_path), calls=1).micro
    assert found.tried
    assert (found.takes, not found.refusals) == (runs, runs)
    assert bool(found.reason) != runs


@pytest.mark.slow
@needs_micro
@pytest.mark.parametrize("builder", ["mlp", "cnn", "lstm"])
@pytest.mark.parametrize(
    ("precision", "runs"), [("float32", True), ("int8", True), ("float16", False), ("dynamic", False)]
)
def test_its_interpreter_and_its_lists_agree_on_an_export(builder, precision, runs, exports):
    found = profile(exports[builder, "tflite", precision].path, calls=1).micro
    assert (found.takes, not found.refusals) == (runs, runs)


@needs_micro
@pytest.mark.parametrize("builder", ["mlp", "cnn", pytest.param("resnet", marks=pytest.mark.slow)])
@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_the_planned_arena_is_the_one_that_it_plans(builder, precision, exports):
    found = profile(exports[builder, "tflite", precision].path, calls=1)
    assert found.arena_bytes == found.micro.arena_bytes
    assert found.micro.kept_bytes > 0
