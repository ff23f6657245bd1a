"""What a study aims at: the goal that suits the data, or those that were asked for, where the data can have them."""

from __future__ import annotations

import numpy as np
import pytest

from search.aiming import aims_of
from search.aims import read_limits
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from zoo.data import load_data
from zoo.errors import BadValue
from zoo.splits import split


def plan(root, data="wine", **options):
    return make_plan(Settings(data, root=root, **options), Watcher())


def write_npz(path, rows_of_classes):
    y = np.repeat(np.arange(len(rows_of_classes)), rows_of_classes)
    np.savez(path, x=np.random.default_rng(0).normal(size=(len(y), 3)), y=y)
    return path


@pytest.mark.parametrize(
    "rows, goal, reason",
    [
        ([50, 50], "accuracy", "classes are balanced"),
        ([95, 25], "accuracy", "the smallest class has 42% of its fair share"),
        ([190, 10], "balanced_accuracy", "the smallest class has 10% of its fair share"),
        ([100, 100, 5], "balanced_accuracy", "the smallest class has 7% of its fair share"),
    ],
)
def test_the_goal_follows_from_the_balance_of_the_classes_and_says_why(tmp_path, rows, goal, reason):
    found = plan(tmp_path, write_npz(tmp_path / "mine.npz", rows))
    assert (found.goal, found.goal_reason) == (goal, reason)
    assert found.space.train["monitor"].domain.points() == (goal,)
    assert found.experiment == f"mine, {goal}"


def test_a_goal_that_is_asked_for_beats_the_balance(tmp_path):
    found = plan(tmp_path, write_npz(tmp_path / "mine.npz", [190, 10]), goal="accuracy")
    assert (found.goal, found.goal_reason) == ("accuracy", "as asked")


def test_the_goal_of_a_forecast_is_its_mean_absolute_error_and_its_level_is_searched(tmp_path):
    (tmp_path / "trend.csv").write_text("t,v\n" + "".join(f"{n},{3 * n + n % 2}\n" for n in range(60)))
    found = plan(tmp_path, str(tmp_path / "trend.csv"), target="v", time="t", lookback=4)
    assert found.goal == "mae"
    assert found.goal_reason == "of a forecast; repeating the last value has 3 on training rows"
    assert found.space.preparation["window"].domain.points() == ("none", "last", "mean")


def test_a_goal_that_the_data_cannot_have_is_refused_with_those_it_has(tmp_path):
    with pytest.raises(BadValue, match="goal is rmse; classification has accuracy"):
        plan(tmp_path, "digits", goal="rmse")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"goal": "rmse"}, r"goal is rmse; classification has accuracy.*Try accuracy\."),
        ({"limit": ["rmse=3"]}, "limit is rmse; classification has accuracy"),
        ({"goal": ("bytes", "ram")}, "goal is bytes alone; .* Try --goal bytes --goal ram --goal accuracy"),
        ({"fixed": {"train.monitor": "accuracy"}}, "train.monitor follows from the goal"),
    ],
)
def test_goals_that_a_study_cannot_have_are_refused_with_the_cure(options, words):
    with pytest.raises(BadValue, match=words):
        aims_of(Settings("wine", **options), split(load_data("wine")))


def test_what_is_asked_for_is_aimed_at_in_that_order_and_in_the_format_of_the_device():
    asked = {"goal": ("bytes", "accuracy", "bytes"), "limit": ["ram=2kB"], "precision": "int8", "device": "micro"}
    aims, reason = aims_of(Settings("wine", **asked), split(load_data("wine")))
    assert (aims.metric, aims.goals, reason) == ("accuracy", ("bytes", "accuracy"), "as asked")
    assert aims.limits == read_limits(["ram=2kB"])
    assert aims.variant == ("c_array", "int8")
