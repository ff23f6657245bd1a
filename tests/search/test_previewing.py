"""A preview says what a study would do, and does nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import search
from search import previewing as module
from search.claiming.attempt import Slot
from search.drawing.samplers import FIXED_START
from search.files import read_json
from search.objective import recipe_of
from search.planning import make_plan
from search.settings import settings_of
from search.watcher import Watcher
from zoo.artifact import Artifact
from zoo.errors import ConversionFailed, ZooError
from zoo.formats._facts import Facts

from .whole_studies import EPOCHS, Listener, asked, snapshot, tune

FILE = Artifact("tflite", "float32", bytes=4000, facts=Facts(512, {"FULLY_CONNECTED": 3}, None, 1500))


class NoConverter:
    """Stands where a child process would import TensorFlow."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self):
        pass


@pytest.fixture
def weighed(monkeypatch):
    """Weigh models by hand: each has as many parameters as recipes were weighed before it, in a file of 4,000 bytes."""
    found = []

    def weigh(recipe, splits, variant, converter, *, strip):
        found.append((recipe, variant))
        return len(found), FILE

    monkeypatch.setattr(module, "Converter", NoConverter)
    monkeypatch.setattr(module, "weigh_structure", weigh)
    return found


def preview(root: Path, data="wine", **changes):
    return search.preview(data, **asked(root, **changes))


