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

from zoo.bundle import Predictions
from zoo.cli_bundle import _table
from zoo.preparation import Preparation
from zoo.scale import Scale

from .bundle_commands import changed, mistake

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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.parametrize("name", ["preparation.json", "report.json", "proof.json", "recipe.json"])
@pytest.mark.parametrize("command", ["predict", "evaluate", "verify"])
def test_a_part_that_no_export_writes_is_a_mistake_that_names_it(command, name, bundle, rows, zoo_command):
    changed(bundle, name, **dict.fromkeys(json.loads((bundle / name).read_text())))
    line = mistake(zoo_command(command, bundle, "rows.npz"))
    assert f"{name} is not as an export writes it" in line
    assert line.endswith("Export the model again.")


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
