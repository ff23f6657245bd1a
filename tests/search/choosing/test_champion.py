"""The champion: the best trial, its folder, and which trials keep their weights."""

from __future__ import annotations

import json
import shutil

import keras
import numpy as np
import pytest

from search.choosing.champion import KEPT_WEIGHTS, drop_weights, score_baselines
from search.files import StudyFiles
from search.trials import TrialRecord, best
from zoo.baselines import baselines
from zoo.data import load_data
from zoo.splits import split

from ..whole_studies import Listener, json_of, tune

CHAMPION = {"recipe.json", "model.keras", "report.json"}


@pytest.mark.parametrize("which", ["study", "grown"])
def test_the_champion_is_one_of_the_three_finished_trials_with_the_best_scores(study, grown, which):
    run = study if which == "study" else grown.study
    finished = {f"wine#{record.slot}": record.value for record in run.records if record.state == "finished"}
    champion = run.answer.champion
    assert finished[champion.trial] == champion.validation["accuracy"]
    assert finished[champion.trial] in sorted(finished.values())[-3:]


def test_of_equals_the_smaller_model_comes_first_and_then_the_earlier_slot():
    sizes = (900, 200, 500, 200)
    tied = [TrialRecord(slot, slot, 0, "finished", 0.9, parameters=size) for slot, size in enumerate(sizes)]
    assert [record.slot for record in best([*tied, TrialRecord(4, 4, 0, "finished", 0.8, parameters=1)], 5)] == [
        *(1, 3, 2, 0),
        4,
    ]


def test_the_champions_folder_holds_recipe_keras_file_and_the_whole_answer(study):
    folder, slot = study.folder / "champion", int(study.answer.champion.trial.removeprefix("wine#"))
    assert {path.name for path in folder.iterdir()} == CHAMPION | {"pictures", "validation.npz"}
    assert (folder / "recipe.json").read_bytes() == (study.trial(slot) / "recipe.json").read_bytes()
    assert json.loads((folder / "report.json").read_text()) == json_of(study.answer)


def test_the_champions_keras_file_loads_in_plain_keras_and_answers_as_measured(study):
    model, splits = keras.models.load_model(study.folder / "champion" / "model.keras"), split(load_data("wine"))
    for name in ("validation", "test"):
        rows, scores = getattr(splits, name), getattr(study.answer.champion, name)
        found = np.mean(model.predict(rows.x, verbose=0).argmax(-1) == rows.y)
        assert scores["accuracy"] == pytest.approx(found)


@pytest.mark.slow
def test_a_champion_whose_weights_cannot_be_read_is_trained_again_aloud_and_crowned(study, tmp_path):
    root, listener = shutil.copytree(study.root, tmp_path / "root"), Listener()
    files, champion = StudyFiles(root, "wine"), study.answer.champion
    (files.trial(int(champion.trial.removeprefix("wine#"))) / "weights.npz").write_bytes(b"PK torn")
    files.report.write_text("{")  # so that the study is crowned once more
    answer = tune(root, watcher=listener)
    assert (answer.champion.trial, answer.champion.test) == (champion.trial, champion.test)
    (note,) = [text for text in listener.notes if "paths in mlflow.db" not in text]  # the root is a copy
    assert note.startswith(f"{champion.trial} has weights in ")
    assert note.endswith("weights.npz that cannot be read; it is trained again from its recipe")


def test_a_growing_study_replaces_its_champion_whole(grown):
    report = json.loads((grown.study.folder / "champion" / "report.json").read_text())
    assert (report["trials"]["total"], grown.stopped.answer.trials.total) == (7, 1)
    assert not list(grown.study.folder.rglob(".*"))


def test_the_test_split_stays_closed_until_it_is_asked_for():
    splits = split(load_data("wine"))
    fitted = baselines(splits)
    closed, opened = (score_baselines(fitted, splits, test=test) for test in (False, True))
    assert [score.test for score in closed] == [None, None, None]
    assert [score.validation for score in closed] == [score.validation for score in opened]
    assert all(score.test["accuracy"] > 0.3 for score in opened)


@pytest.mark.parametrize("which", ["study", "grown"])
def test_finished_trials_up_to_five_keep_their_weights_and_no_others(study, grown, which):
    run = study if which == "study" else grown.study
    finished = [record for record in run.records if record.state == "finished"]
    values = {f"{record.slot:04d}": record.value for record in finished}
    keeping = {path.parent.name for path in run.folder.glob("trials/*/weights.npz")}
    assert sorted(map(values.get, keeping)) == sorted(values.values())[-5:]


def test_of_seven_finished_trials_the_best_five_keep_their_weights(tmp_path):
    files, scores = StudyFiles(tmp_path, "wine"), (0.5, 0.9, 0.7, 0.6, 0.9, 0.8, 0.95)
    records = [TrialRecord(slot, slot, 0, "finished", score) for slot, score in enumerate(scores)]
    for slot in range(9):
        files.trial(slot).mkdir(parents=True)
        (files.trial(slot) / "weights.npz").touch()
    others = TrialRecord(7, 7, 0, "running"), TrialRecord(8, 8, 0, "pruned", 0.99)
    drop_weights(files, (*records, *others), best(records, KEPT_WEIGHTS))
    assert {path.parent.name for path in files.folder.rglob("weights.npz")} == {
        *("0001", "0002", "0004", "0005", "0006"),
        "0007",  # it runs
    }
