"""list and show: what the zoo holds, what a part takes, what a builder makes of a task, and pictures."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from zoo.recipe import Recipe, Source
from zoo.showing import registries


def mistake(said):
    assert (said.code, said.out) == (2, "")
    line = said.err.splitlines()[-1]
    assert line.startswith("zoo: ")
    assert "Traceback" not in said.err
    return line


def test_list_names_every_part_in_one_line(zoo_command):
    said = zoo_command("list")
    assert said.err == ""
    for name in ("mlp", "cnn", "digits", "csv", "adam", "standardise", "tflite", "elu", "huber"):
        assert f"\n  {name} " in said.out


def test_list_of_activations_names_those_of_keras_too(zoo_command):
    assert "and Keras's own: " in zoo_command("list", "activation").out
    assert " mish," in zoo_command("list").out


def test_list_in_json_holds_the_same_parts(zoo_command):
    parts = json.loads(zoo_command("list", "--json").out)
    assert set(parts) == {registry.kind for registry in registries()}
    assert set(parts) >= {"builder", "activation", "loss", "optimizer", "reader", "format"}
    assert set(parts["builder"]) >= {"mlp", "cnn"}


def test_list_of_one_kind_holds_that_alone(zoo_command):
    assert set(json.loads(zoo_command("list", "loss", "--json").out)) == {"loss"}
    assert "no kind of part is named 'lossen'; did you mean 'loss'?" in mistake(zoo_command("list", "lossen"))


def test_show_sizes_a_builder_for_data(zoo_command):
    said = zoo_command("show", "mlp", "--task", "digits", "--set", "model.units=32", "--set", "mlp.depth=1")
    assert said.code == 0
    (line,) = (line for line in said.out.splitlines() if line.startswith("for digits"))
    parameters = 64 * 32 + 32 + 32 * 10 + 10
    macs = 64 * 32 + 32 * 10
    expected = f"{parameters:,} parameters, {macs:,} multiply-accumulates"
    assert line == f"for digits, image of 8 x 8 x 1, 10 classes: {expected}"


def test_show_in_json_has_task_and_sizes_or_null(zoo_command):
    sized = json.loads(zoo_command("show", "mlp", "--task", "wine", "--json").out)
    assert sized["task"]["input_shape"] == [13]
    assert sized["sizes"]["parameters"] == 13 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3
    plain = json.loads(zoo_command("show", "adam", "--json").out)
    assert (plain["kind"], plain["task"], plain["sizes"]) == ("optimizer", None, None)


def test_show_takes_the_data_of_a_recipe(zoo_command, tmp_path):
    (tmp_path / "recipe.json").write_text(json.dumps(Recipe(Source("wine"), "mlp").to_json()))
    sized = json.loads(zoo_command("show", "mlp", "--task", "recipe.json", "--json").out)
    assert sized["task"]["input_shape"] == [13]
    refused = zoo_command("show", "mlp", "--task", "recipe.json", "--target", "y")
    assert "says how its data is read" in mistake(refused)


def test_show_draws_schedules_without_tensorflow(zoo_command, tmp_path):
    said = zoo_command("show", "train", "--picture", "train.png", "--set", "train.warm_up=0.1")
    assert (said.code, said.err) == (0, "drawn to train.png\n")
    assert (tmp_path / "train.png").stat().st_size > 10_000


def test_show_draws_a_part_and_overwrites_nothing(zoo_command, tmp_path):
    said = zoo_command("show", "elu", "--picture", "elu.png", "--set", "elu.alpha=0.5")
    assert (said.code, said.err.splitlines()[-1]) == (0, "drawn to elu.png")
    with Image.open(tmp_path / "elu.png") as picture:
        assert picture.width == 1100
    assert "elu.png is there already" in mistake(zoo_command("show", "elu", "--picture", "elu.png"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("mpl",), "did you mean 'mlp'"),
        (("adam", "--task", "digits"), "a task sizes a builder only"),
        (("mlp", "--task", "dgits"), "did you mean 'digits'"),
        (("mlp", "--set", "units"), "--set units is no NAME=VALUE"),
        (("mlp", "--set", "mlp.unit=3"), "did you mean 'mlp.units'"),
        (("mlp", "--task", "wine", "--set", "mlp.units=3"), "it must lie between 8 and 512"),
        (("cnn", "--task", "wine"), "cnn takes"),
        (("csv", "--picture", "csv.png"), "pictures are drawn of activation"),
        (("elu", "--picture", "elu.jpg"), "pictures are written as PNG, and their names end in .png. Try elu.png."),
    ],
    ids=str,
)
def test_show_refuses_in_one_line(typed, words, zoo_command, tmp_path):
    assert words in mistake(zoo_command("show", *typed))
    assert not list(tmp_path.glob("*.png"))
