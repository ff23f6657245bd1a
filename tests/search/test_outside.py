"""A driver from outside gets a plain function: values in, scores out."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import search
import zoo
from search.claiming.attempt import OverLimit
from zoo.errors import BadValue, UnknownName

BUILDS = Path(__file__).parents[1] / "zoo" / "hypermodels" / "builds.py"
VALUES = {"model.units": 32, "model.depth": 1, "train.learning_rate": 0.01}


@pytest.fixture(scope="module")
def objective():
    return search.objective_for("wine", builders="mlp", fixed={"train.epochs": 3}, goal=["accuracy", "params"])


def test_a_driver_of_its_own_finds_the_best_of_what_it_tries(objective):
    ranges, told = objective.space["mlp"]["units"]["values"], []
    driver = random.Random(0)
    tried = [{"model.units": driver.choice(ranges), "train.learning_rate": 10 ** -driver.uniform(2, 4)} for _ in "123"]
    scores = [objective(values, report=lambda epoch, seen: told.append((epoch, seen["accuracy"]))) for values in tried]
    assert objective.goals == {"accuracy": "maximize", "params": "minimize"}
    assert [epoch for epoch, _ in told] == [1, 2, 3] * 3
    assert max(score["accuracy"] for score in scores) == max(seen for _, seen in told)
    assert all(score["params"] > 0 for score in scores)


def test_it_is_what_running_the_recipe_gives(objective, workspace):
    result = zoo.run(objective.recipe(VALUES), workspace)
    assert objective(VALUES) == {**result.report.metrics, "params": result.trained.parameters}


def test_what_a_report_raises_ends_the_training(objective):
    def stop(epoch, scores):
        raise StopIteration(epoch)

    with pytest.raises(StopIteration, match="1"):
        objective(VALUES, report=stop)


def test_a_model_beyond_a_limit_is_refused():
    small = search.objective_for("wine", builders="mlp", limit="params=100", fixed={"train.epochs": 1})
    with pytest.raises(OverLimit, match="params"):
        small(VALUES)


@pytest.mark.slow
def test_a_build_of_a_users_own_is_called_alike(workspace):
    own = search.objective_for("digits", hypermodel=f"{BUILDS}:ChoosingBatches", fixed={"train.epochs": 1})
    assert own.space["hypermodel"]["batch_size"] == {"values": [8, 16]}
    assert own({"model.units": 12, "model.batch_size": 8})["accuracy"] > 0.1
    assert own.recipe({"model.units": 12}).model == {"units": 12, "batch_size": 16}


@pytest.mark.parametrize(
    "options, values, error, text",
    [
        ({"builders": "mlp"}, {"model.unit": 3}, UnknownName, "model.units"),
        ({"builders": "mlp"}, {"model.units": 3}, BadValue, "8 to 512"),
        ({"builders": "mlp,lstm"}, {}, Exception, "lstm"),
    ],
)
def test_a_mistake_is_named(options, values, error, text):
    with pytest.raises(error, match=text):
        search.objective_for("wine", **options).recipe(values)


def test_several_builders_need_one_to_be_named():
    several = search.objective_for("digits", builders="mlp,cnn")
    with pytest.raises(BadValue, match="model.builder is not given; it must be one of cnn, mlp"):
        several.recipe({})
    assert several.recipe({"model.builder": "cnn", "model.filters": 8}).model["filters"] == 8


def test_neither_optuna_nor_mlflow_is_loaded_into_the_drivers_process():
    code = "import sys, search; search.objective_for('wine').recipe({}); print({'optuna', 'mlflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
