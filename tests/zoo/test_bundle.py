"""A bundle carries all that a prediction needs, and says so when it was changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from zoo.bundle import load, predict
from zoo.errors import BadData

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def original(exports):
    return exports["cnn", "tflite", "int8"]


@pytest.fixture
def folder(original, tmp_path):
    return Path(shutil.copytree(original.path, tmp_path / "bundle"))


def edit(folder, **changes):
    """Change keys of the manifest."""
    path = folder / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def listed(folder):
    return json.loads((folder / "bundle.json").read_text())["files"]


def test_raw_rows_give_labels_and_probabilities(folder, digits):
    bundle = load(folder)
    found = bundle.predict(digits.dataset.x[:200])
    assert np.mean(np.array(found.labels) == digits.dataset.y[:200].astype(str)) > 0.9
    prepared = digits.preparation.apply(digits.dataset.x[:200])
    np.testing.assert_array_equal(found.probabilities, bundle.model.predict(prepared))
    assert found.classes == digits.task.classes


def test_predictions_in_json_are_lists_in_the_order_of_the_labels_file(folder, digits):
    answer = load(folder).predict(digits.dataset.x[:3]).to_json()
    lines = (folder / "labels.txt").read_text().splitlines()
    assert json.loads(json.dumps(answer)) == answer
    assert answer["predictions"] == [lines[int(np.argmax(row))] for row in answer["probabilities"]]


def test_a_data_frame_is_answered_by_the_names_of_its_columns_whatever_their_order(folder, digits):
    import pandas as pd

    raw = digits.dataset.x[:40]
    frame = pd.DataFrame(raw.reshape(40, 64), columns=digits.dataset.columns)
    shuffled = frame.sample(frac=1, axis="columns", random_state=0).assign(digit="text beside the pixels")
    np.testing.assert_array_equal(predict(folder, shuffled).probabilities, predict(folder, raw).probabilities)


def test_rows_of_another_shape_are_bad_data(folder):
    with pytest.raises(BadData, match="shape"):
        load(folder).predict(np.zeros((2, 7)))


def test_the_hash_is_that_of_sha256sum(folder, original):
    lines = [f"{sha256(file.read_bytes()).hexdigest()} {file.name}\n" for file in folder.iterdir()]
    assert load(folder).sha256 == original.sha256 == sha256("".join(sorted(lines)).encode()).hexdigest()


def test_the_manifest_lists_every_other_file_and_tells_types_and_shapes(folder):
    manifest = json.loads((folder / "bundle.json").read_text())
    assert {*manifest["files"], "bundle.json"} == {path.name for path in folder.iterdir()}
    assert manifest["input"] == {"dtype": "float32", "shape": [None, 8, 8, 1]}
    assert manifest["output"] == {"dtype": "float32", "shape": [None, 10]}


@pytest.mark.slow
def test_the_manifest_of_a_model_that_takes_one_row_at_a_time_says_so(exports):
    manifest = json.loads((exports["lstm", "tflite", "int8"].path / "bundle.json").read_text())
    assert manifest["input"]["shape"] == [1, 8, 8, 1]
    assert manifest["output"]["shape"] == [1, 10]


def test_the_report_tells_the_rows_that_int8_was_calibrated_on(folder):
    calibration = load(folder).report["calibration"]
    assert calibration["rows"] == 300
    assert len(calibration["sha256"]) == 64


def test_the_recipe_names_the_variant(folder):
    assert load(folder).recipe["export"] == {"format": "tflite", "precision": "int8"}


FILES = ("model.tflite", "preparation.json", "labels.txt", "recipe.json", "report.json", "proof.json")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(BadData, match=f"{name} was changed after the export"):
        load(folder)


def test_two_hundred_bits_flipped_one_by_one_are_found_or_change_no_answer(folder, digits):
    random, raw = np.random.default_rng(0), digits.dataset.x[:5]
    expected, found = load(folder).predict(raw).to_json(), 0
    files = sorted(path for path in folder.iterdir())
    for place in random.integers(0, sum(path.stat().st_size for path in files), 200):
        for path in files:
            if place < path.stat().st_size:
                break
            place -= path.stat().st_size
        whole = path.read_bytes()
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << int(random.integers(8))]) + whole[place + 1 :])
        try:
            assert load(folder).predict(raw).to_json() == expected
        except BadData as error:
            assert "\n" not in str(error)
            found += 1
        path.write_bytes(whole)
    assert found > 150  # but for words of the manifest that are for people, such as its shapes


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_bad_data(folder, name):
    (folder / name).unlink()
    with pytest.raises(BadData, match=r"cannot be read|no model file"):
        load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_manifest_leaves_out_is_bad_data(folder, name):
    edit(folder, files={key: value for key, value in listed(folder).items() if key != name})
    with pytest.raises(BadData, match=name):
        load(folder)


@pytest.mark.parametrize("outside", ["../secret", "/etc/hostname", "sub/../../secret", "a\0b"])
def test_a_path_out_of_the_folder_is_refused(folder, outside):
    (folder.parent / "secret").write_text("s")
    edit(folder, files={**listed(folder), outside: sha256(b"s").hexdigest()})
    with pytest.raises(BadData, match="outside the bundle"):
        load(folder)


def test_a_link_out_of_the_folder_is_refused(folder):
    inside = (folder / "labels.txt").rename(folder.parent / "labels.txt")
    (folder / "labels.txt").symlink_to(inside)
    with pytest.raises(BadData, match="outside the bundle"):
        load(folder)


@pytest.mark.parametrize(
    "changes", [{"schema": 99}, {"format": "../../evil"}, {"format": None}, {"files": None}, {"files": ["a"]}]
)
def test_a_manifest_of_another_kind_is_bad_data(folder, changes):
    edit(folder, **changes)
    with pytest.raises(BadData, match=r"bundle\.json"):
        load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 1}', "\x00\xff", "[" * 100_000], ids=range(7))
def test_a_manifest_that_is_not_json_is_bad_data(folder, text):
    (folder / "bundle.json").write_text(text)
    with pytest.raises(BadData, match=r"bundle\.json"):
        load(folder)


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path):
    with pytest.raises(BadData, match="no bundle at .* Give a folder `zoo export` wrote"):
        load(tmp_path)


PREDICT = """
import json, sys
import numpy as np
from zoo.bundle import load
answer = load(sys.argv[1]).predict(np.zeros((2, 8, 8, 1))).to_json()
assert len(answer["predictions"]) == 2
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_a_prediction_loads_numpy_and_the_interpreter_only_and_is_silent(folder):
    command = [sys.executable, "-c", PREDICT, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert {"numpy", "ai_edge_litert"} <= loaded
    assert not loaded & {"tensorflow", "keras", "pandas", "sklearn", "optuna", "mlflow", "scipy", "PIL"}
    assert done.stderr == ""


class Broken:
    """A model whose first answer is no number."""

    def __init__(self, outputs):
        self.outputs = outputs

    def predict(self, x):
        answers = np.full((len(x), self.outputs), 0.5, "float32")
        answers[0] = np.nan
        return answers


@pytest.mark.slow
@pytest.mark.parametrize("outputs", [10, 1])
def test_an_answer_that_is_no_number_is_null_and_told(outputs, original, quantity_exports, digits, diabetes):
    is_class = outputs == 10
    bundle = load(original.path if is_class else quantity_exports["tflite", "int8"].path)
    bundle.__dict__["model"] = Broken(outputs)
    found = bundle.predict((digits if is_class else diabetes).dataset.x[:3])
    answer = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert answer["predictions"][0] is None
    assert None not in answer["predictions"][1:]
    assert found.notes == ("1 of 3 answers are not finite numbers",)


def test_images_without_their_channel_axis_are_answered_as_those_with_it(exports, digits):
    loaded, images = load(exports["cnn", "tflite", "float32"].path), digits.dataset.x[:5]
    np.testing.assert_array_equal(loaded.predict(images[..., 0]).probabilities, loaded.predict(images).probabilities)
