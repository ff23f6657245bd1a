"""Export of a stored trial: the champion's or another's, trained again where it kept no weights."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

import zoo
from search import exports
from search.claiming.lock import study_lock
from search.exports import export_trial
from zoo.data import load_data
from zoo.errors import BadValue, UnknownName, Unsupported, ZooError
from zoo.recipe import read_recipe
from zoo.splits import split

from .whole_studies import Leaver, tune


@pytest.fixture(scope="module")
def copied(study, tmp_path_factory):
    """The study in a root of its own, whose exports may be added to."""
    root = tmp_path_factory.mktemp("copied")
    return shutil.copytree(study.root, root, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def stopped_early(study):
    return next(record.slot for record in study.records if record.state == "pruned")


@pytest.fixture(scope="module")
def trained_again(study, copied, stopped_early):
    said = []
    artifact = export_trial(f"wine#{stopped_early}", root=copied, said=said.append)
    return artifact, said


def test_a_trial_without_weights_is_trained_again_and_that_is_said(trained_again, stopped_early):
    assert trained_again[1] == [
        f"exporting wine#{stopped_early} as tflite float32",
        f"wine#{stopped_early} kept no weights; it is trained again from its recipe",
    ]


def test_a_trial_by_its_slot_lands_in_a_folder_of_that_slot(trained_again, copied, stopped_early):
    artifact, _ = trained_again
    exports = copied / "mlruns" / "studies" / "wine" / "exports"
    assert artifact.path == exports / f"{stopped_early:04d}-tflite-float32"
    assert zoo.load(artifact.path).sha256 == artifact.sha256


def test_what_is_exported_is_the_model_that_the_recipe_gives(trained_again, study, stopped_early):
    recipe = read_recipe(study.trial(stopped_early) / "recipe.json")
    again, rows = zoo.run(recipe, zoo.Workspace(1)).trained, split(load_data("wine")).validation.x
    found = zoo.load(trained_again[0].path).model.predict(rows)
    np.testing.assert_allclose(found, again.predict(rows), atol=1e-5)
    stored = read_recipe(trained_again[0].path / "recipe.json")
    assert stored == replace(recipe, export={"format": "tflite", "precision": "float32"})


def test_the_test_split_stays_closed_for_a_trial_that_is_no_champion(trained_again):
    artifact, _ = trained_again
    assert artifact.to_json()["test"] is None
    assert zoo.load(artifact.path).report["test"] is None
    assert artifact.to_json()["validation"]["accuracy"] > 0


@pytest.mark.slow
def test_a_file_of_other_ends_lands_beside_the_usual_one_and_takes_nothing_from_it(copied, study):
    artifact = export_trial("wine", "tflite", "int8", io="int8", strip=True, root=copied)
    assert artifact.path == copied / "mlruns" / "studies" / "wine" / "exports" / "tflite-int8-io-int8-stripped"
    assert artifact.proof.passed
    (usual,) = [one["bytes"] for one in study.answer.champion.variants if one["precision"] == "int8"]
    assert artifact.bytes < usual


def test_of_a_study_that_compresses_the_file_is_the_stripped_one_that_was_measured(study, tmp_path, monkeypatch):
    shutil.copytree(study.root, tmp_path, dirs_exist_ok=True)
    stored = tmp_path / "mlruns" / "studies" / "wine" / "study.json"
    values = json.loads(stored.read_text())
    stored.write_text(json.dumps({**values, "asked": {**values["asked"], "compress": True}}))

    def asked(record, files, variant, folder, said, **options):
        return folder.name, options["strip"]

    monkeypatch.setattr(exports, "_export", asked)
    assert export_trial("wine", root=tmp_path) == ("tflite-float32-stripped", True)
    assert export_trial("wine", strip=False, root=tmp_path) == ("tflite-float32", False)
    assert export_trial("wine", "keras_file", root=tmp_path) == ("keras_file-float32", False)
    assert export_trial("wine", root=study.root) == ("tflite-float32", False)


def test_where_nothing_is_said_the_file_is_of_the_kind_that_the_study_measured(study, tmp_path, monkeypatch):
    shutil.copytree(study.root, tmp_path, dirs_exist_ok=True)
    stored = tmp_path / "mlruns" / "studies" / "wine" / "study.json"
    stored.write_text(json.dumps({**json.loads(stored.read_text()), "precision": "int8"}))

    def asked(record, files, variant, folder, said, **options):
        return tuple(variant)

    monkeypatch.setattr(exports, "_export", asked)
    assert export_trial("wine", root=tmp_path) == ("tflite", "int8")
    assert export_trial("wine", "saved_model", root=tmp_path) == ("saved_model", "float32")
    assert export_trial("wine", precision="float16", root=tmp_path) == ("tflite", "float16")
    stored.write_text(json.dumps({**json.loads(stored.read_text()), "format": "c_array"}))
    assert export_trial("wine", root=tmp_path) == ("c_array", "int8")
    assert export_trial("wine", precision="int8", root=tmp_path) == ("tflite", "int8")


def for_a_board(study, root):
    """Copy a study to `root` as if it were one for a microcontroller."""
    shutil.copytree(study.root, root, dirs_exist_ok=True)
    stored = root / "mlruns" / "studies" / "wine" / "study.json"
    values = json.loads(stored.read_text())
    asked = {**values["asked"], "device": "micro", "precision": "int8"}
    stored.write_text(json.dumps({**values, "precision": "int8", "format": "c_array", "asked": asked}))


def test_the_file_of_a_study_for_a_device_tells_what_it_takes_of_that_and_others_do_not(study, tmp_path, monkeypatch):
    def asked(record, files, variant, folder, said, **options):
        return *variant, options.get("device")

    monkeypatch.setattr(exports, "_export", asked)
    assert export_trial("wine", device=None, root=study.root) == ("tflite", "float32", None)
    for_a_board(study, tmp_path)
    assert export_trial("wine", device=None, root=tmp_path) == ("c_array", "int8", "micro")
    assert export_trial("wine", "c_array", root=tmp_path) == ("c_array", "int8", "micro")
    assert export_trial("wine", "tflite", root=tmp_path) == ("tflite", "int8", None)
    assert export_trial("wine", "keras_file", root=tmp_path) == ("keras_file", "float32", None)
    assert export_trial("wine", device="mobile", root=tmp_path) == ("tflite", "int8", "mobile")


def test_of_a_study_for_a_device_a_file_that_is_timed_is_another_format(study, tmp_path, monkeypatch):
    for_a_board(study, tmp_path)
    with pytest.raises(Unsupported, match=r"not for c_array\. Leave --latency .* away, or name --format tflite\."):
        export_trial("wine", latency=True, root=tmp_path, said=pytest.fail)
    monkeypatch.setattr(exports, "_export", lambda record, files, variant, folder, said, **options: variant)
    assert export_trial("wine", "tflite", latency=True, root=tmp_path) == ("tflite", "int8")


@pytest.mark.slow
def test_of_a_study_for_a_microcontroller_flash_and_memory_are_told_without_a_word(study, tmp_path):
    for_a_board(study, tmp_path)
    artifact = export_trial("wine", root=tmp_path)
    assert (artifact.path.name, artifact.footprint.device) == ("c_array-int8", "micro")
    assert artifact.footprint.to_json()["flash_bytes"] > artifact.bytes


@pytest.mark.slow
def test_for_a_device_what_is_shipped_there_first_is_written_with_what_it_takes(copied):
    artifact = export_trial("wine", device="micro", root=copied)
    assert artifact.path.name == "c_array-int8"
    assert artifact.footprint.to_json()["flash_bytes"] > artifact.bytes


def test_the_champion_exported_again_is_the_same_file_with_its_test_score(study, tmp_path):
    said = []
    artifact = export_trial("wine", out=tmp_path / "app", root=study.root, said=said.append)
    (stored,) = [
        variant
        for variant in study.answer.champion.variants
        if (variant["format"], variant["precision"]) == ("tflite", "float32")
    ]
    assert (artifact.sha256, artifact.bytes) == (stored["sha256"], stored["bytes"])
    assert (artifact.path, artifact.to_json()["test"]) == (tmp_path / "app", stored["test"])
    assert said == ["exporting wine as tflite float32"]


@pytest.mark.parametrize(
    "trial, options, error, words",
    [
        ("wien", {}, UnknownName, "did you mean 'wine'"),
        ("wine#4", {}, BadValue, "wine has no ended trial '4'; it has 4, counted from 0"),
        ("wine#-1", {}, BadValue, "no ended trial '-1'"),
        ("wine#", {}, BadValue, "no ended trial ''"),
        ("wine#one", {}, BadValue, "no ended trial 'one'"),
        ("wine", {"format": "tflit"}, UnknownName, "did you mean 'tflite'"),
        ("wine", {"format": "keras_file", "precision": "int8"}, Unsupported, "int8"),
        ("../wine", {}, BadValue, "Try --study"),
    ],
)
def test_what_there_is_not_is_refused_by_name(study, trial, options, error, words):
    with pytest.raises(error, match=words):
        export_trial(trial, root=study.root, **options)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"io": "int4"}, BadValue, r"io is 'int4'; it must be float or int8\. Try int8\."),
        ({"io": "int8"}, Unsupported, "int8 files alone have others"),
        ({"device": "micro", "latency": True}, Unsupported, "Leave --latency"),
    ],
)
def test_what_no_file_can_be_is_refused_before_anything_is_said_to_be_exported(study, options, error, words):
    with pytest.raises(error, match=words):
        export_trial("wine", root=study.root, said=pytest.fail, **options)


def test_a_bundle_that_is_there_is_kept_and_no_trial_is_trained_again_for_it(study, stopped_early, tmp_path):
    (tmp_path / "kept").write_text("mine")
    said = []
    for force in (False, True):
        with pytest.raises(BadValue, match="exists and is no bundle"):
            export_trial(f"wine#{stopped_early}", out=tmp_path, force=force, root=study.root, said=said.append)
    with pytest.raises(BadValue, match="tflite-float32 exists; nothing is overwritten.*--force"):
        export_trial("wine", root=study.root, said=said.append)
    assert all(text.startswith("exporting ") for text in said)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.slow
def test_a_study_that_runs_lets_nobody_export_into_its_folder_but_anywhere_else(study, copied, tmp_path):
    with study_lock(copied / "mlruns" / "studies" / "wine"):
        with pytest.raises(
            BadValue, match=r"'wine' is being run by process \d+; .* or give a folder elsewhere with --out"
        ):
            export_trial("wine", "keras_file", force=True, root=copied)
        assert export_trial("wine", "keras_file", out=tmp_path / "app", root=copied).path == tmp_path / "app"


@pytest.mark.slow
def test_weights_that_cannot_be_read_are_trained_again_and_that_is_said(study, copied, tmp_path):
    champion = study.answer.champion.trial
    weights = copied / "mlruns" / "studies" / "wine" / "trials" / f"{int(champion[5:]):04d}" / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:100])
    said = []
    artifact = export_trial("wine", out=tmp_path / "app", root=copied, said=said.append)
    assert said[1:] == [f"{champion} has weights in {weights} that cannot be read; it is trained again from its recipe"]
    assert artifact.sha256 == next(
        variant["sha256"]
        for variant in study.answer.champion.variants
        if (variant["format"], variant["precision"]) == ("tflite", "float32")
    )


def test_a_study_without_a_finished_trial_has_nothing_to_export(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, watcher=Leaver())
    with pytest.raises(ZooError, match="no finished trial yet"):
        export_trial("wine", root=tmp_path)
