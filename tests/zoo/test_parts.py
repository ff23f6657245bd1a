"""Parts of a bundle that no export writes are named in one line, however their hashes fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from zoo.bundle import load
from zoo.errors import BadData
from zoo.manifest import file_hash


@pytest.fixture
def folder(exports, tmp_path):
    return Path(shutil.copytree(exports["cnn", "tflite", "float16"].path, tmp_path / "app"))


@pytest.fixture
def quantities(quantity_exports, tmp_path):
    return Path(shutil.copytree(quantity_exports["tflite", "float32"].path, tmp_path / "quantities"))


def put(file, values):
    """Write a file of a bundle anew, and its hash, as somebody would who mends the manifest too."""
    file.write_text(json.dumps(values))
    manifest = json.loads(file.with_name("bundle.json").read_text())
    manifest["files"][file.name] = file_hash(file)
    file.with_name("bundle.json").write_text(json.dumps(manifest))


def read(folder, name):
    return json.loads((folder / name).read_text())


def refusal(folder):
    with pytest.raises(BadData) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("Export the model again.")
    return str(caught.value)


@pytest.mark.parametrize("name", ["preparation.json", "report.json", "proof.json", "recipe.json"])
@pytest.mark.parametrize("values", [[], {}, None, "text", 3, {"schema": 1}], ids=repr)
def test_json_of_another_kind_is_named(folder, name, values):
    put(folder / name, values)
    assert f"{name} is not as an export writes it: " in refusal(folder)


def test_labels_that_are_no_text_are_named(folder):
    (folder / "labels.txt").write_bytes(b"\xff\xfe\0zero\n")
    manifest = read(folder, "bundle.json")
    manifest["files"]["labels.txt"] = file_hash(folder / "labels.txt")
    (folder / "bundle.json").write_text(json.dumps(manifest))
    assert "labels.txt is not as an export writes it: 'utf-8' codec can't decode" in refusal(folder)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("report.json", {"test": []}),
        ("report.json", {"test": {"rows": 0, "metrics": {"accuracy": 1.0}}}),
        ("report.json", {"test": {"rows": 9, "metrics": {"rmse": 1.0}}}),
        ("report.json", {"validation": {"rows": 9, "metrics": {"accuracy": float("nan")}}}),
        ("report.json", {"bytes": "many"}),
        ("proof.json", {"passed": "no"}),
        ("proof.json", {"reasons": "no"}),
        ("proof.json", {"metric": "rmse"}),
        ("recipe.json", {"data": {"file": "x"}}),
        ("preparation.json", {"raw_shape": "abc"}),
        ("preparation.json", {"raw_shape": [4, 4, 1]}),
        ("preparation.json", {"dtype": "float99"}),
        ("preparation.json", {"steps": [{"name": "rescle"}]}),
        ("preparation.json", {"steps": [{"name": "rescale", "largest": "big"}]}),
        ("preparation.json", {"columns": ["a"]}),
    ],
    ids=str,
)
def test_a_value_that_no_export_writes_is_named(folder, name, change):
    put(folder / name, {**read(folder, name), **change})
    assert f"{name} is not as an export writes it: " in refusal(folder)


def test_a_misspelt_key_is_named_with_its_file(folder):
    values = read(folder, "preparation.json")
    values["step"] = values.pop("steps")
    put(folder / "preparation.json", values)
    line = refusal(folder)
    assert "preparation.json" in line
    assert "'steps'" in line


@pytest.mark.parametrize("target", [{"mean": 0.0, "deviation": 0.0}, {"mean": float("nan"), "deviation": 1.0}, None])
def test_a_scale_that_was_never_fitted_is_refused(quantities, target):
    put(quantities / "preparation.json", {**read(quantities, "preparation.json"), "target": target})
    assert "is not as an export writes it" in refusal(quantities)


@pytest.mark.parametrize("change", [{"precision": "int8"}, {"format": "keras_file"}])
def test_a_manifest_that_tells_of_another_variant_than_the_hashed_files_is_refused(folder, change):
    manifest = {**read(folder, "bundle.json"), **change}
    if "format" in change:
        (folder / "model.tflite").rename(folder / "model.keras")
        manifest["files"]["model.keras"] = manifest["files"].pop("model.tflite")
    (folder / "bundle.json").write_text(json.dumps(manifest))
    (name, value), *_ = change.items()
    assert f"bundle.json is not as an export writes it: its {name} is '{value}', and re" in refusal(folder)


def test_a_manifest_of_other_tensors_is_refused(folder):
    manifest = read(folder, "bundle.json")
    for part, shape in (("output", [None, 3]), ("input", [None, 4, 4, 1]), ("input", None)):
        changed = {**manifest, part: {**manifest[part], "shape": shape}}
        (folder / "bundle.json").write_text(json.dumps(changed))
        assert "bundle.json is not as an export writes it" in refusal(folder)


def test_an_earlier_export_that_tells_its_variant_in_fewer_places_is_read(folder):
    report = {key: value for key, value in read(folder, "report.json").items() if key not in ("format", "precision")}
    put(folder / "report.json", report)
    put(folder / "recipe.json", {**read(folder, "recipe.json"), "export": None})
    assert load(folder).variant == ("tflite", "float16")
