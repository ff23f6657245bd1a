"""Fresh trainings, with a runner that needs no TensorFlow: kept one by one, whatever ends the command."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from search.aims import Aims
from search.children.runners import Finished
from search.children.succession import WorkerDied
from search.choosing.fresh import MOST_DEATHS, Kept, train_all, trainings
from search.drawing.seeds import slot_seed
from search.drawing.spaces import study_space
from search.files import StudyFiles, write_json
from search.settings import Settings
from search.watcher import Watcher
from zoo.errors import Diverged
from zoo.recipe import Recipe, Source

RECIPE = Recipe(Source("wine"), "mlp", {name: p.default for name, p in study_space(["mlp"]).builders["mlp"].items()})


class Runner:
    """Scores a training by its seed; `ends` are what trainings raise, by how many ended before them."""

    def __init__(self, ends: dict[int, BaseException] | None = None) -> None:
        self.ends, self.trained, self.folders = ends or {}, [], []

    def run(self, recipe, folder, callbacks=(), waits=(), *, checkpoint=None, limit_s=None):
        self.folders.append(folder)
        error = self.ends.pop(len(self.trained), None)
        if error is not None:
            raise error
        self.trained.append(recipe)
        return Finished({"accuracy": score(recipe.seed)}, 3, 3, 10)


def score(seed: int) -> float:
    return seed % 1000 / 1000


class Crew(Runner):
    """Such a runner as a crew of one worker."""

    workers = (None,)

    def close(self):
        pass


@pytest.fixture
def begun(tmp_path: Path):
    """Return stand-ins for the trials of a study whose slots 0 to 2 have left their recipes, by its settings."""

    def begin(runner: Runner, is_late: bool = False, **asked):
        files = StudyFiles(tmp_path, "wine")
        for slot in range(3):
            files.trial(slot).mkdir(parents=True, exist_ok=True)
            data = Source("wine", folds=asked.get("folds"))
            write_json(files.trial(slot) / "recipe.json", replace(RECIPE, data=data, seed=slot).to_json())
        plan = SimpleNamespace(
            settings=Settings("wine", root=tmp_path, **asked),
            files=files,
            goal="accuracy",
            aims=Aims("accuracy", ("accuracy",)),
            space=study_space(["mlp"]),
        )
        log = SimpleNamespace(write=lambda text: None)
        return SimpleNamespace(plan=plan, crew=runner, watcher=Watcher(), converter=None, is_late=is_late, log=log)

    return begin


def folder(trials) -> Path:
    return trials.plan.files.folder


def test_each_finalist_is_trained_on_a_seed_of_its_own_and_its_recipe_is_else_unchanged(begun):
    runner = Crew()
    trials = begun(runner)
    kept = Kept(folder(trials))
    train_all(trials, [2, 0], kept)
    seeds = [slot_seed(0, slot, "fresh 0, fold 0") for slot in (2, 0)]
    assert runner.trained == [replace(RECIPE, seed=seed) for seed in seeds]
    assert [kept.scores(slot, trials.plan.settings) for slot in (2, 0)] == [(score(seed),) for seed in seeds]
    assert not (folder(trials) / "finalists").exists()


def test_a_trial_of_folds_and_repeats_is_repeated_as_often_and_each_seed_scored_by_the_mean_of_its_folds(begun):
    runner = Crew()
    trials = begun(runner, folds=3, repeats=2)
    kept = Kept(folder(trials))
    train_all(trials, [0, 1], kept)
    assert Counter(recipe.data.fold for recipe in runner.trained) == {0: 4, 1: 4, 2: 4}
    assert len({recipe.seed for recipe in runner.trained}) == 12
    own = [one for one in trainings(1, trials.plan.settings) if one.index == 1]
    assert kept.scores(1, trials.plan.settings)[1] == pytest.approx(sum(score(one.seed) for one in own) / 3)


@pytest.mark.parametrize("end", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_has_ended_is_kept_when_the_command_ends_and_not_trained_again(begun, end):
    first = begun(Crew({1: end}))
    with pytest.raises(type(end)):
        train_all(first, [0, 1, 2], Kept(folder(first)))
    runner = Crew()
    again = begun(runner)
    kept = Kept(folder(again))
    train_all(again, [0, 1, 2], kept)
    assert len(runner.trained) == 2
    assert [len(kept.scores(slot, again.plan.settings)) for slot in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("error", [Diverged("the loss is nan"), ZeroDivisionError("oh")])
def test_a_training_that_diverges_or_has_a_bug_counts_as_failed(begun, error):
    trials = begun(Crew({0: error}))
    kept = Kept(folder(trials))
    train_all(trials, [0, 1], kept)
    assert kept.scores(0, trials.plan.settings) == (None,)
    assert kept.scores(1, trials.plan.settings)[0] is not None
    rows = json.loads((folder(trials) / "finalists.json").read_text())["fresh"]
    assert str(error) in rows[0]["reason"] and rows[1]["reason"] is None


def test_a_worker_that_dies_trains_again_in_the_same_folder_where_its_checkpoint_lies(begun):
    trials = begun(Crew({0: WorkerDied("killed")}))
    kept = Kept(folder(trials))
    train_all(trials, [0], kept)
    assert kept.scores(0, trials.plan.settings)[0] is not None
    assert len(trials.crew.folders) == 2 and len(set(trials.crew.folders)) == 1


def test_a_recipe_that_kills_its_process_each_time_has_failed(begun):
    class Deadly(Crew):
        def run(self, recipe, folder, *given, **named):
            self.folders.append(folder)
            raise WorkerDied("killed")

    trials = begun(Deadly())
    kept = Kept(folder(trials))
    train_all(trials, [0], kept)
    assert (kept.scores(0, trials.plan.settings), len(trials.crew.folders)) == ((None,), MOST_DEATHS)


def test_nothing_is_trained_once_the_time_is_up(begun):
    trials = begun(Crew(), is_late=True)
    kept = Kept(folder(trials))
    train_all(trials, [0, 1], kept)
    assert trials.crew.trained == [] and kept.scores(0, trials.plan.settings) == ()


def test_a_file_that_cannot_be_read_is_measured_anew(begun):
    trials = begun(Crew())
    (folder(trials) / "finalists.json").write_text('{"fresh": [{"slot": "x"}]}')
    kept = Kept(folder(trials))
    train_all(trials, [0], kept)
    assert len(trials.crew.trained) == 1
    assert len(json.loads((folder(trials) / "finalists.json").read_text())["fresh"]) == 1
