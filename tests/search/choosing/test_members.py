"""Members: which trainings a trial has, what is kept of those that ended, and what they come to together."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from search.children.runners import Finished
from search.choosing.members import Ended, averaged, first_metrics, kept_of, members_of, progress, retell, spread
from search.costs.measuring import Measured
from search.drawing.seeds import slot_seed
from search.files import StudyFiles
from search.settings import Settings
from zoo.recipe import Recipe, Source

WORTH = [Measured({"accuracy": score, "log_loss": 2 - score}, {"params": 7 + score}) for score in (0.5, 0.75, 0.9)]
ENDED = Ended(Finished({"accuracy": 0.5}, 4, 3, 77, {"health/dead": 0.0}), Measured({"accuracy": 0.5}, {"params": 77}))


@pytest.fixture
def files(tmp_path):
    return StudyFiles(tmp_path, "s")


def members(files, folds=None, repeats=1, seed=0):
    recipe = Recipe(Source("wine", folds=folds), "mlp", seed=slot_seed(seed, 3, "training"))
    return members_of(recipe, Settings("wine", folds=folds, repeats=repeats, seed=seed), files, 3)


def test_a_trial_without_folds_and_repeats_is_one_training_of_its_own_recipe(files):
    (only,) = members(files)
    assert (only.recipe.seed, only.recipe.data.folds) == (slot_seed(0, 3, "training"), None)
    assert (only.folder, only.checkpoint) == (files.trial(3), files.checkpoint(3))


def test_every_fold_is_trained_with_every_repeat_each_on_a_seed_of_its_own(files):
    found = members(files, folds=3, repeats=2)
    assert [one.recipe.data.fold for one in found] == [0, 1, 2, 0, 1, 2]
    assert [one.number for one in found] == list(range(6))
    assert len({one.recipe.seed for one in found}) == len({one.folder for one in found}) == 6
    assert len({one.checkpoint for one in found}) == 6


def test_more_repeats_keep_the_seeds_of_fewer_and_another_study_has_others(files):
    few, more, other = members(files, 3), members(files, 3, 2), members(files, 3, seed=1)
    assert [one.recipe for one in more[:3]] == [one.recipe for one in few]
    assert not {one.recipe.seed for one in few}.intersection(one.recipe.seed for one in other)


def test_states_of_all_members_lie_below_those_of_the_slot_which_the_end_of_a_trial_removes(files):
    for one in members(files, folds=2, repeats=2):
        assert one.checkpoint.is_relative_to(files.checkpoint(3))


def test_a_member_that_ended_is_known_to_another_process_and_others_are_not(files):
    first, second, third = members(files, folds=3)
    kept_of(files, 3).add(second, ENDED)
    kept = kept_of(files, 3)
    assert (kept.of(second), kept.of(third)) == (ENDED, None)


def test_the_first_member_has_not_ended_without_its_files(files):
    first, *_ = members(files, folds=2)
    kept_of(files, 3).add(first, ENDED)
    first.folder.mkdir(parents=True, exist_ok=True)
    assert kept_of(files, 3).of(first) is None
    for name in ("weights.npz", "history.json"):
        (first.folder / name).touch()
    assert kept_of(files, 3).of(first) == ENDED


def test_a_member_of_another_recipe_has_not_ended(files):
    _, second = members(files, folds=2)
    kept_of(files, 3).add(second, ENDED)
    assert kept_of(files, 3).of(replace(second, recipe=replace(second.recipe, model={"units": 32}))) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_what_cannot_be_read_has_not_ended(files, content):
    _, second = members(files, folds=2)
    path = files.trial(3) / "members" / "members.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert kept_of(files, 3).of(second) is None
    assert first_metrics(files, 3) is None


def test_scores_are_means_as_numpy_has_them_and_costs_those_of_the_first_member():
    mean = averaged(WORTH)
    scores = [one.metrics["accuracy"] for one in WORTH]
    assert mean.metrics["accuracy"] == pytest.approx(np.mean(scores), rel=1e-15)
    assert mean.metrics["log_loss"] == pytest.approx(np.mean([2 - score for score in scores]), rel=1e-15)
    assert mean.costs == WORTH[0].costs


def test_the_spread_is_numpys_deviation_of_a_sample():
    assert spread(WORTH)["accuracy"] == pytest.approx(np.std([0.5, 0.75, 0.9], ddof=1), rel=1e-14)


def test_what_the_first_member_is_worth_can_be_told_alone(files):
    first, second = members(files, folds=2)
    kept_of(files, 3).add(second, ENDED)
    assert first_metrics(files, 3) is None
    kept_of(files, 3).add(first, ENDED)
    assert first_metrics(files, 3) == {"accuracy": 0.5}


def test_callbacks_hear_of_an_ended_training_as_of_one_that_is_gone_on_with(tmp_path):
    (tmp_path / "history.json").write_text(json.dumps({"history": [{"val/accuracy": 0.5}]}))
    heard = []

    class Listener:
        def on_begun(self, parameters):
            heard.append(parameters)

        def on_resume(self, history):
            heard.append(history)

    retell(ENDED, tmp_path, (Listener(), object()))
    assert heard == [77, [{"val/accuracy": 0.5}]]


def test_progress_grows_with_every_state_and_every_member_that_ends(files):
    first, second = members(files, folds=2)
    seen = [progress(files, 3)]
    for one, states in ((first, 2), (second, 1)):
        one.checkpoint.mkdir(parents=True, exist_ok=True)
        for number in range(states):
            (one.checkpoint / f"checkpoint-0123456789ab-{number:08}-{'a' * 64}.npz").touch()
            seen.append(progress(files, 3))
        kept_of(files, 3).add(one, ENDED)
        seen.append(progress(files, 3))
    assert seen == sorted(set(seen))
