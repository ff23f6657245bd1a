"""The answer says what interface.md promises, and each number in it is true of the files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import train_test_split

import zoo
from search.answer import leaders, stored_answer
from search.files import StudyFiles, write_json
from search.planning import make_plan
from search.record.addresses import local_uri
from search.settings import Settings
from search.trials import TrialRecord
from search.watcher import Watcher

from .whole_studies import asked, json_of

PROMISED = {
    "": {"study", "goal", "trials", "baselines", "champion", "tracking"},
    "trials": {"target", "finished", "pruned", "failed", "running", "total"},
    "champion": {
        *("trial", "builder", "values", "parameters", "validation", "test", "recipe", "variants"),
    },
    "tracking": {"uri", "experiment", "run"},
}


@pytest.fixture(scope="module")
def wine_rows():
    """Raw validation and test rows of wine: the documented split, made by scikit-learn alone."""
    wine = load_wine()
    everything = np.arange(178)
    rest, test = train_test_split(everything, test_size=35, stratify=wine.target, random_state=0)
    _, validation = train_test_split(rest, test_size=36, stratify=wine.target[rest], random_state=0)
    return {name: (wine.data[rows], wine.target[rows]) for name, rows in (("validation", validation), ("test", test))}


@pytest.mark.parametrize("part", PROMISED)
def test_the_answer_has_every_key_that_is_promised(study, part):
    answer = json_of(study.answer)
    assert PROMISED[part] <= set(answer[part] if part else answer)


def test_baselines_and_variants_have_every_key_that_is_promised(study):
    answer = json_of(study.answer)
    assert {baseline["name"] for baseline in answer["baselines"]} == {"majority", "logistic", "boosting"}
    assert all(set(baseline) == {"name", "validation", "test"} for baseline in answer["baselines"])
    wanted = {"format", "precision", "bytes", "test", "path", "skipped"}
    assert all(wanted <= set(variant) for variant in answer["champion"]["variants"])
    made = [(variant["format"], variant["precision"]) for variant in answer["champion"]["variants"]]
    floats = [("keras_file", "float32"), ("saved_model", "float32"), ("tflite", "float32")]
    assert made == [*floats, ("tflite", "float16"), ("tflite", "dynamic"), ("tflite", "int8")]


@pytest.mark.parametrize("variant", range(6))
@pytest.mark.parametrize("split", ["validation", "test"])
def test_the_scores_are_what_the_exported_file_does_on_raw_rows(study, wine_rows, variant, split):
    variant = study.answer.champion.variants[variant]
    rows, labels = wine_rows[split]
    answers = zoo.load(study.root / variant["path"]).predict(rows)
    indices = [answers.classes.index(label) for label in answers.labels]
    oracle = {
        "accuracy": accuracy_score(labels, indices),
        "balanced_accuracy": balanced_accuracy_score(labels, indices),
        "log_loss": -np.log(answers.probabilities[np.arange(len(labels)), labels]).mean(),
    }
    assert variant[split] == pytest.approx(oracle, abs=1e-5)
    if variant["precision"] == "float32":
        assert getattr(study.answer.champion, split) == pytest.approx(oracle, abs=1e-5)


def test_bytes_count_the_model_file_and_the_hash_covers_the_bundle(study):
    for variant in study.answer.champion.variants:
        folder = study.root / variant["path"]
        beside = {"bundle.json", "preparation.json", "labels.txt", "recipe.json", "report.json", "proof.json"}
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        assert variant["bytes"] == sum(path.stat().st_size for name, path in files.items() if name not in beside)
        hashes = sorted(f"{hashlib.sha256(path.read_bytes()).hexdigest()} {name}\n" for name, path in files.items())
        assert variant["sha256"] == hashlib.sha256("".join(hashes).encode()).hexdigest()


@pytest.mark.parametrize("which", ["study", "grown"])
def test_the_counts_are_those_of_the_trial_folders(study, grown, which):
    run = study if which == "study" else grown.study
    trials, states = run.answer.trials, [record.state for record in run.records]
    assert trials.total == trials.target == len(list((run.folder / "trials").iterdir()))
    assert (trials.finished, trials.pruned) == (states.count("finished"), states.count("pruned"))
    assert (trials.failed, trials.running) == (0, 0)
    assert trials.finished == len(list((run.folder / "trials").glob("*/history.json")))


def test_the_champions_values_and_size_are_those_of_its_recipe_and_weights(study):
    champion = study.answer.champion
    recipe = json.loads((study.root / champion.recipe).read_text())
    parts = ("preparation", "model", "train")
    expected = {f"{part}.{name}": value for part in parts for name, value in recipe[part].items()}
    assert champion.values.items() <= {"model.builder": "mlp", **expected}.items()
    left_out = expected.keys() - champion.values.keys()
    assert left_out
    assert all(name.startswith("train.") for name in left_out)  # settings of what this training does not use
    depth, units = recipe["model"]["depth"], recipe["model"]["units"]
    by_hand = (13 + 1) * units + (depth - 1) * (units + 1) * units + (units + 1) * 3
    slot = int(champion.trial.removeprefix("wine#"))
    with np.load(study.trial(slot) / "weights.npz") as weights:
        assert champion.parameters == by_hand == sum(weight.size for weight in weights.values())


def test_the_top_is_the_finished_trials_best_first_and_then_those_stopped_early():
    def record(slot, state, value):
        return TrialRecord(slot, slot, 0, state, value)

    states = [("pruned", 0.9), ("finished", 0.5), ("failed", None), ("finished", 0.7), ("pruned", None)]
    states += [("finished", 0.7), ("pruned", 0.95), ("interrupted", None), ("running", None)]
    records = [record(slot, *state) for slot, state in enumerate(states)]
    assert [found.slot for found in leaders(records, "maximize")] == [3, 5, 1, 6, 0]
    assert [found.slot for found in leaders(records, "maximize", 2)] == [3, 5]


@pytest.fixture
def plan(tmp_path):
    return make_plan(Settings("wine", **asked(tmp_path)), Watcher())


@pytest.fixture
def stored(plan, study):
    """The study's answer in another root's place, with what `stored_answer` makes of it."""
    plan.files.champion.mkdir(parents=True)

    def read(answer, target=4):
        write_json(plan.files.report, answer)
        return stored_answer(plan, replace(study.answer.trials, target=target))

    return read


def test_a_whole_answer_is_given_again(stored, plan, study):
    here = {**json_of(study.answer), "tracking": {**study.answer.tracking, "uri": local_uri(plan.files.root)}}
    assert json_of(stored(here)) == here
    assert json_of(stored(here, target=3)) == here


def test_an_answer_to_fewer_trials_or_one_cut_short_by_a_kill_is_made_again(stored, study):
    assert stored(json_of(study.answer), target=5) is None
    assert stored(json_of(replace(study.answer, trials=replace(study.answer.trials, total=3)))) is None
    assert stored(json_of(replace(study.answer, tracking=None))) is None
    assert stored({"study": "wine"}) is None
    assert stored([]) is None


def test_a_study_without_an_answer_has_none(plan, study):
    assert not StudyFiles(plan.files.root, "wine").report.exists()
    assert stored_answer(plan, study.answer.trials) is None