def test_nothing_is_written(tmp_path, weighed):
    preview(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_its_recipes_are_those_of_the_first_slots_of_the_study(study, tmp_path, weighed):
    found = preview(tmp_path)
    recipes = [read_json(study.trial(slot) / "recipe.json") for slot in range(3)]
    for recipe in recipes:
        recipe["train"]["epochs"] = EPOCHS  # of a trial that was stopped early they were cut
    assert json.loads(json.dumps([recipe.to_json() for recipe, _ in weighed])) == recipes
    assert [(one.slot, one.parameters, one.costs["bytes"]) for one in found.recipes] == [
        (0, 1, 4000),
        (1, 2, 4000),
        (2, 3, 4000),
    ]
    assert found.exact


@pytest.mark.parametrize("sampler", [name for name in FIXED_START if name != "grid"])
def test_the_first_draws_of_these_samplers_do_not_depend_on_how_trials_ended(sampler, tmp_path):
    import optuna

    plan = make_plan(settings_of("wine", **asked(tmp_path, sampler=sampler)), Watcher())
    study, drawn = optuna.create_study(directions=plan.aims.directions), []
    for slot in range(3):
        study.sampler = plan.draws(slot)
        trial = study.ask()
        trial.set_user_attr("slot", slot)
        trial.set_user_attr("attempt", 0)
        drawn.append(recipe_of(Slot(trial), plan))
        study.tell(trial, 0.5 + slot / 10)
    assert module.first_recipes(plan) == tuple(drawn)


def test_every_value_has_a_row_that_says_where_it_comes_from(tmp_path, weighed):
    narrowed = {"model.units": "16,32", "train.learning_rate": "0.001:0.01:log"}
    found = preview(tmp_path, builders=("mlp",), fixed={"model.depth": 2}, narrowed=narrowed)
    rows = {row.name: row for row in found.space}
    assert (rows["model.units"].points, rows["model.units"].source) == ((16, 32), "--space")
    assert (rows["model.depth"].points, rows["model.depth"].source) == ((2,), "--set")
    assert (rows["train.monitor"].points, rows["train.monitor"].source) == (("accuracy",), "the goal")
    rate = rows["train.learning_rate"]
    assert (rate.points, rate.between, rate.log) == ((0.001, 0.01), True, True)
    assert rows["train.batch_size"].source == "default"
    assert rows["model.builder"].source == "--builder"


def test_values_of_several_builders_bear_their_names(tmp_path, weighed):
    found = preview(tmp_path, data="digits", builders=("mlp", "cnn"))
    names = {row.name for row in found.space}
    assert {"mlp.units", "cnn.filters", "train.learning_rate", "model.builder"} <= names
    assert preview(tmp_path, data="digits", builders=()).space[0].source == "searched by default"
    assert found.size.structures.keys() == {"mlp", "cnn"}


def test_a_file_beyond_a_limit_is_said_and_is_no_error(tmp_path, weighed):
    found = preview(tmp_path, limit="bytes=1kB")
    assert [one.beyond for one in found.recipes] == ["bytes is 4,000, at most 1,000 are wanted"] * 3


def test_a_model_that_does_not_convert_says_why(tmp_path, weighed, monkeypatch):
    def refuse(*_, **_named):
        raise ConversionFailed("no such operator")

    monkeypatch.setattr(module, "weigh_structure", refuse)
    found = preview(tmp_path)
    assert [one.refused for one in found.recipes] == ["no such operator"] * 3
    assert found.forecast.seconds > 0


def test_the_files_are_those_of_the_precision_that_is_asked_for(tmp_path, weighed):
    assert preview(tmp_path, precision="int8").precision == "int8"
    assert {variant.precision for _, variant in weighed} == {"int8"}


def test_for_a_microcontroller_they_are_those_that_ship_there(tmp_path, weighed):
    assert preview(tmp_path, device="micro").format == "c_array"
    assert {variant for _, variant in weighed} == {("c_array", "int8")}


def test_fewer_trials_have_fewer_recipes(tmp_path, weighed):
    assert len(preview(tmp_path, trials=2).recipes) == 2


def test_a_preview_is_plain_json(tmp_path, weighed):
    told = json.loads(json.dumps(preview(tmp_path).to_json()))
    assert told["trials"]["target"] == 4
    assert told["size"]["finite"] is False
    assert told["forecast"].keys() == {"seconds", "low", "high"}
    assert {row["name"] for row in told["space"]} >= {"model.units", "train.learning_rate"}


REFUSED = [
    {"builders": ("mpl",)},
    {"goal": "rmse"},
    {"limit": "bytes=much"},
    {"sampler": "tpee"},
    {"fixed": {"model.depth": 99}},
    {"sampler": "grid"},
    {"from_study": "nothing"},
    {"trials": 0},
]


@pytest.mark.parametrize("options", REFUSED, ids=lambda options: next(iter(options)))
def test_it_refuses_what_tune_refuses_in_the_same_words(tmp_path, weighed, options):
    errors = []
    for call in (preview, tune):
        with pytest.raises(ZooError) as refused:
            call(tmp_path, **options)
        errors.append((refused.type, str(refused.value)))
    assert errors[0] == errors[1]


def test_another_space_than_that_of_the_stored_study_is_refused_in_the_same_words(study, weighed):
    before, errors = snapshot(study.root), []
    for call in (preview, tune):
        with pytest.raises(ZooError) as refused:
            call(study.root, narrowed={"model.units": "8,16"})
        errors.append(str(refused.value))
    assert errors[0] == errors[1] and "a study keeps its settings" in errors[0]
    assert snapshot(study.root) == before


def test_a_folder_that_cannot_be_made_is_refused_in_the_same_words(tmp_path, weighed):
    file = tmp_path / "file"
    file.touch()
    errors = []
    for call in (preview, tune):
        with pytest.raises(ZooError) as refused:
            call(file)
        errors.append(str(refused.value))
    assert errors[0] == errors[1]


def test_a_stored_study_is_left_as_it_is_and_its_own_trials_tell_the_time(study, weighed):
    before, listener = snapshot(study.root), Listener()
    found = search.preview("wine", watcher=listener, **asked(study.root, trials=40))
    assert snapshot(study.root) == before
    assert found.recorded and found.forecast.seconds > 0
    assert found.trials.total == 4 and found.trials.target == 40


@pytest.mark.patient
@pytest.mark.slow
def test_what_untrained_models_take_is_what_the_trained_ones_take(tmp_path):
    options = {"builders": ("mlp", "cnn"), "goal": ("accuracy", "bytes"), "pruner": "none", "trials": 3}
    told = preview(tmp_path, data="digits", **options)
    listener = Listener()
    tune(tmp_path, data="digits", watcher=listener, **options)
    trained = sorted(listener.ended, key=lambda one: one.slot)
    assert [one.parameters for one in told.recipes] == [one.parameters for one in trained]
    assert [one.costs["bytes"] for one in told.recipes] == [one.costs["bytes"] for one in trained]
    assert [dict(one.values) for one in told.recipes] == [dict(one.values) for one in trained]


@pytest.mark.slow
def test_the_command_prints_the_space_three_recipes_and_a_forecast_and_leaves_nothing(zoo_command, tmp_path):
    typed = ("tune", "wine", "--builder", "mlp", "--dry-run", "--root", tmp_path / "new")
    said = zoo_command(*typed)
    assert said.code == 0
    assert "  train.learning_rate" in said.out and "size   continuous in" in said.out
    assert "the first 3 trials by tpe with seed 0, as tflite float32 files" in said.out
    assert "time   about " in said.out
    assert not (tmp_path / "new").exists()
    told = json.loads(zoo_command(*typed, "--json").out)
    assert [one["slot"] for one in told["recipes"]] == [0, 1, 2]
