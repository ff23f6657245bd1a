"""Studies of several goals, with limits, and of the file that ships: whole, on real data."""

from __future__ import annotations

import json

import pytest

import search
from search.choosing.fronts import front
from search.claiming.storage import database
from search.exports import export_trial
from search.lookup import find_trial
from search.report.reporting import write_report
from search.trials import read_study
from zoo.errors import BadValue, NothingMet
from zoo.proving import weighing

from .whole_studies import Listener, ended, json_of, runs, tune

SMALL = {"model.depth": 1, "model.activation": "relu"}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Eight trials for accuracy and parameters, pruned at the rung after three epochs."""
    root, listener = tmp_path_factory.mktemp("two"), Listener()
    answer = tune(root, goal=("accuracy", "params"), trials=8, sampler="random", watcher=listener)
    return root, answer, listener


@pytest.mark.slow
def test_the_front_is_what_no_finished_trial_dominates_and_the_champion_is_one_of_its_best_by_the_first_goal(two):
    _, answer, listener = two
    finished = [record for record in listener.ended if record.state == "finished"]
    points = [(-record.value, record.parameters) for record in finished]
    expected = {finished[place].slot for place in front(points)}
    champion = int(answer.champion.trial.rpartition("#")[2])
    assert {champion, *(record.slot for record in answer.front)} == expected
    scores = {record.slot: record.value for record in finished if record.slot in expected}
    assert answer.champion.validation["accuracy"] == scores[champion] in sorted(scores.values())[-3:]
    assert all(record.scores == (record.value, record.parameters) for record in finished)
    assert answer.champion.costs == {"params": answer.champion.parameters}


@pytest.mark.slow
def test_a_trial_is_stopped_at_a_rung_only_when_another_one_dominates_it_there(two):
    root, _, listener = two
    stopped = [record for record in listener.ended if record.state == "pruned"]
    assert stopped
    for record in stopped:
        others = (other for other in listener.ended if other.slot != record.slot)
        assert any(other.parameters <= record.parameters for other in others)
        assert "others were better by then" in record.reason
        assert record.value is not None


@pytest.mark.slow
def test_the_same_command_gives_the_same_answer_and_other_goals_are_another_study(two):
    root, answer, _ = two
    again = tune(root, goal=("accuracy", "params"), trials=8, sampler="random")
    assert json_of(again) == json_of(answer)
    assert [record.slot for record in search.status("wine", root).front] == [record.slot for record in answer.front]
    with pytest.raises(BadValue, match="goals was accuracy, params in study wine and is not there now"):
        tune(root, goal="accuracy", trials=8, sampler="random")


@pytest.mark.slow
def test_with_another_first_goal_the_champion_is_another_one(tmp_path):
    answer = tune(tmp_path, goal=("params", "accuracy"), trials=4, sampler="random", pruner="none")
    smallest = min(record.parameters for record in read_study(database(tmp_path), "wine").records)
    assert answer.champion.parameters == smallest
    assert (answer.goal, answer.goals) == ("accuracy", ("params", "accuracy"))


@pytest.mark.slow
def test_a_trial_over_a_limit_on_its_parameters_trains_no_epoch(tmp_path):
    listener = Listener()
    answer = tune(tmp_path, limit="params=2k", trials=8, sampler="random", pruner="none", watcher=listener)
    over = [record for record in listener.ended if record.parameters > 2000]
    assert over and len(over) < 8
    for record in over:
        assert (record.state, record.epochs) == ("pruned", None)
        assert record.reason == f"params is {record.parameters:,}, at most 2,000 are wanted."
        assert record.costs == {"params": record.parameters}
    assert answer.champion.parameters <= 2000
    assert answer.limits == ("params=2000",)


def test_limits_that_nothing_meets_are_an_answer_of_their_own(tmp_path, zoo_command):
    with pytest.raises(NothingMet, match="none of 2 trials finished, the last: params is .* Loosen a --limit"):
        tune(tmp_path, limit=("params=20",), trials=2)
    typed = ("tune", "wine", "--builder", "mlp", "--epochs", 2, "--trials", 2, "--workers", 0, "--limit", "params=20")
    said = zoo_command(*typed, "--study", "other", "--quiet")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1].startswith("zoo: none of 2 trials finished")


@pytest.mark.slow
def test_a_trial_whose_file_would_be_over_a_limit_trains_no_epoch(tmp_path, monkeypatch):
    made, listener = [], Listener()
    forecast = weighing.weigh_untrained
    monkeypatch.setattr(
        weighing,
        "weigh_untrained",
        lambda recipe, *given, **more: made.append(recipe) or forecast(recipe, *given, **more),
    )
    units = {"model.units": "16,256"}
    answer = tune(
        tmp_path, limit="bytes=10kB", trials=6, sampler="random", fixed=SMALL, narrowed=units, watcher=listener
    )
    over = [record for record in listener.ended if record.values["model.units"] == 256]
    assert len(over) in range(1, 6)
    assert all((record.state, record.epochs) == ("pruned", None) for record in over)
    assert all(record.reason.startswith(f"bytes is {record.costs['bytes']:,.0f}") for record in over)
    assert all(record.forecast == record.costs and record.forecast["ram"] > 0 for record in over)
    tracked = runs(tmp_path, "wine, accuracy")
    assert all(tracked[f"wine-{record.slot:04d}-0"].data.metrics["bytes"] == record.costs["bytes"] for record in over)
    assert len(made) == 2  # structures
    float32 = next(
        one for one in answer.champion.variants if (one["format"], one["precision"]) == ("tflite", "float32")
    )
    assert answer.champion.costs["bytes"] == float32["bytes"]


@pytest.mark.slow
def test_goals_of_the_int8_file_are_those_of_the_file_that_is_exported(tmp_path):
    listener = Listener()
    goals = {"goal": ("accuracy", "bytes"), "precision": "int8", "limit": ("ram=64KiB",)}
    answer = tune(tmp_path, **goals, trials=3, pruner="none", watcher=listener, fixed=SMALL)
    for record in listener.ended:
        path = tmp_path / f"exported-{record.slot}"
        file = export_trial(f"wine#{record.slot}", "tflite", "int8", root=tmp_path, out=path)
        assert (record.costs["bytes"], record.costs["ram"]) == (file.bytes, file.facts.arena_bytes)
        assert record.scores == (file.validation.metrics["accuracy"], file.bytes)
        assert set(record.forecast) == {"bytes", "ram", "macs"}
        assert all(abs(record.forecast[name] / record.costs[name] - 1) < 0.01 for name in record.forecast)
    int8 = next(one for one in answer.champion.variants if one["precision"] == "int8" and one["format"] == "tflite")
    assert answer.champion.costs["bytes"] == int8["bytes"]
    assert (answer.champion.validation, answer.champion.test) == (int8["validation"], int8["test"])
    assert answer.precision == "int8"


def test_what_no_study_can_aim_at_is_refused(tmp_path):
    for options, words in (
        ({"goal": "bytes"}, "goal is bytes alone; .* Try --goal bytes --goal accuracy"),
        ({"goal": ("accuracy", "rmse")}, "goal is rmse; classification has accuracy, balanced_accuracy"),
        ({"limit": "rmse=2"}, "limit is rmse; classification has"),
        ({"goal": ("accuracy", "bytes"), "pruner": "median"}, "pruner is median, which looks at one goal"),
    ):
        with pytest.raises(BadValue, match=words):
            tune(tmp_path, **options)
    assert not (tmp_path / "mlruns").exists()


@pytest.mark.slow
def test_the_answer_in_text_and_json_names_goals_limits_and_the_front(two, zoo_command):
    root, answer, _ = two
    said = zoo_command("status", "wine", "--root", root, "--json")
    told = json.loads(said.out)
    assert (told["goals"], told["limits"], told["precision"]) == (["accuracy", "params"], [], "float32")
    assert [one["slot"] for one in told["front"]] == [record.slot for record in answer.front]
    assert len(ended(read_study(database(root), "wine").records)) == 8


@pytest.mark.slow
def test_the_frame_of_several_goals_has_a_column_for_each_of_them_and_says_which_trials_none_beats(two):
    root, answer, _ = two
    frame, trial = search.frame("wine", root), int(answer.champion.trial.rpartition("#")[2])
    assert set(frame[frame["front"]]["slot"]) == {trial, *(record.slot for record in answer.front)}
    finished = frame[frame["state"] == "finished"]
    assert list(finished["goal/accuracy"]) == list(finished["value"]) == list(finished["val/accuracy"])
    assert list(finished["goal/params"]) == list(finished["params"])
    assert set(frame.columns) >= {"reason", "seconds", "epochs", "builder", "model.units", "train.learning_rate"}


@pytest.mark.slow
def test_a_study_without_a_number_means_its_champion(two):
    root, answer, _ = two
    assert f"wine#{find_trial('wine', root).record.slot}" == answer.champion.trial


@pytest.mark.slow
def test_the_page_of_several_goals_shows_its_front_with_the_champion(two):
    root, answer, _ = two
    text = write_report("wine", root).read_text("utf-8")
    assert "<h2>Pareto front</h2>" in text and "beaten by none in all of accuracy, params" in text
