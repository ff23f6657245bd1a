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


def test_a_recipe_of_a_fold_survives_json_and_one_without_reads_as_it_did_before_there_were_any():
    recipe = Recipe(Source("d.csv", "y", folds=5, fold=3), "mlp")
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert list(RECIPE.to_json()["data"]) == [name for name in SOURCE_TYPES if name not in ("folds", "fold")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"folds": 1}, "folds is 1; it must be 2 to 20. Try 5."),
        ({"folds": 21}, "folds is 21; it must be 2 to 20. Try 5."),
        ({"folds": 5, "fold": 5}, "fold is 5; of 5 folds the last is 4. Try fold 0."),
        ({"folds": 5, "fold": -1}, "fold is -1; of 5 folds the last is 4. Try fold 0."),
        ({"fold": 1}, "fold is 1; without folds it must be 0. Try fold 0."),
    ],
)
def test_a_fold_that_there_is_not_is_refused(given, message):
    with pytest.raises(BadValue, match=f"^{message}$"):
        Source("d.csv", **given)
    with pytest.raises(BadValue, match=f"^{message}$"):
        Recipe.from_json({**RECIPE.to_json(), "data": {"path": "d.csv", **given}})


def test_the_values_of_a_recipe_leave_out_what_matters_beside_another_setting_only():
    plain = Recipe(Source("digits"), "mlp").values()
    assert "train.beta_1" in plain
    assert {"train.momentum", "train.focal_gamma", "train.restarts"}.isdisjoint(plain)
    other = TrainConfig(optimizer="momentum", loss="focal", schedule="cosine")
    found = Recipe(Source("digits"), "mlp", train=other).values()
    assert "train.beta_1" not in found
    assert {"train.momentum", "train.focal_gamma", "train.restarts"} <= set(found)
