"""Exports: proven bundles, a closed test split, nothing overwritten, and one that fails does not stop the rest."""

from __future__ import annotations

import errno
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from zoo.bundle import load
from zoo.converter import Converter
from zoo.dataset import Split
from zoo.errors import BadValue, ConversionFailed, UnknownName, Unsupported, ZooError
from zoo.exporting import export, export_all
from zoo.formats import variants

from ..disks import full_beyond

CHILD = (sys.executable, str(Path(__file__).with_name("misbehaving_converter.py")))


@pytest.fixture(scope="module")
def converter():
    with Converter() as converter:
        converter.start()
        yield converter


@pytest.fixture
def trained(champions):
    return champions["mlp"]


def test_the_test_split_stays_closed_unless_it_is_passed(converter, trained, digits, tmp_path):
    closed = replace(digits, test=None)
    (artifact,) = export_all(trained, closed, [("tflite", "float32")], tmp_path, converter=converter)
    assert artifact.test is None
    assert artifact.to_json()["test"] is None
    assert load(artifact.path).report["test"] is None


def test_the_same_model_exported_again_is_the_same_bundle(converter, trained, digits, tmp_path):
    wanted = [("tflite", "int8"), ("tflite", "float32"), ("tflite", "int8")]
    first, _ = export_all(trained, digits, wanted, tmp_path / "first", converter=converter)
    (second,) = export_all(trained, digits, wanted[:1], tmp_path / "second", converter=converter)
    assert first.sha256 == second.sha256


def test_a_failed_proof_keeps_the_bundle_and_says_so(converter, trained, digits, tmp_path):
    # the inputs of an int8 file cover the calibration rows, 0 to 1: it takes every negative pixel for 0
    odd = replace(digits, validation=Split(-digits.validation.x, digits.validation.y))
    (artifact,) = export_all(trained, odd, [("tflite", "int8")], tmp_path, converter=converter)
    assert not artifact.proof.passed
    assert "labels agree" in artifact.proof.reasons[0]
    assert load(artifact.path).proof["passed"] is False


def test_a_target_that_cannot_be_written_is_one_line(converter, trained, digits, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ZooError, match="cannot be written") as caught:
        export_all(trained, digits, [("tflite", "int8")], tmp_path / "file", converter=converter)
    assert "\n" not in str(caught.value)


def test_an_existing_target_is_refused_before_anything_starts(trained, digits, tmp_path):
    (tmp_path / "tflite-int8").mkdir()
    with pytest.raises(BadValue, match="tflite-int8 exists"):
        export_all(trained, digits, variants(), tmp_path, converter=None)
    (tmp_path / "tflite-int8" / "bundle.json").touch()
    with pytest.raises(BadValue, match="add --force"):
        export(trained, digits, "tflite", "int8", out=tmp_path / "tflite-int8")
    assert [path.name for path in tmp_path.iterdir()] == ["tflite-int8"]


def test_a_precision_that_a_format_lacks_is_refused_with_those_it_has(trained, digits, tmp_path):
    with pytest.raises(Unsupported, match=r"keras_file has no precision 'int8'\. It has: float32\."):
        export(trained, digits, "keras_file", "int8", out=tmp_path / "bundle")
    with pytest.raises(UnknownName, match="did you mean 'tflite'"):
        export(trained, digits, "tflight", out=tmp_path / "bundle")
    assert not list(tmp_path.iterdir())


def test_a_variant_that_cannot_be_made_is_skipped_with_its_reason(trained, digits, tmp_path):
    # the stand-in knows no precision of ours, so it fails on every one of them
    with Converter(CHILD) as broken:
        made = export_all(trained, digits, variants(), tmp_path, converter=broken)
    assert len(made) == len(variants())
    for artifact in made:
        assert artifact.path is artifact.proof is artifact.bytes is None
        assert artifact.skipped.startswith("AttributeError: ")
    assert not list(tmp_path.iterdir())


ABORTS_ON_INT8 = """
import os
from zoo.formats import _convert
from zoo.formats.tflite import TFLite
write = TFLite.write
def abort_on_int8(model, precision, *rest):
    os.abort() if precision == "int8" else write(model, precision, *rest)
TFLite.write = staticmethod(abort_on_int8)
_convert.main()
"""


@pytest.mark.slow
def test_a_converter_that_dies_on_one_variant_costs_that_variant_only(trained, digits, tmp_path):
    wanted = [("tflite", "int8"), ("tflite", "float32")]
    with Converter((sys.executable, "-c", ABORTS_ON_INT8)) as converter:
        dead, made = export_all(trained, digits, wanted, tmp_path, converter=converter)
    assert "SIGABRT" in dead.skipped and dead.lost and not made.lost
    assert made.proof.passed
    assert [path.name for path in tmp_path.iterdir()] == ["tflite-float32"]


@pytest.mark.slow
def test_one_export_starts_its_own_child_and_force_replaces_its_bundle(trained, digits, tmp_path):
    out = tmp_path / "app"
    export(trained, digits, "tflite", "float32", out=out)
    artifact = export(trained, digits, "tflite", "int8", out=out, force=True)
    assert load(out).sha256 == artifact.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["app"]


def test_latency_is_measured_on_request_and_of_files_that_run_by_themselves(converter, trained, digits, tmp_path):
    wanted = [("tflite", "int8"), ("keras_file", "float32")]
    timed, other = export_all(trained, digits, wanted, tmp_path, converter=converter, latency=True)
    assert timed.to_json()["latency_ms"] == load(timed.path).report["latency_ms"] > 0
    assert other.to_json()["latency_ms"] is None


