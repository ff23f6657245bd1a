"""The page of an experiment opens with its trials, best first, beside what the study searched: in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from search.aims import Aims, read_limits
from search.record.leaderboard import VIEW_TAG, aims_tags, costs_of, view_tags
from search.record.spool import Spool
from search.tracking import ship

from ...browser.chrome import document
from ...browser.serving import page_of

INT8 = Aims("accuracy", ("accuracy", "bytes"), read_limits(["ram=32KiB"]), "int8")

SEARCHED = ("mlp.units", "train.learning_rate")
METRICS = ("val/mae", "val/r2", "val/balanced_accuracy", "val/log_loss")


def view(goal: str, asked: tuple[str, ...] = ()) -> dict:
    return json.loads(view_tags(goal, asked)[VIEW_TAG])


@pytest.mark.parametrize(
    "goal, ascending",
    [("accuracy", False), ("balanced_accuracy", False), ("r2", False), ("rmse", True), ("mae", True)],
)
def test_the_best_trial_is_first_whichever_way_the_goal_is_better(goal, ascending):
    assert view(goal)["orderByKey"] == "metrics.`objective`"
    assert view(goal)["orderByAsc"] is ascending


def test_columns_are_the_metrics_of_the_kind_and_what_was_searched_each_once():
    asked = ("model.builder", "cnn.filters", "cnn.dropout", "mlp.dropout", "train.learning_rate")
    assert view("rmse", asked)["selectedColumns"] == [
        "tags.`zoo.state`",
        *("metrics.`objective`", "metrics.`val/mae`", "metrics.`val/r2`"),
        *("params.`model.builder`", "params.`model.filters`", "params.`model.dropout`", "params.`train.learning_rate`"),
    ]
    assert "metrics.`val/log_loss`" in view("accuracy")["selectedColumns"]


def test_costs_that_are_known_of_trials_stand_beside_their_score():
    columns = json.loads(view_tags("accuracy", (), costs_of(INT8))[VIEW_TAG])["selectedColumns"]
    costs = ("params", "bytes", "ram", "macs")
    assert columns[1:6] == ["metrics.`objective`", *(f"metrics.`{name}`" for name in costs)]
    assert costs_of(Aims("accuracy", ("accuracy",))) == ("params",)
    assert costs_of(Aims("accuracy", ("accuracy", "latency")))[-1] == "latency"


def test_what_a_study_aims_at_are_tags_of_its_run():
    tags = aims_tags(INT8)
    assert tags == {"zoo.goals": "accuracy, bytes", "zoo.limits": "ram=32768", "zoo.precision": "int8"}
    assert "zoo.limits" not in aims_tags(Aims("accuracy", ("accuracy",)))


def test_a_study_of_very_many_names_stays_below_the_length_that_mlflow_takes():
    assert len(view_tags("accuracy", [f"mlp.{'x' * 40}{index}" for index in range(500)])[VIEW_TAG]) < 5000


def spool_study(root: Path, goal: str, values: tuple[float, ...]) -> None:
    with Spool(root, "wine") as spool:
        spool.start(f"wine, {goal}", "wine", tags={"zoo.kind": "study"})
        spool.experiment(view_tags(goal, SEARCHED))
        spool.end("FINISHED")
    for slot, value in enumerate(values):
        with Spool(root, f"wine-{slot}") as spool:
            params = {"model.builder": "mlp", "model.units": 16 + slot, "train.learning_rate": 0.01}
            tags = {"zoo.kind": "trial", "zoo.state": "finished"}
            spool.start(f"wine, {goal}", f"wine#{slot}", "wine", params, tags)
            spool.metrics(1, {"objective": value, **dict.fromkeys(METRICS, 0.5)})
            spool.end("FINISHED")
    assert ship(root).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "goal, values, order",
    [("rmse", (7.5, 3.25, 21.0, 4.0), (1, 3, 0, 2)), ("accuracy", (0.75, 0.95, 0.5, 0.875), (1, 3, 0, 2))],
)
def test_the_page_shows_the_trials_sorted_and_the_columns(goal, values, order, tmp_path):
    spool_study(tmp_path, goal, values)
    with page_of(tmp_path, f"wine, {goal}") as address:
        shown = document(address, tmp_path)
    assert list(dict.fromkeys(re.findall(r">(wine#\d+)<", shown))) == [f"wine#{slot}" for slot in order]
    assert ">wine<" not in re.sub(r"<title>.*?</title>", "", shown)
    columns = set(re.findall(r'col-id="([^"]+)"', shown))
    assert set(view(goal, SEARCHED)["selectedColumns"]) <= columns
