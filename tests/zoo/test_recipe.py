"""Recipes: JSON both ways, and one line for what is no recipe."""

from __future__ import annotations

import json

import pytest

from zoo.errors import BadData, BadValue
from zoo.recipe import SOURCE_TYPES, Recipe, Source, TrainConfig, read_recipe

RECIPE = Recipe(Source("d.csv", "y", "csv", "ab"), "mlp", {"units": 32}, train=TrainConfig(epochs=4), seed=7)


def test_a_recipe_survives_json():
    assert Recipe.from_json(json.loads(json.dumps(RECIPE.to_json()))) == RECIPE


def test_dotted_values_name_builder_model_and_training():
    values = RECIPE.values()
    assert values["model.builder"] == "mlp"
    assert values["model.units"] == 32
    assert values["train.epochs"] == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [({"schema": 9}, "schema is 9"), ({"colour": 1}, "not a recipe"), ({"train": {"epoch": 1}}, "not a recipe")],
)
def test_another_schema_or_an_unknown_key_is_refused(change, message):
    with pytest.raises(BadValue, match=message):
        Recipe.from_json({**RECIPE.to_json(), **change})


@pytest.mark.parametrize(("text", "message"), [("{", "is not JSON"), ("[]", "is not JSON"), (None, "no recipe at")])
def test_a_file_without_a_recipe_is_refused(tmp_path, text, message):
    path = tmp_path / "recipe.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadData, match=message):
        read_recipe(path)


def test_a_task_survives_json_and_an_unknown_one_is_refused():
    recipe = Recipe(Source("d.csv", "y", task="regression"), "mlp")
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    for task in ("ranking", 3):
        values = {**recipe.to_json(), "data": {"path": "d.csv", "task": task}}
        with pytest.raises(BadValue, match="not a recipe: data.task is"):
            Recipe.from_json(values)


@pytest.mark.parametrize("name", SOURCE_TYPES)
def test_a_field_of_the_data_of_another_type_is_refused(name):
    values = {**RECIPE.to_json(), "data": {"path": "d.csv", name: {}}}
    with pytest.raises(BadValue, match=f"not a recipe: data.{name} is "):
        Recipe.from_json(values)


def test_a_recipe_without_a_task_is_read():
    values = RECIPE.to_json()
    del values["data"]["task"]
    assert Recipe.from_json(values) == RECIPE