def files_below(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


FULL = OSError(errno.ENOSPC, "No space left on device")


def no_room(*_args, **_options):
    raise FULL


@pytest.mark.parametrize(
    "where",
    ["zoo.exporter.pack", "zoo.bundle.write_json", "zoo.aside.sync_tree", "zoo.exporter.write_job"],
)
def test_a_full_disk_is_one_line_and_the_old_bundle_stays(where, converter, trained, digits, tmp_path, monkeypatch):
    target = tmp_path / "tflite-float32"
    export_all(trained, digits, [("tflite", "float32")], tmp_path, converter=converter)
    before = files_below(tmp_path)
    monkeypatch.setattr(where, no_room)
    with pytest.raises(ZooError, match=r"cannot be written: No space left on device\. Make room") as caught:
        export_all(trained, digits, [("tflite", "float32")], tmp_path, converter=converter, force=True)
    assert "\n" not in str(caught.value)
    assert files_below(tmp_path) == before
    assert load(target).variant == ("tflite", "float32")


def test_a_disk_that_is_full_for_the_converter_is_no_reason_to_skip(trained, digits, tmp_path, monkeypatch):
    def full(_converter, order):
        order.path.write_bytes(b"half")
        raise FULL

    monkeypatch.setattr(Converter, "convert", full)
    with Converter(CHILD) as broken, pytest.raises(ZooError, match="No space left on device"):
        export_all(trained, digits, variants(), tmp_path, converter=broken)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("room", "place"), [(5_000, "/zoo-"), (45_000, "/zoo-converter-")], ids=["of the order", "of the converter"]
)
def test_temporary_files_without_room_are_named_and_the_old_bundle_stays(
    room, place, converter, trained, digits, tmp_path, monkeypatch
):
    monkeypatch.setattr("zoo.exporter.calibration_rows", lambda split, *rest, **more: split.x[:100])  # they fit
    wanted = {"folder": tmp_path, "force": True}
    export_all(trained, digits, [("tflite", "float32")], converter=converter, **wanted)
    before = files_below(tmp_path)
    full = f"{place}.* cannot be written: File too large.*TMPDIR=FOLDER"
    with full_beyond(room), pytest.raises(ZooError, match=full):
        export_all(trained, digits, [("tflite", "float32")], **wanted)
    assert files_below(tmp_path) == before
    (again,) = export_all(trained, digits, [("tflite", "float32")], converter=converter, **wanted)
    assert again.proof.passed


def test_export_raises_when_there_is_no_file(trained, digits, tmp_path, monkeypatch):
    monkeypatch.setattr("zoo.exporting.Converter", lambda: Converter(CHILD))
    with pytest.raises(ConversionFailed, match="tflite float32 was not made"):
        export(trained, digits, "tflite", "float32", out=tmp_path / "bundle")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_proof_judges_by_the_goal_that_the_model_was_trained_for(trained, digits, tmp_path):
    recipe = replace(trained.recipe, train=replace(trained.recipe.train, monitor="balanced_accuracy"))
    (artifact,) = export_all(replace(trained, recipe=recipe), digits, [("tflite", "float32")], tmp_path)
    assert artifact.proof.metric == "balanced_accuracy"


def test_a_latency_that_is_not_measured_is_refused_before_anything_starts(trained, digits, tmp_path):
    for format in ("keras_file", "saved_model"):
        with pytest.raises(
            Unsupported, match=f"latency is measured for tflite only, not for {format}. Leave --latency"
        ):
            export(trained, digits, format, out=tmp_path / "bundle", latency=True)
    assert not list(tmp_path.iterdir())


def test_a_manifest_tells_ends_of_integers_and_that_a_file_is_stripped(converter, trained, digits, tmp_path):
    asked = {"io": "int8", "strip": True, "converter": converter}
    small, other = export_all(trained, digits, [("tflite", "int8"), ("keras_file", "float32")], tmp_path, **asked)
    assert small.path.name == "tflite-int8-io-int8-stripped"
    manifest = json.loads((small.path / "bundle.json").read_text())
    assert manifest["stripped"] is True
    assert (manifest["input"]["dtype"], manifest["input"]["shape"]) == ("int8", [None, 8, 8, 1])
    details = Interpreter(str(small.path / "model.tflite")).get_input_details()[0]
    assert (manifest["input"]["scale"], manifest["input"]["zero_point"]) == details["quantization"]
    assert manifest["output"] == {"dtype": "int8", "scale": 1 / 256, "zero_point": -128, "shape": [None, 10]}
    plain = json.loads((other.path / "bundle.json").read_text())
    assert (plain["stripped"], plain["input"]) == (False, {"dtype": "float32", "shape": [None, 8, 8, 1]})


@pytest.mark.slow
def test_a_stripped_bundle_of_integers_predicts_as_any_other(converter, trained, digits, exports, tmp_path):
    asked = {"io": "int8", "strip": True, "converter": converter, "test": digits.test}
    (small,) = export_all(trained, digits, [("tflite", "int8")], tmp_path, **asked)
    usual = exports["mlp", "tflite", "int8"]
    assert small.proof.passed, small.proof.reasons
    assert small.bytes < usual.bytes - 500
    assert small.test.metrics["accuracy"] == pytest.approx(usual.test.metrics["accuracy"], abs=0.006)
    found = load(small.path).predict(digits.dataset.x[:50])
    assert np.mean(np.array(found.labels) == np.array(load(usual.path).predict(digits.dataset.x[:50]).labels)) > 0.97


def test_what_a_variant_does_not_take_is_refused_before_anything_starts(trained, digits, tmp_path):
    for format, precision, wish in (("keras_file", "float32", {"strip": True}), ("tflite", "int16x8", {"io": "int8"})):
        with pytest.raises(Unsupported, match="Leave --"):
            export(trained, digits, format, precision, out=tmp_path / "bundle", **wish)
    assert not list(tmp_path.iterdir())
