"""verify: hashes, the proof repeated against the float32 bundle of the same weights, or the report's own figures."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from zoo.bundle import load
from zoo.errors import BadData
from zoo.evaluation import evaluate
from zoo.labelled.rows import labelled_rows
from zoo.manifest import file_hash
from zoo.proving.verifying import evaluate_bundle, verify


@pytest.fixture
def folder(exports, tmp_path):
    """The int8 cnn beside the float32 bundles of its weights, in a folder that may be changed."""
    return Path(shutil.copytree(exports["cnn", "tflite", "int8"].path.parent, tmp_path / "exports"))


@pytest.fixture
def alone(exports, tmp_path):
    """The int8 cnn with nothing beside it."""
    return Path(shutil.copytree(exports["cnn", "tflite", "int8"].path, tmp_path / "shipped" / "app"))


def fresh(digits, rows=200):
    return digits.dataset.x[:rows], digits.dataset.y[:rows].astype(str)


def put(file, content):
    """Change a file of a bundle as somebody would who mends its manifest too."""
    file.write_bytes(content)
    manifest = file.with_name("bundle.json")
    values = json.loads(manifest.read_text())
    values["files"][file.name] = file_hash(file)
    manifest.write_text(json.dumps(values))


def test_the_proof_is_repeated_against_the_keras_file_of_the_same_weights(folder, digits):
    found = verify(folder / "tflite-int8", fresh(digits))
    assert found.passed
    assert found.reference == folder.resolve() / "keras_file-float32"
    assert found.proof.rows == found.rows == 200
    assert found.proof.label_agreement > 0.98
    bundle = load(folder / "tflite-int8")
    assert found.report == evaluate(bundle.model, labelled_rows(bundle, fresh(digits)).split)
    assert found.to_json() == json.loads(json.dumps(found.to_json()))


def test_a_c_array_is_asked_of_a_microcontrollers_interpreter_again(exports, digits, tmp_path):
    bundle = shutil.copytree(exports["mlp", "c_array", "int8"].path, tmp_path / "board")
    found = verify(bundle, fresh(digits))
    assert found.passed
    if found.micro is None:
        pytest.skip("needs the package tflite-micro")
    assert (found.micro.rows, found.to_json()["micro"]["reasons"]) == (8, [])
    header = bundle / "model.h"
    put(header, re.sub(rb"(ZOO_ARENA_BYTES) \d+", rb"\1 512", header.read_bytes()))
    (reason,) = verify(bundle, fresh(digits)).reasons
    assert "does not run it in an arena of 512 bytes" in reason


def test_the_best_reference_that_is_there_and_unchanged_is_taken(folder, digits):
    (folder / "keras_file-float32" / "labels.txt").write_text("changed\n")
    shutil.rmtree(folder / "saved_model-float32")
    found = verify(folder / "tflite-int8", fresh(digits))
    assert found.reference == folder.resolve() / "tflite-float32"


def test_a_bundle_is_no_reference_to_itself_nor_is_another_models(folder, alone, exports, digits):
    shutil.copytree(exports["mlp", "tflite", "float32"].path, alone.parent / "mlp")
    assert verify(alone, fresh(digits)).reference is None
    only = shutil.copytree(folder / "tflite-float32", alone.parent.parent / "one" / "only")
    assert verify(only, fresh(digits)).reference is None
    with pytest.raises(BadData, match="was not made from the weights of"):
        verify(alone, fresh(digits), against=alone.parent / "mlp")
    with pytest.raises(BadData, match="is of int8; the reference must be float32"):
        verify(alone, fresh(digits), against=folder / "tflite-int8")


def test_a_reference_from_elsewhere_can_be_named(folder, alone, digits):
    found = verify(alone, fresh(digits), against=folder / "tflite-float32")
    assert found.passed
    assert found.proof.label_agreement > 0.98


def test_a_file_that_answers_otherwise_than_its_source_fails(folder, exports, digits):
    """A manifest can be written anew around another model's file; the proof finds it out."""
    other = exports["mlp", "tflite", "int8"].path / "model.tflite"
    put(folder / "tflite-int8" / "model.tflite", other.read_bytes())
    odd = -fresh(digits)[0], fresh(digits)[1]
    found = verify(folder / "tflite-int8", odd)
    assert not found.passed
    assert found.reasons == found.proof.reasons
    assert "so these rows differ" not in "".join(found.notes)
    assert "of the labels agree, fewer than 0.98" in found.reasons[0]


def test_alone_it_is_compared_with_what_its_report_records(alone, digits):
    found = verify(alone, fresh(digits))
    assert found.passed
    assert found.proof is found.reference is None
    assert found.recorded["split"] == "test"
    assert found.recorded["metrics"] == load(alone).report["test"]["metrics"]


