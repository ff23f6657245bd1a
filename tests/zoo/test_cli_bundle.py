"""predict, evaluate and verify: data on stdout, talk on stderr, one line for a mistake."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from zoo.bundle import Predictions
from zoo.cli_bundle import _table
from zoo.data import load_data
from zoo.exporting import export
from zoo.pipeline import run
from zoo.preparation import Preparation
from zoo.recipe import Recipe, TrainConfig
from zoo.scale import Scale
from zoo.workspace import Workspace

PIXELS = ",".join(f"pixel_{row}_{column}" for row in range(8) for column in range(8))


@pytest.fixture
def bundle(exports, tmp_path):
    return shutil.copytree(exports["cnn", "tflite", "int8"].path, tmp_path / "my app")


@pytest.fixture
def rows(digits, tmp_path):
    """Three raw digits as a .csv with a header, a .npy and an .npz."""
    images = digits.dataset.x[:3, ..., 0]
    np.save(tmp_path / "rows.npy", images)
    np.savez(tmp_path / "rows.npz", x=images)
    header = ",".join(digits.dataset.columns)
    np.savetxt(tmp_path / "rows.csv", images.reshape(3, -1), delimiter=",", header=header, comments="")
    return digits.dataset.y[:3].astype(str).tolist()


def mistake(said):
    assert said.code == 2
    assert said.out == ""
    line = said.err.splitlines()[-1]
    assert line.startswith("zoo: ")
    assert "Traceback" not in said.err
    return line


@pytest.mark.parametrize("name", ["rows.csv", "rows.npy", "rows.npz"])
def test_predict_answers_a_row_a_line_with_the_answer_first(name, bundle, rows, zoo_command):
    said = zoo_command("predict", bundle, name)
    assert (said.code, said.err) == (0, "")
    header, *answers = csv.reader(io.StringIO(said.out))
    assert header == ["prediction", *"0123456789"]
    assert [answer[0] for answer in answers] == rows
    assert all(header[1 + np.argmax([*map(float, answer[1:])])] == answer[0] for answer in answers)


def test_predict_in_json_gives_one_object(bundle, rows, zoo_command):
    said = zoo_command("predict", bundle, "rows.csv", "--json")
    answer = json.loads(said.out)
    assert answer["predictions"] == rows
    assert np.shape(answer["probabilities"]) == (3, 10)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.csv", None, "none.csv does not exist"),
        ("empty.csv", "", "empty.csv is empty"),
        ("header.csv", PIXELS, "add rows"),
        ("missing.csv", "pixel_0_0,other\n1,2\n", "no column 'pixel_0_1'"),
        ("narrow.csv", "1,2,3\n", "3 columns and no header; this model takes 64"),
        ("text.csv", f"{PIXELS}\n{'x,' * 63}x", "holds text ('x') in data row 1"),
    ],
)
def test_predict_refuses_rows_that_do_not_fit_in_one_line(name, text, words, bundle, zoo_command, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text)
    assert words in mistake(zoo_command("predict", bundle, name))


def test_predict_refuses_an_array_without_rows_or_of_another_width(bundle, zoo_command, tmp_path):
    np.save(tmp_path / "none.npy", np.zeros((0, 8, 8)))
    assert "holds no rows" in mistake(zoo_command("predict", bundle, "none.npy"))
    np.save(tmp_path / "narrow.npy", np.zeros((2, 10)))
    assert "this model takes" in mistake(zoo_command("predict", bundle, "narrow.npy"))


@pytest.mark.parametrize("what", ["folder", "file", "nothing"])
def test_predict_refuses_what_is_no_bundle(what, rows, zoo_command, tmp_path):
    {"folder": (tmp_path / "x").mkdir, "file": (tmp_path / "x").touch, "nothing": bool}[what]()
    assert "no bundle at x" in mistake(zoo_command("predict", "x", "rows.csv"))


def test_predict_refuses_a_changed_bundle_and_names_the_file(bundle, rows, zoo_command):
    with (bundle / "labels.txt").open("a") as file:
        file.write("ten\n")
    assert "labels.txt was changed after the export" in mistake(zoo_command("predict", bundle, "rows.csv"))


@pytest.mark.slow
@pytest.mark.parametrize("format", ["keras_file", "saved_model", "tflite"])
def test_a_prediction_writes_nothing_to_stderr(format, exports, rows, tmp_path):
    command = [sys.executable, "-c", "from search.cli import main; main()", "predict"]
    folder = exports["mlp", format, "float32"].path
    ended = subprocess.run([*command, folder, "rows.npy"], cwd=tmp_path, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_predict_answers_quantities_in_their_own_units(quantity_exports, diabetes, zoo_command, tmp_path):
    folder = quantity_exports["tflite", "int8"].path
    np.save(tmp_path / "rows.npy", diabetes.dataset.x[:9])
    header, *answers = csv.reader(io.StringIO(zoo_command("predict", folder, "rows.npy").out))
    assert header == ["prediction"]
    answer = json.loads(zoo_command("predict", folder, "rows.npy", "--json").out)
    assert answer["probabilities"] is None
    np.testing.assert_allclose([float(cell) for (cell,) in answers], answer["predictions"], rtol=1e-6)
    assert (
        np.abs(np.array(answer["predictions"]) - diabetes.dataset.y[:9]).mean() < diabetes.preparation.target.deviation
    )


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
    assert against.endswith(" operators compute in integers")
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


def changed(folder, name, **changes):
    """Change keys of a JSON file of a bundle, and its hash in the manifest."""
    from zoo.manifest import file_hash

    (folder / name).write_text(json.dumps({**json.loads((folder / name).read_text()), **changes}))
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest["files"][name] = file_hash(folder / name)
    (folder / "bundle.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("target", [(1e9, 2.4), (0.0, 1e-12), (1e45, 1e44), (5e6, 1e6)])
def test_predict_writes_quantities_to_a_millionth_of_their_deviation(
    target, quantity_exports, diabetes, zoo_command, tmp_path
):
    folder = shutil.copytree(quantity_exports["tflite", "float32"].path, tmp_path / "app")
    mean, deviation = target
    changed(folder, "preparation.json", target={"mean": mean, "deviation": deviation})
    np.save(tmp_path / "rows.npy", diabetes.dataset.x[:20])
    _, *cells = zoo_command("predict", folder, "rows.npy").out.split()
    exact = np.array(json.loads(zoo_command("predict", folder, "rows.npy", "--json").out)["predictions"])
    assert np.abs(np.array(cells, float) - exact).max() <= 1e-6 * deviation
    assert max(map(len, cells)) <= 18
    assert not any(cell.endswith(".0") for cell in cells)


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


@pytest.mark.parametrize("name", ["preparation.json", "report.json", "proof.json", "recipe.json"])
@pytest.mark.parametrize("command", ["predict", "evaluate", "verify"])
def test_a_part_that_no_export_writes_is_a_mistake_that_names_it(command, name, bundle, rows, zoo_command):
    changed(bundle, name, **dict.fromkeys(json.loads((bundle / name).read_text())))
    line = mistake(zoo_command(command, bundle, "rows.npz"))
    assert f"{name} is not as an export writes it" in line
    assert line.endswith("Export the model again.")


@pytest.mark.slow
def test_texts_that_are_new_are_told_on_stderr_by_every_command(zoo_command, tmp_path, workspace):
    from zoo.data import load_data
    from zoo.exporting import export
    from zoo.pipeline import run
    from zoo.recipe import Recipe, TrainConfig

    lines = [f"{city},{age},{answer}" for age in range(30) for city, answer in (("rome", "yes"), ("oslo", "no"))]
    (tmp_path / "learned.csv").write_text("\n".join(["city,age,answer", *lines]))
    source = load_data(tmp_path / "learned.csv", "answer").source
    trained = run(Recipe(source, "mlp", {"units": 8}, train=TrainConfig(epochs=2)), workspace).trained
    export(trained, workspace.splits(source), out=tmp_path / "app")
    (tmp_path / "fresh.csv").write_text("city,age,answer\nlima,3,yes\nbonn,4,no\n")
    for command in ("predict", "evaluate", "verify"):
        said = zoo_command(command, "app", "fresh.csv", "--json")
        assert "2 of 2 cells of 'city' are none of the 2 texts that the model tells apart\n" in said.err
        json.loads(said.out)


def test_predict_heads_no_two_columns_alike(bundle, rows, zoo_command):
    from zoo.manifest import file_hash

    names = ["prediction", *"123456789"]
    (bundle / "labels.txt").write_text("".join(f"{name}\n" for name in names))
    manifest = json.loads((bundle / "bundle.json").read_text())
    manifest["files"]["labels.txt"] = file_hash(bundle / "labels.txt")
    (bundle / "bundle.json").write_text(json.dumps(manifest))
    header, first, *_ = csv.reader(io.StringIO(zoo_command("predict", bundle, "rows.csv").out))
    assert header == ["prediction", "probability of prediction", *"123456789"]
    assert first[0] == "prediction"


FLOATS = Preparation((), (2,), (), target=Scale(0.0, 1.0), facts={"id": "machine"})


@pytest.mark.parametrize(
    ("answers", "preparation", "lines"),
    [
        (
            Predictions(("cat", ""), np.array([[1.0, 0.0], [np.nan, 0.5]]), ("cat", "file"), rows=("a.png", "b/c.png")),
            Preparation((), (), (), "uint8", modality="image"),
            [
                ["file", "prediction", "cat", "probability of file"],
                ["a.png", "cat", "1", "0"],
                ["b/c.png", "", "nan", "0.5"],
            ],
        ),
        (
            Predictions(quantities=np.array([[1.5, 2.0]]), rows=("m1",)),
            FLOATS,
            [["machine", "step 1", "step 2"], ["m1", "1.5", "2"]],
        ),
        (Predictions(quantities=np.array([1.5, 2.0])), FLOATS, [["prediction"], ["1.5"], ["2"]]),
    ],
)
def test_answers_are_a_table_that_names_the_rows_where_they_have_names(answers, preparation, lines):
    assert list(_table(answers, preparation)) == lines
    assert answers.to_json().get("rows", []) == list(answers.rows)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A bundle of a model of images of several sizes, and the folder that it learned from."""
    folder = tmp_path_factory.mktemp("bilder é")
    for place, name in enumerate(("dark", "light")):
        for at in range(12):
            values = np.random.default_rng(at).integers(0, 90, (8 + at % 3, 9, 3)) + 160 * place
            (folder / "old" / name).mkdir(parents=True, exist_ok=True)
            Image.fromarray(values.astype(np.uint8)).save(folder / "old" / name / f"{at}.png")
    source, workspace = load_data(folder / "old").source, Workspace(1)
    recipe = Recipe(source, "mlp", {"units": 8}, {"size": 8}, train=TrainConfig(epochs=2))
    trained = run(recipe, workspace).trained
    export(trained, workspace.splits(source, {"size": 8}), out=folder / "app")
    return folder


