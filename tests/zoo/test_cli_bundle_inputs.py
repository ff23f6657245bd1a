"""Files and folders for predict, evaluate and verify: images and texts beside tables of numbers."""

from __future__ import annotations

import csv
import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from zoo.data import load_data
from zoo.exporting import export
from zoo.pipeline import run
from zoo.recipe import Recipe, TrainConfig
from zoo.workspace import Workspace

from .bundle_commands import mistake


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
