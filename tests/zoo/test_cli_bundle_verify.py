"""evaluate and verify: figures on stdout, talk on stderr, and an exit code that tells how it went."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from .bundle_commands import changed, mistake


@pytest.fixture
def bundle(exports, tmp_path):
    return shutil.copytree(exports["cnn", "tflite", "int8"].path, tmp_path / "my app")


def answered(digits, path, labels=None):
    """Write 40 raw digits with their answers to an .npz; return its name."""
    np.savez(path, x=digits.dataset.x[:40], y=digits.dataset.y[:40] if labels is None else labels)
    return path.name


def test_evaluate_tells_every_metric_on_labelled_rows(bundle, digits, zoo_command, tmp_path):
    name = answered(digits, tmp_path / "fresh.npz")
    told = json.loads(zoo_command("evaluate", bundle, name, "--json").out)
    assert told["rows"] == 40
    assert set(told["metrics"]) == {"accuracy", "balanced_accuracy", "log_loss"}
    assert told["bytes"] == (bundle / "model.tflite").stat().st_size
    said = zoo_command("evaluate", bundle, name)
    assert (said.code, said.err) == (0, f"reading {name}\n")
    assert said.out.startswith("tflite int8   40 rows   accuracy ")


def test_evaluate_takes_the_test_rows_of_the_data_that_was_learned_from_and_says_so(quantity_exports, zoo_command):
    artifact = quantity_exports["tflite", "int8"]
    said = zoo_command("evaluate", artifact.path, "diabetes", "--json")
    told = json.loads(said.out)
    assert told["own_test_rows"]
    assert said.err == "reading diabetes\nthis is the data that the model was made from: its test rows are taken\n"
    assert told["metrics"] == pytest.approx(artifact.test.metrics)
    assert told["accuracy_interval"] is None


def test_verify_passes_with_exit_code_0_and_names_its_reference(exports, digits, zoo_command, tmp_path):
    name = answered(digits, tmp_path / "fresh.npz")
    folder = exports["cnn", "tflite", "int8"].path
    said = zoo_command("verify", folder, name)
    assert said.code == 0
    first, recorded, reference, against, verdict = said.out.splitlines()
    assert first.startswith("tflite int8   40 rows   accuracy ")
    assert recorded.startswith("at its export   360 test rows   accuracy ")
    assert reference == f"reference   {folder.resolve().parent / 'keras_file-float32'}"
    assert against.startswith("against it   accuracy ")
    assert against.endswith("   7 of 7 operators compute in integers, 2 convert to or from them")
    assert verdict == "proof ok"


def test_verify_fails_with_exit_code_1_and_says_why(bundle, digits, zoo_command, tmp_path):
    name = answered(digits, tmp_path / "fresh.npz", np.roll(digits.dataset.y[:40], 1))
    said = zoo_command("verify", bundle, name)
    assert said.code == 1
    assert "proof FAILED: accuracy is " in said.out.splitlines()[-1]
    told = json.loads(zoo_command("verify", bundle, name, "--json").out)
    assert (told["passed"], told["proof"], told["reference"]) == (False, None, None)
    assert len(told["reasons"]) == 1


def test_verify_takes_the_reference_that_is_named(bundle, exports, digits, zoo_command, tmp_path):
    name = answered(digits, tmp_path / "fresh.npz", np.roll(digits.dataset.y[:40], 1))
    reference = exports["cnn", "tflite", "float32"].path
    told = json.loads(zoo_command("verify", bundle, name, "--against", reference, "--json").out)
    assert told["passed"]  # it answers as its source does, however wrong that is on these labels
    assert told["reference"] == str(reference)


@pytest.mark.parametrize("command", ["evaluate", "verify"])
def test_labels_that_the_model_does_not_know_and_rows_without_any_are_mistakes(
    command, bundle, digits, zoo_command, tmp_path
):
    name = answered(digits, tmp_path / "odd.npz", np.full(40, 11))
    assert "holds '11', which is none of the 10 classes" in mistake(zoo_command(command, bundle, name))
    np.savez(tmp_path / "bare.npz", x=digits.dataset.x[:4])
    assert "no array 'y' of right answers" in mistake(zoo_command(command, bundle, "bare.npz"))
    assert "neither a file nor an embedded data set" in mistake(zoo_command(command, bundle, "dgits"))


@pytest.mark.parametrize("command", ["evaluate", "verify"])
def test_a_changed_file_is_a_mistake_that_names_it(command, bundle, digits, zoo_command, tmp_path):
    name = answered(digits, tmp_path / "fresh.npz")
    with (bundle / "model.tflite").open("ab") as file:
        file.write(b"x")
    line = mistake(zoo_command(command, bundle, name))
    assert "model.tflite was changed after the export: its sha256 differs" in line


def test_verify_fails_where_the_proof_at_the_export_failed(exports, digits, zoo_command, tmp_path):
    folder = shutil.copytree(exports["cnn", "tflite", "int8"].path.parent, tmp_path / "exports") / "tflite-int8"
    changed(folder, "proof.json", passed=False, reasons=["accuracy drops by 0.02, more than 0.01"])
    name = answered(digits, tmp_path / "fresh.npz", np.roll(digits.dataset.y[:40], 1))
    said = zoo_command("verify", folder, name)
    assert said.code == 1
    why = "its own proof failed at export, on validation rows: accuracy drops by 0.02, more than 0.01"
    assert said.out.splitlines()[-1] == f"proof FAILED: {why}"
    assert "note: accuracy is " in said.err
    told = json.loads(zoo_command("verify", folder, name, "--json").out)
    assert (told["passed"], told["worse_than_recorded"], told["reasons"]) == (False, True, [why])
