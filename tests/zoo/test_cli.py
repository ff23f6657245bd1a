"""check and run: data on stdout, talk on stderr, one line for a mistake."""

from __future__ import annotations

import json

import pytest

from zoo.recipe import Recipe, Source, TrainConfig

WINE = Recipe(Source("wine"), "mlp", {"units": 32}, train=TrainConfig(epochs=2))


def write(path, **changes):
    path.write_text(json.dumps({**WINE.to_json(), **changes}))


def mistake(said):
    assert said.code == 2
    assert said.out == ""
    line = said.err.splitlines()[-1]
    assert line.startswith("zoo: ")
    assert "Traceback" not in said.err
    return line


def test_check_draws_rows_before_and_after_augmentation_and_overwrites_nothing(zoo_command, tmp_path):
    from PIL import Image

    said = zoo_command("check", "digits", "--pictures", "sheet.png")
    assert (said.code, said.err.splitlines()[-1]) == (0, "drawn to sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert min(sheet.size) > 100
    assert "sheet.png is there already" in mistake(zoo_command("check", "digits", "--pictures", "sheet.png"))
    assert "of a table there is nothing to draw" in mistake(zoo_command("check", "wine", "--pictures", "other.png"))
    assert "Try sheet.png" in mistake(zoo_command("check", "digits", "--pictures", "sheet.gif"))


def test_check_tells_task_split_and_builders(zoo_command):
    said = zoo_command("check", "wine")
    assert said.code == 0
    assert said.err == "reading wine\n"
    assert said.out.splitlines()[0].startswith("wine   178 rows of 13 columns, 3 classes, no missing values")
    (builders,) = (line for line in said.out.splitlines() if line.startswith("builders "))
    assert "mlp" in builders


def test_check_prints_one_screen_that_ends_with_the_next_command(zoo_command, tmp_path):
    rows = "".join(f"{index % 17},{index % 5},{index % 2}\n" for index in range(200))
    (tmp_path / "churn.csv").write_text("age,plan,y\n" + rows)
    said = zoo_command("check", "churn.csv", "--target", "y", "--ignore", "plan")
    lines = said.out.splitlines()
    assert len(lines) <= 30
    assert any(line.startswith("age  ") for line in lines)
    assert any(line.startswith("warning  183 rows repeat an earlier one") for line in lines)
    assert lines[-1] == "next     zoo tune churn.csv --target y --ignore plan"


def test_check_in_json_has_the_promised_keys(zoo_command, tmp_path):
    lines = ["a,b,y", *[f"{a},,{'no' if a % 2 else 'yes'}" for a in range(20)], "1,2,no"]
    (tmp_path / "ein paar Zahlen.csv").write_text("\n".join(lines))
    answer = json.loads(zoo_command("check", "ein paar Zahlen.csv", "--target", "y", "--json").out)
    assert set(answer) >= {"task", "modality", "rows", "input_shape", "classes", "missing", "warnings", "builders"}
    assert answer["classes"] == ["no", "yes"]
    assert answer["missing"] == {"b": 20}
    assert answer["warnings"]


def test_check_reads_with_the_named_reader(zoo_command, tmp_path):
    (tmp_path / "table.xyz").write_text("a,y\n" + "1,no\n2,yes\n" * 9)
    refused = mistake(zoo_command("check", "table.xyz", "--target", "y"))
    assert "text of another suffix is read as a table with --reader csv" in refused
    assert zoo_command("check", "table.xyz", "--target", "y", "--reader", "csv").code == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("dgits",), "did you mean 'digits'"),
        (("digits", "--reader", "csv"), "digits is embedded. Leave the reader away."),
        (("digits", "--reader", "cvs"), "is embedded"),
        ((), "check needs DATA"),
        (("digits", "--jsno"), "did you mean '--json'"),
    ],
    ids=str,
)
def test_check_refuses_in_one_line(typed, words, zoo_command):
    assert words in mistake(zoo_command("check", *typed))


def test_run_trains_a_recipe_and_opens_the_test_split_on_request(zoo_command, tmp_path):
    write(tmp_path / "recipe.json")
    closed = json.loads(zoo_command("run", "recipe.json", "--json").out)
    assert closed["test"] is None
    assert closed["builder"] == "mlp"
    assert closed["epochs"] == 2
    opened = json.loads(zoo_command("run", "recipe.json", "--test", "--json").out)
    assert opened["validation"] == closed["validation"]
    assert "accuracy" in opened["test"]


def test_run_prints_its_scores_and_takes_data_from_elsewhere(zoo_command, tmp_path):
    write(tmp_path / "recipe.json", data={"path": "/no longer/wine"})
    assert "'/no longer/wine' is neither a file" in mistake(zoo_command("run", "recipe.json"))
    said = zoo_command("run", "recipe.json", "--data", "wine", "--test")
    assert [line.split()[0] for line in said.out.splitlines()] == ["mlp", "validation", "test"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "schema is 2"),
        ({"data": 3}, "data is 3; it must be an object"),
        ({"data": {"path": None}}, "data.path is None; it must be text"),
        ({"data": {"path": "wine", "split_seed": "x"}}, "data.split_seed is 'x'"),
        ({"builder": 3}, "builder is 3"),
        ({"builder": "mpl"}, "did you mean 'mlp'"),
        ({"model": [1]}, "model is [1]; it must be an object"),
        ({"model": {"units": 9999}}, "mlp.units is 9999"),
        ({"model": {"unitz": 9}}, "did you mean 'units'"),
        ({"train": None}, "train is None"),
        ({"train": {"epochs": "x"}}, "train.epochs is 'x'"),
        ({"threads": 0}, "threads is 0"),
        ({"threads": "a"}, "threads is 'a'"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**40}, "seed is 1099511627776"),
        ({"export": 3}, "export is 3"),
        ({"colour": "red"}, "colour"),
        ({"preparation": {"scale": True}}, "no value of preparation is named 'scale'"),
        ({"preparation": {"bins": 0}}, "preparation.bins is 0"),
        ({"augment": {"flip": 0.5}}, "augment.flip does not suit table classification"),
        ({"augment": {"flib": 0.5}}, "did you mean 'flip'"),
        ({"plugins": [{"path": "mine.py"}]}, "Remove `plugins`"),
        ({"data": {"path": "wine", "sha256": "0"}}, "wine has changed since the recipe was written"),
    ],
    ids=str,
)
def test_run_refuses_a_mangled_recipe_in_one_line(changes, words, zoo_command, tmp_path):
    write(tmp_path / "recipe.json", **changes)
    assert words in mistake(zoo_command("run", "recipe.json"))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"recipe"', "\xff"])
def test_run_refuses_what_is_no_recipe(text, zoo_command, tmp_path):
    (tmp_path / "recipe.json").write_text(text, "latin-1")
    assert "give the path of a recipe.json" in mistake(zoo_command("run", "recipe.json"))
    assert "give the path of a recipe.json" in mistake(zoo_command("run", tmp_path))
