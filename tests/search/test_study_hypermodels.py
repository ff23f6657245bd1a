"""Whole studies of a user's own build: drawn, pruned, tracked, repeated, killed, and exported as any other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import search
import zoo
from search.children.succession import WorkerDied
from search.children.workers import Worker
from search.claiming.storage import database
from search.trials import read_study
from zoo.errors import BadData, BadValue, UnknownName
from zoo.hypermodels.plugins import plugin_of
from zoo.recipe import OWN_MODEL, Recipe, Source, TrainConfig, read_recipe
from zoo.trained import load_weights

from .whole_studies import Study, ended, runs
from .working import Heard

pytestmark = pytest.mark.slow
BUILDS = Path(__file__).parents[1] / "zoo" / "hypermodels" / "builds.py"
OWN = """
import keras
def build(hp, input_shape, classes):
    model = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten()])
    for layer in range(hp.Int("layers", 1, 2)):
        with hp.name_scope(f"layer{layer}"):
            model.add(keras.layers.Dense(hp.Int("units", 4, 16, step=4), activation="relu"))
    model.add(keras.layers.Dense(classes, activation="softmax"))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""


def tune(root, **changes):
    asked = {"hypermodel": f"{root / 'own.py'}:build", "trials": 5, "finalists": 0, "fixed": {"train.epochs": 4}}
    return search.tune("wine", root=root, workers=0, **{**asked, **changes})


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Five trials of wine, some stopped at the rung after three epochs."""
    root = tmp_path_factory.mktemp("own")
    (root / "own.py").write_text(OWN)
    return Study(root, tune(root))


def test_values_are_drawn_by_their_scoped_names_and_children_with_their_parents_only(own):
    space = json.loads((own.folder / "study.json").read_text())["space"][OWN_MODEL]
    assert space["layer0/units"] == {"values": [4, 8, 12, 16]}
    assert space["learning_rate"] == {"low": 1e-4, "high": 0.1, "log": True}
    trials = ended(own.records)
    assert {record.values["model.layers"] for record in trials} == {1, 2}
    for record in trials:
        assert ("model.layer1/units" in record.values) == (record.values["model.layers"] == 2)
        assert "train.learning_rate" not in record.values  # of an optimizer that is not ours


def test_trials_are_pruned_and_their_runs_have_their_values(own):
    assert {record.state for record in own.records} == {"finished", "pruned"}
    found = runs(own.root, "wine, accuracy")
    params = [run.data.params for run in found.values() if "model.layers" in run.data.params]
    assert len(params) == 5
    drawn = {(record.values["model.layers"], str(record.values["model.learning_rate"])) for record in own.records}
    assert {(int(one["model.layers"]), one["model.learning_rate"]) for one in params} == drawn


def test_a_recipe_repeats_to_the_trials_own_score_where_it_was_stopped_early_too(own, workspace):
    first = {record.state: record for record in ended(own.records)}
    for record in first.values():
        recipe = read_recipe(own.trial(record.slot) / "recipe.json")
        again = zoo.run(recipe, workspace)
        assert again.report.metrics["accuracy"] == record.value
        assert again.trained.parameters == record.parameters


def test_the_champion_is_exported_and_proven_as_any_other(own):
    variants = own.answer.champion.variants
    assert [variant["format"] for variant in variants] == ["keras_file", "saved_model", *["tflite"] * 4]
    assert all(variant["proof"]["passed"] for variant in variants if variant["path"])
    assert own.answer.champion.builder == OWN_MODEL


def test_what_goes_on_with_it_is_named(own):
    from search.standing import command

    assert f"--hypermodel {own.root / 'own.py'}:build" in command("wine", own.root)
    assert search.resume("wine", own.root).champion.trial == own.answer.champion.trial


@pytest.fixture
def changed(own, tmp_path):
    """A copy of the study whose build asks for another name."""
    shutil.copytree(own.root, tmp_path / "copy")
    root = tmp_path / "copy"
    (root / "own.py").write_text(OWN.replace('"layers"', '"depth"'))
    return root


def test_a_renamed_hyperparameter_is_refused_and_named_with_the_cure(changed):
    with pytest.raises(BadValue, match="hypermodel.depth was not there in study wine and is 1, 2 now.*--from wine"):
        tune(changed)


def test_a_changed_file_is_refused(changed, own):
    (changed / "own.py").write_text(OWN + "# changed\n")
    with pytest.raises(BadValue, match="hypermodel.sha256 was .* in study wine"):
        tune(changed)


def test_a_recipe_of_a_changed_file_is_refused(changed, own, workspace):
    recipe = read_recipe(changed / "mlruns" / "studies" / "wine" / "trials" / "0000" / "recipe.json")
    plugin = {**recipe.plugins[0], "path": str(changed / "own.py")}
    with pytest.raises(BadData, match="own.py has changed: its hash was"):
        zoo.run(replace(recipe, plugins=(plugin,)), workspace)


@pytest.mark.parametrize(
    "options, error, text",
    [
        ({"hypermodel": f"{BUILDS}:broken"}, BadValue, "three is no even number"),
        ({"hypermodel": f"{BUILDS}:soft"}, UnknownName, "did you mean 'softmax'"),
        ({"fixed": {"train.learning_rate": 0.1}}, UnknownName, "train.learning_rate"),
        ({"fixed": {"model.layer0/units": 99}}, BadValue, "is 99; hypermodel allows 4 to 16"),
    ],
)
def test_a_mistake_is_told_before_anything_is_written(tmp_path, options, error, text):
    (tmp_path / "own.py").write_text(OWN)
    with pytest.raises(error, match=text):
        tune(tmp_path, **options)
    assert not (tmp_path / "mlruns").exists()


@pytest.mark.patient
@pytest.mark.slow
def test_a_build_that_fails_for_some_values_fails_their_trials_alone(tmp_path):
    failing = OWN.replace("    return", "    if rate < 3e-3: raise ValueError('slow')\n    return")
    (tmp_path / "own.py").write_text(failing.replace('sampling="log")', 'sampling="log", default=0.01)'))
    answer = tune(tmp_path, trials=4, sampler="random", fixed={"train.epochs": 1})
    records = read_study(database(tmp_path), answer.study).records
    assert {record.state for record in records} == {"finished", "failed"}
    assert all("ValueError: slow" in record.reason for record in records if record.state == "failed")


@pytest.mark.patient
@pytest.mark.slow
def test_a_killed_training_goes_on_in_the_next_process_to_the_same_weights(tmp_path):
    plugin = plugin_of(f"{BUILDS}:softmax").to_json()
    train = TrainConfig(epochs=60, patience=60)
    recipe = Recipe(Source("digits"), OWN_MODEL, {"units": 8}, train=train, plugins=(plugin,), seed=3)
    whole, halves, states = tmp_path / "whole", tmp_path / "halves", tmp_path / "checkpoint"
    whole.mkdir(), halves.mkdir()
    with Worker() as worker:
        before = worker.run(recipe, whole)

        class Killer:
            def on_epoch_end(self, epoch, logs):
                time.sleep(0.2)  # states are seconds apart
                if any(states.glob("checkpoint-*.npz")):
                    os.kill(worker.children.at_work.child.pid, signal.SIGKILL)

        with pytest.raises(WorkerDied, match="SIGKILL"):
            worker.run(recipe, halves, [Killer()], range(1, 60), checkpoint=states)
        heard = Heard()
        after = worker.run(recipe, halves, [heard], checkpoint=states)
    (history,) = [call[1] for call in heard.calls if call[0] == "resume"]
    assert 0 < len(history) < 60
    assert after == before
    assert heard.calls[0] == ("begun", before.parameters)
    empty = zoo.trained.Trained(recipe, zoo.task.Task("image", (8, 8, 1), tuple("0123456789")), ())
    one, other = (load_weights(empty, folder / "weights.npz").weights for folder in (whole, halves))
    assert all(map(np.array_equal, one, other))
    assert (whole / "history.json").read_text() == (halves / "history.json").read_text()


@pytest.fixture(scope="module")
def resnet(tmp_path_factory):
    """Two trials of KerasTuner's smallest residual network of 23 million weights, on images of which 40 are tested."""
    root = tmp_path_factory.mktemp("resnet")
    small = {"version": "v2", "conv3_depth": 4, "conv4_depth": 6, "optimizer": "adam", "learning_rate": 0.001}
    fixed = {**{f"model.{name}": value for name, value in small.items()}, "train.epochs": 2, "train.batch_size": 16}
    named = {"hypermodel": "keras_tuner.applications:HyperResNet", "sampler": "grid", "pruner": "none"}
    answer = search.tune("digits", root=root, rows=200, trials=2, finalists=0, workers=0, fixed=fixed, **named)
    return Study(root, answer)


@pytest.mark.slow
@pytest.mark.patient
@pytest.mark.timeout(900)  # three minutes of two cores that do nothing else
def test_a_hypermodel_of_keras_tuners_own_applications_is_tuned_to_a_champion(resnet):
    assert {record.values["model.pooling"] for record in ended(resnet.records)} == {"avg", "max"}
    assert resnet.answer.champion.parameters > 20_000_000
    for record in resnet.records:
        history = json.loads((resnet.trial(record.slot) / "history.json").read_text())["history"]
        assert history[1]["train/loss"] < history[0]["train/loss"]


@pytest.mark.slow
def test_its_files_of_float32_are_proven_and_all_others_judged(resnet):
    variants = resnet.answer.champion.variants
    assert [variant["format"] for variant in variants] == ["keras_file", "saved_model", *["tflite"] * 4]
    assert all(variant["proof"]["passed"] for variant in variants if variant["precision"] == "float32")
    assert all(variant["proof"] for variant in variants)
