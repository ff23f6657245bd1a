"""run: what a recipe says, start to end, the same every time and with the test split closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.data import load_data
from zoo.errors import TooSlow, UnknownName
from zoo.evaluation import evaluate
from zoo.pipeline import run, training_s
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.splits import split
from zoo.workspace import Workspace


@pytest.fixture(scope="module")
def recipe():
    train = TrainConfig(epochs=4, learning_rate=3e-3)
    return Recipe(Source("wine"), "mlp", {"depth": 1, "units": 32}, train=train, seed=7)


@pytest.fixture(scope="module")
def result(recipe, workspace):
    return run(recipe, workspace)


def test_the_report_is_what_the_model_does_on_validation_rows(result, workspace, recipe):
    measured = evaluate(result.trained, workspace.splits(recipe.data).validation)
    assert result.report.metrics == pytest.approx(measured.metrics, abs=1e-6)
    assert result.report.rows == measured.rows == 36


def test_the_report_is_that_of_the_best_epoch_which_the_weights_come_from(result):
    history = result.trained.history
    assert result.report.metrics["accuracy"] == max(epoch["val/accuracy"] for epoch in history)
    at_best = history[result.trained.epoch - 1]
    assert result.report.metrics == {name[4:]: value for name, value in at_best.items() if name.startswith("val/")}


def test_the_same_recipe_read_back_in_a_fresh_workspace_gives_the_same_bits(result, recipe):
    again = run(Recipe.from_json(recipe.to_json()), Workspace(recipe.threads))
    assert again.report == result.report
    assert again.trained.history == result.trained.history
    assert all(map(np.array_equal, again.trained.weights, result.trained.weights))


def test_the_test_split_stays_closed(recipe, result):
    closed = Workspace(1)
    closed.add(replace(split(load_data("wine")), test=None))
    hashed = replace(recipe, data=load_data("wine").source)
    assert run(hashed, closed).report == result.report


def test_callbacks_hear_of_every_epoch(recipe, workspace, result):
    class Heard(list):
        def on_epoch_end(self, epoch, logs):
            self.append((epoch, dict(logs)))

    heard = Heard()
    run(recipe, workspace, [heard])
    assert heard == list(enumerate(map(dict, result.trained.history), start=1))


def test_a_method_there_is_not_is_refused_before_any_work(recipe):
    with pytest.raises(UnknownName, match="compression method is named 'chanels'"):
        run(replace(recipe, compress=({"method": "chanels"},)), workspace=None)


def test_a_recipe_that_compresses_is_worth_what_the_smaller_model_is(recipe, workspace):
    smaller = run(replace(recipe, compress=({"method": "low_rank"},)), workspace)
    measured = evaluate(smaller.trained, workspace.splits(recipe.data).validation)
    assert smaller.report == measured
    assert [step["method"] for step in smaller.trained.recipe.compress] == ["low_rank"]


def test_a_time_limit_is_for_training_and_compression_together(recipe, workspace):
    endless = {"method": "channels", "rounds": 20, "epochs": 1000}
    train = replace(recipe.train, epochs=10_000, patience=10_000)
    with pytest.raises(TooSlow, match="up"):
        run(replace(recipe, train=train, compress=(endless,)), workspace, limit_s=2.0)
    assert workspace.left_s is None


def test_where_compression_follows_training_has_half_of_the_time(recipe):
    narrow = replace(recipe, compress=({"method": "channels"},))
    assert [training_s(one, limit) for one in (recipe, narrow) for limit in (60.0, None)] == [60.0, None, 30.0, None]
