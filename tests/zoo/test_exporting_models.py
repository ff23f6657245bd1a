"""What exports tell of models: quantities, series, images of bytes, and the reports of their bundles."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from zoo.bundle import load
from zoo.converter import Converter
from zoo.data import load_data
from zoo.exporting import export_all
from zoo.formats import variants
from zoo.formats._flatbuffer import read_graphs
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.splits import split
from zoo.training.fitting import fit


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


@pytest.mark.often("classification-forward")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "direction"),
    [
        ("classification", "forward"),
        ("regression", "bidirectional"),
        ("classification", "bidirectional"),
        ("regression", "forward"),
    ],
)
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


def test_rows_that_a_precision_was_calibrated_on_are_told_in_its_report(exports):
    told = {one: load(exports["cnn", "tflite", one].path).report["calibration"] for one in ("int8", "int16x8", "mixed")}
    assert told["int8"] == told["int16x8"] == told["mixed"]
    assert told["int8"]["rows"] == 300
    assert load(exports["cnn", "tflite", "int4"].path).report["calibration"] is None


@pytest.mark.parametrize(("precision", "rows"), [("mixed", 100), ("int4", None)])
def test_which_weights_got_how_many_bits_is_told_in_the_report(precision, rows, exports):
    artifact = exports["cnn", "tflite", precision]
    told = load(artifact.path).report["bits"]
    (graph,) = read_graphs((artifact.path / "model.tflite").read_bytes())
    kinds = [one.kind for one in graph.tensors if one.stored and one.kind in ("int4", "int8")]
    assert Counter(f"int{one['bits']}" for one in told["matrices"]) == Counter(kinds)
    assert told["scanned_rows"] == rows
    assert all((one["away"] is not None) == (precision == "mixed") for one in told["matrices"])
    assert artifact.to_json()["bits"] == told
    assert list(artifact.path.glob("*bits*")) == []


def test_weights_that_the_converter_stores_are_told_by_the_precision_alone(exports):
    artifact = exports["cnn", "tflite", "int8"]
    assert artifact.to_json()["bits"] is None
    assert "bits" not in load(artifact.path).report


def test_a_proof_holds_what_the_file_says_of_itself(exports):
    artifact = exports["cnn", "tflite", "int8"]
    assert load(artifact.path).proof["operators"] == artifact.facts.operators_by_kind
    assert artifact.proof.repeats
    assert artifact.proof.metric_change_interval[0] <= artifact.proof.metric_change


def test_a_report_tells_the_variant_that_the_manifest_does(exports):
    for artifact in (exports["cnn", "tflite", "int8"], exports["cnn", "keras_file", "float32"]):
        report = load(artifact.path).report
        assert (report["format"], report["precision"]) == (artifact.format, artifact.precision)
