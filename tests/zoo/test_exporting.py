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
from zoo.data import load_data
from zoo.dataset import Split
from zoo.errors import BadValue, ConversionFailed, UnknownName, Unsupported, ZooError
from zoo.exporting import export, export_all
from zoo.formats import variants
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.splits import split
from zoo.training.fitting import fit

CHILD = (sys.executable, str(Path(__file__).with_name("misbehaving_converter.py")))


@pytest.fixture(scope="module")
def converter():
    with Converter() as converter:
        converter.start()
        yield converter


@pytest.fixture
def trained(champions):
    return champions["mlp"]


def test_the_artifact_tells_what_the_bundle_holds(exports, digits):
    artifact = exports["cnn", "tflite", "int8"]
    bundle, answer = load(artifact.path), artifact.to_json()
    assert answer == json.loads(json.dumps(answer))
    assert (answer["path"], answer["sha256"]) == (str(artifact.path), bundle.sha256)
    assert (answer["format"], answer["precision"]) == bundle.variant
    assert answer["proof"] == bundle.proof
    assert answer["test"] == bundle.report["test"]["metrics"]
    assert answer["validation"] == bundle.report["validation"]["metrics"]
    assert bundle.report["validation"]["rows"] == bundle.proof["rows"] == len(digits.validation)
    assert answer["bytes"] == bundle.report["bytes"] == bundle.report["test"]["bytes"]
    assert answer["skipped"] is None


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
    assert "SIGABRT" in dead.skipped
    assert made.proof.passed
    assert [path.name for path in tmp_path.iterdir()] == ["tflite-float32"]


@pytest.mark.slow
def test_one_export_starts_its_own_child_and_force_replaces_its_bundle(trained, digits, tmp_path):
    out = tmp_path / "app"
    export(trained, digits, "tflite", "float32", out=out)
    artifact = export(trained, digits, "tflite", "int8", out=out, force=True)
    assert load(out).sha256 == artifact.sha256
    assert [path.name for path in tmp_path.iterdir()] == ["app"]


@pytest.mark.parametrize("variant", variants(), ids=str)
def test_a_model_of_quantities_is_proven_and_answers_in_the_units_of_its_target(variant, quantity_exports, diabetes):
    artifact = quantity_exports[variant]
    assert artifact.skipped is None
    assert artifact.proof.passed, artifact.proof.reasons
    assert artifact.proof.label_agreement is None
    bundle, raw = load(artifact.path), diabetes.dataset.x[:50]
    found = bundle.predict(raw)
    answers = bundle.model.predict(diabetes.preparation.apply(raw))
    scale = diabetes.preparation.target
    np.testing.assert_allclose(found.quantities, answers[:, 0] * scale.deviation + scale.mean, rtol=1e-6)
    assert (found.labels, found.probabilities, found.classes) == ((), None, ())
    assert (artifact.path / "labels.txt").read_bytes() == b""
    assert json.loads((artifact.path / "preparation.json").read_text())["target"] == scale.to_json()
    assert artifact.test.metrics["rmse"] < scale.deviation


def series(kind):
    """Return 120 sine waves of two channels, and which frequency they have or how fast they are."""
    random = np.random.default_rng(0)
    speed = random.uniform(1, 3, 120) if kind == "regression" else random.integers(1, 4, 120)
    time = np.linspace(0, 2 * np.pi, 16)
    angle = speed[:, np.newaxis] * time + random.uniform(0, 6, (120, 1))
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).astype("float32"), speed


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_lstms_of_series_are_proven_or_skipped_with_a_reason(kind, direction, workspace, tmp_path):
    dataset = load_data(series(kind), modality="series")
    splits = split(dataset)
    assert splits.task.kind == kind
    values = {"layers": 2, "units": 32, "direction": direction}
    train = TrainConfig(epochs=15, learning_rate=1e-2)
    trained = fit(Recipe(dataset.source, "lstm", values, train=train), splits, workspace)
    made = export_all(trained, splits, variants(), tmp_path, test=splits.test)
    for artifact in made:
        if artifact.skipped is None:
            assert artifact.proof.passed, artifact.proof.reasons
            assert "WHILE" not in (artifact.facts.operators or {})
    skipped = {(artifact.format, artifact.precision): artifact.skipped for artifact in made if artifact.skipped}
    expected = {("tflite", "dynamic"): "would store none of this model's weights in int8"}
    expected[("tflite", "int16x8")] = "left float32 in an int16x8 file"  # LSTMs are fused in eight bits only
    assert all(expected.get(variant, "nothing") in reason for variant, reason in skipped.items())


@pytest.mark.slow
def test_a_smaller_precision_that_is_no_smaller_is_skipped_as_pointless_and_leaves_nothing(workspace, tmp_path):
    splits = workspace.splits(Source("wine"))
    tiny = fit(Recipe(Source("wine"), "mlp", {"units": 8, "depth": 1}, train=TrainConfig(epochs=1)), splits, workspace)
    wanted = [("tflite", precision) for precision in ("float32", "float16", "dynamic", "int8")]
    full, half, dynamic, integers = export_all(tiny, splits, wanted, tmp_path)
    assert "it would be pointless, with " in half.skipped
    assert f"bytes no smaller than float32's {full.bytes:,}" in half.skipped
    assert "would store none of this model's weights in int8" in dynamic.skipped
    assert integers.skipped is None  # integers have a point of their own
    assert {path.name for path in tmp_path.iterdir()} == {"tflite-float32", "tflite-int8"}


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
def test_images_of_bytes_keep_their_type_to_the_end(workspace, tmp_path):
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    dataset = load_data(((x * 15.9).astype("uint8").reshape(-1, 8, 8, 1), y))
    splits = split(dataset)
    assert splits.task.dtype == "uint8"
    recipe = Recipe(dataset.source, "cnn", train=TrainConfig(epochs=8, learning_rate=3e-3))
    with Converter() as converter:
        made = export_all(fit(recipe, splits, workspace), splits, variants(), tmp_path, converter=converter)
    for artifact in made:
        assert artifact.proof.passed, artifact.proof.reasons
        bundle = load(artifact.path)
        found = bundle.predict(dataset.x)
        assert np.mean(np.array(found.labels) == dataset.y.astype(str)) > 0.85
        takes_floats = (artifact.format, artifact.precision) == ("c_array", "float32")  # its interpreter casts no bytes
        dtype = json.loads((artifact.path / "bundle.json").read_text())["input"]["dtype"]
        assert dtype == ("float32" if takes_floats else "uint8")


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


def test_rows_that_a_precision_was_calibrated_on_are_told_in_its_report(exports):
    told = {one: load(exports["cnn", "tflite", one].path).report["calibration"] for one in ("int8", "int16x8", "mixed")}
    assert told["int8"] == told["int16x8"] == told["mixed"]
    assert told["int8"]["rows"] == 300
    assert load(exports["cnn", "tflite", "int4"].path).report["calibration"] is None


def test_a_proof_holds_what_the_file_says_of_itself(exports):
    artifact = exports["cnn", "tflite", "int8"]
    assert load(artifact.path).proof["operators"] == artifact.facts.operators_by_kind
    assert artifact.proof.repeats
    assert artifact.proof.metric_change_interval[0] <= artifact.proof.metric_change


def test_a_report_tells_the_variant_that_the_manifest_does(exports):
    for artifact in (exports["cnn", "tflite", "int8"], exports["cnn", "keras_file", "float32"]):
        report = load(artifact.path).report
        assert (report["format"], report["precision"]) == (artifact.format, artifact.precision)
