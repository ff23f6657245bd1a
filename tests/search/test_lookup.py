"""Trials by what users call them, and run again by it."""

from __future__ import annotations

import json
import shutil

import pytest

import search
from search.claiming.storage import open_study
from search.files import StudyFiles, read_json, write_json
from search.lookup import find_trial
from search.trials import best
from zoo.errors import BadValue, UnknownName, ZooError
from zoo.recipe import read_recipe


def test_a_study_means_its_best_trial_and_a_slot_its_own(study):
    leader = best(study.records, 1)[0]
    assert (find_trial("wine", study.root).record, find_trial("wine", study.root).by_slot) == (leader, False)
    for record in study.records:
        found = find_trial(f"wine#{record.slot}", study.root)
        assert (found.record, found.by_slot, found.recipe.exists()) == (record, True, True)


def scored(root, goals, points):
    """Leave a study of several goals, each of whose trials has the scores of one of the points, metric first."""
    files = StudyFiles(root, "s")
    files.make()
    asked = search.Settings("wine", goal=goals).asked()
    known = {"goals": list(goals), "limits": [], "precision": "float32", "experiment": "e", "threads": 1}
    write_json(files.fingerprint, {"goal": "accuracy", "space": {"train": {}}, "asked": asked, "id": "0" * 12, **known})
    ways = ["maximize" if goal == "accuracy" else "minimize" for goal in sorted(goals, key="accuracy".__ne__)]
    study = open_study(root, "s", ways)
    for slot, point in enumerate(points):
        trial = study.ask()
        for name, value in {"slot": slot, "attempt": 0, "facts": {"parameters": point[1]}}.items():
            trial.set_user_attr(name, value)
        study.tell(trial, point)
    return files


@pytest.mark.parametrize(("goals", "slot"), [(("accuracy", "params"), 2), (("params", "accuracy"), 1)])
def test_a_study_of_several_goals_means_the_best_of_its_front_by_the_first_goal(goals, slot, tmp_path):
    scored(tmp_path, goals, [(0.8, 90), (0.7, 20), (0.9, 80), (0.6, 20)])
    assert find_trial("s", tmp_path).record.slot == slot
    assert [record.slot for record in search.status("s", tmp_path).front][0] == slot


def test_a_study_whose_champion_was_chosen_means_that_one(study, tmp_path):
    root = shutil.copytree(study.root, tmp_path / "root")
    other = next(record.slot for record in study.records if f"wine#{record.slot}" != study.answer.champion.trial)
    report = StudyFiles(root, "wine").report
    values = read_json(report)
    write_json(report, {**values, "champion": {**values["champion"], "trial": f"wine#{other}"}})
    assert find_trial("wine", root).record.slot == other


def test_what_is_not_there_is_refused(study, begun):
    with pytest.raises(UnknownName, match="did you mean 'wine'"):
        find_trial("wines#1", study.root)
    for slot in ("9", "-1", "", "one"):
        with pytest.raises(BadValue, match=f"no ended trial '{slot}'; it has 4, counted from 0"):
            find_trial(f"wine#{slot}", study.root)
    with pytest.raises(ZooError, match="no finished trial yet"):
        find_trial("wine", begun)


def test_a_trial_that_is_run_again_has_the_same_numbers_and_one_stopped_early_stops_there(study, zoo_command):
    for record in study.records:
        done = zoo_command("run", f"wine#{record.slot}", "--root", study.root, "--json")
        answer = json.loads(done.out)
        assert (answer["validation"]["accuracy"], answer["epochs"]) == (record.value, record.epochs)
        assert "in the study" not in done.err
        recipe = read_recipe(study.trial(record.slot) / "recipe.json")
        assert recipe.train.epochs == (record.epochs if record.state == "pruned" else 4)


def test_numbers_that_differ_are_said(study, zoo_command, monkeypatch):
    scores = {"builder": "mlp", "parameters": 1, "epochs": 1, "validation": {"accuracy": 0.123}, "test": None}
    monkeypatch.setattr("zoo.cli._scores", lambda recipe, test: scores)
    said = zoo_command("run", "wine#0", "--root", study.root)
    assert said.code == 0
    assert "in the study wine#0 had accuracy 0." in said.err
