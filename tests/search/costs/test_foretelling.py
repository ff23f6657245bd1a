"""Forecasts before anything is trained: what they grow with, from weighed models that need no file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search.costs import foretelling
from search.costs.foretelling import RANGE, Pace, foretold, pace, program_s, step_s
from search.planning import make_plan
from search.settings import Settings
from search.watcher import Watcher
from zoo.artifact import Artifact
from zoo.formats._facts import Facts
from zoo.recipe import Recipe, Source

from ..whole_studies import asked

HERE = Pace(1.0, 1.0)
DENSE = (
    Recipe(Source("wine"), "mlp"),
    1000,
    Artifact("tflite", "float32", facts=Facts(512, {"FULLY_CONNECTED": 3}, None, 1000)),
)


def weighed(**facts):
    recipe, parameters, file = DENSE
    return recipe, parameters, replace(file, facts=replace(file.facts, **facts))


@pytest.fixture
def plan(tmp_path: Path):
    return lambda **changes: make_plan(Settings("wine", **asked(tmp_path, **changes)), Watcher())


def seconds(plan, *models, now=HERE) -> float:
    return foretold(plan, models or [DENSE], now).seconds


def test_it_grows_with_trials_epochs_and_the_work_of_a_model(plan):
    small = seconds(plan())
    assert seconds(plan(trials=400)) > small
    assert seconds(plan(fixed={"train.epochs": 400})) > small
    assert seconds(plan(), weighed(macs=10**9)) > small
    assert seconds(plan(), weighed(operators={"CONV_2D": 9})) > small


def test_a_pruner_saves_and_folds_and_repeats_cost(plan):
    long = {"trials": 200, "fixed": {"train.epochs": 81}}
    assert seconds(plan(**long)) < seconds(plan(**long, pruner="none"))
    assert seconds(plan(**long, repeats=3)) > seconds(plan(**long))
    assert seconds(plan(**long, finalists=0)) < seconds(plan(**long, finalists=3))


def test_workers_share_the_trainings_up_to_the_cores_there_are(plan, monkeypatch):
    monkeypatch.setattr(foretelling, "_cores", lambda: 2)
    heavy = weighed(macs=10**8)
    one, two, eight = (seconds(plan(trials=100, workers=count), heavy) for count in (1, 2, 8))
    assert one / 2.2 < two < one / 1.5
    assert eight >= two


def test_a_slower_machine_takes_longer_by_as_much(plan):
    assert seconds(plan(), now=Pace(3.0, 3.0)) == pytest.approx(3 * seconds(plan()))


def test_arithmetic_and_all_else_are_told_apart(plan):
    small, large = weighed(macs=10, arena_bytes=None), weighed(macs=10**9)
    study = plan()
    assert step_s(small, study, Pace(2.0, 1.0)) == pytest.approx(step_s(small, study, HERE), rel=0.1)
    assert step_s(large, study, Pace(2.0, 1.0)) == pytest.approx(2 * step_s(large, study, HERE), rel=0.1)


def test_of_a_file_with_loops_the_parameters_tell_its_work(plan):
    study = plan()
    loops = weighed(macs=None, arena_bytes=None)
    known = weighed(macs=1000 * study.splits.task.input_shape[0], arena_bytes=None)
    assert step_s(loops, study, HERE) == step_s(known, study, HERE)


def test_programs_of_convolutions_take_longer_to_make():
    assert program_s(weighed(operators={"CONV_2D": 9}), HERE) > 2 * program_s(DENSE, HERE)


def test_the_range_holds_the_forecast_and_is_as_wide_as_it_says(plan):
    found = foretold(plan(), [DENSE], HERE)
    assert found.high / found.seconds == pytest.approx(RANGE) == found.seconds / found.low


def test_without_any_model_there_is_still_what_comes_before_and_after(plan):
    assert foretold(plan(), [], HERE).seconds > foretelling.START_S


def test_the_pace_of_this_machine_is_above_zero():
    now = pace()
    assert now.arithmetic > 0 and now.rest > 0