@pytest.mark.slow
def test_a_folder_of_images_is_predicted_by_name_and_evaluated_by_class(pictures, zoo_command):
    new = shutil.copytree(pictures / "old" / "dark", pictures / "new" / "dark")
    (new / "torn.jpg").write_bytes((new / "0.png").read_bytes()[:90])
    said = zoo_command("predict", pictures / "app", pictures / "new")
    header, *answers = csv.reader(io.StringIO(said.out))
    assert header == ["file", "prediction", "dark", "light"]
    assert sorted(answer[0] for answer in answers) == sorted(f"dark/{at}.png" for at in range(12))
    assert "1 of 13 images cannot be read: left out: dark/torn.jpg" in said.err
    told = json.loads(zoo_command("evaluate", pictures / "app", pictures / "new", "--json").out)
    assert (told["rows"], told["own_test_rows"]) == (12, False)
    own = json.loads(zoo_command("verify", pictures / "app", pictures / "old", "--json").out)
    assert own["passed"] and own["own_test_rows"] and own["rows"] == own["recorded"]["rows"] == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [("sound.wav", "sound.wav is no image"), ("empty", "holds no image"), ("rows.csv", "rows.csv is a table")],
)
def test_a_model_of_images_refuses_what_holds_none(pictures, name, words, zoo_command, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "sound.wav").write_bytes(b"RIFF0000WAVE")
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    assert words in mistake(zoo_command("predict", pictures / "app", name))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.txt", b"some words of text\n", "has no column 'age'"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0", "holds NUL bytes"),
        ("folder", None, "is a folder; give a .csv, .tsv, .npz or .npy file of rows"),
    ],
)
def test_a_model_of_a_table_refuses_texts_images_and_folders(
    name, content, words, quantity_exports, zoo_command, tmp_path
):
    (tmp_path / name).write_bytes(content) if content else (tmp_path / name).mkdir()
    assert words in mistake(zoo_command("predict", quantity_exports["tflite", "int8"].path, name))