def test_alone_it_fails_where_it_is_worse_than_chance_explains(alone, digits):
    x, y = fresh(digits)
    wrong = y.copy()
    wrong[:40] = np.roll(wrong[:40], 1)
    found = verify(alone, (x, wrong))
    assert not found.passed
    assert "on test rows, worse than chance explains" in found.reasons[0]
    assert verify(alone, (x[:1], wrong[:1])).rows == 1


def test_alone_without_any_record_it_cannot_pass(alone, digits):
    report = {**json.loads((alone / "report.json").read_text()), "test": None, "validation": None}
    put(alone / "report.json", json.dumps(report).encode())
    found = verify(alone, fresh(digits))
    assert found.reasons == (
        "the bundle's report records no metrics to compare with, and there is no float32 bundle beside it",
    )


def test_a_file_that_was_changed_is_named_before_anything_is_measured(alone, digits):
    (alone / "model.tflite").write_bytes(b"TFL3")
    with pytest.raises(BadData, match="model.tflite was changed after the export: its sha256 differs"):
        verify(alone, fresh(digits))
    with pytest.raises(BadData, match="model.tflite was changed"):
        evaluate_bundle(alone, fresh(digits))


def test_evaluate_bundle_gives_what_the_report_records_on_the_same_rows(exports, digits):
    artifact = exports["cnn", "tflite", "int8"]
    assert evaluate_bundle(artifact.path, "digits") == artifact.test


def put_json(file, **changes):
    """Change keys of a JSON file of a bundle, and its hash."""
    put(file, json.dumps({**json.loads(file.read_text()), **changes}).encode())


def scaled(folder, factor):
    """Make a bundle of quantities answer in a unit `factor` times as small, as if it had learned so."""
    target = json.loads((folder / "preparation.json").read_text())["target"]
    put_json(folder / "preparation.json", target={name: value * factor for name, value in target.items()})
    report = json.loads((folder / "report.json").read_text())
    for part in ("validation", "test"):
        metrics = report[part]["metrics"]
        report[part]["metrics"] = {name: v if name == "r2" else v * factor for name, v in metrics.items()}
    put(folder / "report.json", json.dumps(report).encode())


@pytest.mark.parametrize("factor", [1e-14, 1.0, 1e45])
def test_alone_quantities_are_judged_alike_in_whatever_unit_they_are(factor, quantity_exports, diabetes, tmp_path):
    folder = Path(shutil.copytree(quantity_exports["tflite", "int8"].path, tmp_path / "shipped" / "app"))
    scaled(folder, factor)
    x, y = diabetes.dataset.x[:200], diabetes.dataset.y[:200] * factor
    with np.errstate(over="raise", invalid="raise"):
        assert verify(folder, (x, y)).passed
        found = verify(folder, (x, y[::-1]))
    assert "on test rows, worse than chance explains" in found.reasons[0]
    json.dumps(found.to_json(), allow_nan=False)


def test_a_bundle_whose_own_proof_failed_fails_and_is_no_reference(folder, digits):
    reasons = ["0.9 of the labels agree, fewer than 0.98", "accuracy drops on validation rows by 0.02, more than 0.01"]
    put_json(folder / "tflite-int8" / "proof.json", passed=False, reasons=reasons)
    put_json(folder / "keras_file-float32" / "proof.json", passed=False, reasons=[])
    found = verify(folder / "tflite-int8", fresh(digits))
    assert found.reasons == (
        "its own proof failed at export, on validation rows: 0.9 of the labels agree, fewer than 0.98; "
        "accuracy drops by 0.02, more than 0.01",
    )
    assert found.proof.passed
    assert found.reference == folder.resolve() / "saved_model-float32"


def test_with_a_reference_a_score_far_below_the_record_is_told_and_fails_nothing(folder, digits):
    x, y = fresh(digits)
    found = verify(folder / "tflite-int8", (x, np.roll(y, 1)))
    assert found.passed
    assert found.to_json()["worse_than_recorded"] is True
    (note,) = found.notes
    assert note.endswith("worse than chance explains; it answers as its source does, so these rows differ from those")
    as_recorded = verify(folder / "tflite-int8", (x, y))
    assert (as_recorded.notes, as_recorded.to_json()["worse_than_recorded"]) == ((), False)


def test_a_file_that_the_manifest_does_not_list_is_told(alone, digits):
    (alone / "more").mkdir()
    (alone / "more" / "notes.txt").write_text("x")
    found = verify(alone, fresh(digits))
    assert found.passed
    assert found.notes == (
        f"{alone / 'more' / 'notes.txt'} is not in the manifest: no hash vouches for it. Remove it, or leave it unused",
    )


def test_evaluate_bundle_says_when_it_takes_test_rows_only(exports):
    said = []
    evaluate_bundle(exports["cnn", "tflite", "int8"].path, "digits", said=said.append)
    assert said == ["this is the data that the model was made from: its test rows are taken"]
