"""Studies whose trials are trained on folds and seeds: real training, whole, killed, repeated and refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import search
from search.planning import make_plan
from search.settings import Settings
from search.standing import command
from search.watcher import Watcher
from zoo.errors import BadValue
from zoo.evaluation import evaluate
from zoo.pipeline import run
from zoo.recipe import read_recipe
from zoo.trained import Trained, load_weights
from zoo.workspace import Workspace

from .whole_studies import Listener, Study, asked, ended, json_of, said, tune

pytestmark = pytest.mark.slow

SEVERAL = {"folds": 3, "repeats": 2, "trials": 2, "pruner": "none", "finalists": 0}


@pytest.fixture(scope="module")
def folded(tmp_path_factory):
    """Two trials of six trainings each."""
    root = tmp_path_factory.mktemp("folded")
    return Study(root, tune(root, **SEVERAL))


def members(study, slot):
    return [study.trial(slot), *sorted(path.parent for path in study.trial(slot).glob("members/*/recipe.json"))]


def test_the_score_of_a_trial_is_the_mean_of_what_its_recipes_repeat_to(folded):
    for record in ended(folded.records):
        recipes = [read_recipe(folder / "recipe.json") for folder in members(folded, record.slot)]
        workspace = Workspace(1)
        scores = [run(recipe, workspace).report.metrics["accuracy"] for recipe in recipes]
        assert (len(recipes), len(set(scores)) > 1) == (6, True)
        assert record.value == pytest.approx(np.mean(scores), rel=1e-14)
        assert record.spread["accuracy"] == pytest.approx(np.std(scores, ddof=1), rel=1e-12)


def test_the_champion_tells_mean_and_spread_and_the_test_score_of_its_first_model(folded):
    champion = folded.answer.champion
    slot = int(champion.trial.rpartition("#")[2])
    record = next(record for record in folded.records if record.slot == slot)
    assert champion.validation == record.metrics
    assert champion.spread == record.spread
    recipe = read_recipe(folded.trial(slot) / "recipe.json")
    splits = Workspace(1).splits(recipe.data, recipe.preparation)
    first = load_weights(Trained(recipe, splits.task, ()), folded.trial(slot) / "weights.npz")
    assert champion.test == pytest.approx(evaluate(first, splits.test).metrics, rel=1e-6)
    assert recipe.data.fold == 0


def test_the_frame_has_the_spread_of_every_metric(folded):
    frame = search.frame("wine", folded.root)
    assert list(frame["spread/accuracy"]) == [record.spread["accuracy"] for record in folded.records]


def test_the_status_of_the_study_and_its_stored_answer_keep_the_spread(folded):
    again = tune(folded.root, **SEVERAL)
    assert again.champion.spread == folded.answer.champion.spread
    assert [record.spread for record in search.status("wine", folded.root).top] == [
        record.spread for record in folded.answer.top
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folds": None}, "folds was 3 in study wine and is not there now; .* Try --study wine-2 --from wine"),
        ({"folds": 4}, "folds was 3 in study wine and is 4 now"),
        ({"repeats": 1}, "repeats was 2 in study wine and is 1 now"),
    ],
)
def test_a_study_keeps_its_folds_and_repeats(folded, changes, message):
    with pytest.raises(BadValue, match=message):
        tune(folded.root, **{**SEVERAL, **changes})


def test_a_study_without_folds_gets_none_later(study):
    with pytest.raises(BadValue, match="folds was not there in study wine and is 5 now"):
        tune(study.root, folds=5)


def test_resume_and_the_command_that_goes_on_have_the_folds(folded):
    assert json_of(search.resume("wine", folded.root)) == json_of(folded.answer)
    assert command("wine", folded.root).endswith("--folds 3 --repeats 2 --builder mlp --epochs 4")


def test_a_study_that_trains_once_has_the_fingerprint_that_it_had(tmp_path):
    once, several = (make_plan(Settings("wine", **asked(tmp_path, **more)), Watcher()) for more in ({}, SEVERAL))
    assert not {"folds", "repeats"} & set(once.fingerprint())
    assert {**once.fingerprint(), "folds": 3, "repeats": 2}.keys() == several.fingerprint().keys()


class Leaver(Listener):
    """Presses Ctrl-C after so many epochs."""

    def __init__(self, epochs):
        super().__init__()
        self.left = epochs

    def on_epoch_end(self, epoch, logs):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_a_study_left_between_and_within_members_ends_as_one_that_was_not(folded, tmp_path):
    for epochs in (3, 9, 6, 14):  # in the first training, in others and at the end of one
        with pytest.raises(KeyboardInterrupt):
            tune(tmp_path, watcher=Leaver(epochs), **SEVERAL)
    answer = tune(tmp_path, **SEVERAL)
    known = Study(tmp_path, answer)
    assert [said(record) for record in ended(known.records)] == [said(record) for record in ended(folded.records)]
    assert answer.champion.spread == folded.answer.champion.spread


@pytest.mark.patient
@pytest.mark.slow
def test_one_and_two_workers_come_to_the_same(tmp_path):
    told = []
    for workers in (1, 2):
        answer = tune(tmp_path / str(workers), **{**SEVERAL, "sampler": "random"}, workers=workers)
        found = ended(Study(tmp_path / str(workers), answer).records)
        told.append([(said(record), record.spread, record.metrics) for record in found])
    assert told[0] == told[1]


@pytest.mark.slow
def test_folds_of_arrays_and_of_the_int8_file_are_measured_on_their_own_rows(tmp_path):
    random = np.random.default_rng(0)
    y = np.arange(90) % 3
    x = random.normal(size=(90, 4)) + y[:, np.newaxis]
    answer = tune(tmp_path, (x, y), folds=2, trials=1, precision="int8", finalists=0)
    (record,) = ended(Study(tmp_path, answer).records)
    path = Study(tmp_path, answer).trial(0) / "members" / "members.json"
    kept = json.loads(path.read_text())
    scores = [kept[number]["measured"]["metrics"]["accuracy"] for number in ("0", "1")]
    assert record.value == pytest.approx(np.mean(scores), rel=1e-14)
    assert record.costs == kept["0"]["measured"]["costs"]
    assert record.costs["bytes"] > 0


def test_data_in_time_is_refused_before_anything_is_written(tmp_path):
    series = np.sin(np.arange(200) / 5)
    path = tmp_path / "v.csv"
    path.write_text(
        "when,v\n" + "".join(f"2024-01-{1 + n // 24:02} {n % 24:02}:00,{v}\n" for n, v in enumerate(series))
    )
    with pytest.raises(BadValue, match="ordered by time.*Leave out --folds"):
        search.tune(path, target="v", time="when", lookback=6, folds=3, root=tmp_path)
    assert not (tmp_path / "mlruns").exists()


def test_zoo_run_of_a_trial_compares_with_its_first_training(folded, zoo_command):
    ran = zoo_command("run", "wine#1", "--root", folded.root, "--json")
    assert ran.code == 0
    assert "mean over all its trainings" in ran.err
    assert "may change last digits" not in ran.err


def test_zoo_run_of_a_member_repeats_its_fold(folded, zoo_command):
    folder = members(folded, 0)[4]
    kept = json.loads((folder.parent / "members.json").read_text())[str(int(folder.name))]
    ran = zoo_command("run", folder / "recipe.json", "--json")
    assert json.loads(ran.out)["validation"] == kept["measured"]["metrics"]


def test_zoo_evaluate_of_a_folds_model_takes_the_test_rows_as_that_fold_prepares_them(folded, zoo_command):
    ran = zoo_command("evaluate", folded.folder / "exports" / "tflite-float32", "wine", "--json")
    assert ran.code == 0
    measured = json.loads(ran.out)
    found = measured.get("metrics", measured)
    assert found["accuracy"] == pytest.approx(folded.answer.champion.test["accuracy"])
    assert found["log_loss"] == pytest.approx(folded.answer.champion.test["log_loss"], rel=1e-4)


def test_the_command_line_takes_folds_and_repeats(zoo_command):
    ran = zoo_command(
        *("tune", "wine", "--builder", "mlp", "--trials", 1, "--epochs", 1, "--workers", 0, "--finalists", 0),
        *("--folds", 2, "--repeats", 2, "--json"),
    )
    assert ran.code == 0
    assert json.loads(ran.out)["champion"]["spread"]["accuracy"] >= 0


def test_folds_that_cannot_be_are_one_line(zoo_command):
    ran = zoo_command("tune", "wine", "--folds", 1)
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "zoo: folds is 1; it must be 2 to 20. Try 5.")
