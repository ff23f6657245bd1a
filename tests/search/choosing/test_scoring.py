"""A trial of several trainings: which are done, what they come to, and what a kill leaves to be done."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from search.children.runners import Finished
from search.children.succession import WorkerDied
from search.claiming.attempt import OverLimit, Pruned, Slot
from search.fingerprint import study_id
from search.objective import objective
from search.record.recorder import Recorder
from search.record.spool import spool_path
from search.record.spooled import read
from zoo.errors import Diverged
from zoo.recipe import read_recipe

from ..test_objective import Reported, begun
from ..whole_studies import asked

EPOCHS = 4


class Fake:
    """A runner without a model whose scores follow from the recipe; it dies, or fails, in the trainings named."""

    def __init__(self, dies=(), diverges=(), slow=()):
        self.dies, self.diverges, self.slow = list(dies), list(diverges), slow
        self.trained, self.asked = [], []

    def run(self, recipe, folder, callbacks=(), waits=(), *, checkpoint=None, limit_s=None):
        number = len(self.trained)
        self.asked.append((recipe.data.fold, tuple(waits), checkpoint, limit_s))
        if number in self.dies:
            self.dies.remove(number)
            raise WorkerDied("killed")
        self.trained.append((recipe.data.fold, recipe.seed))
        if number in self.diverges:
            raise Diverged("the loss is nan")
        score = score_of(recipe)
        history = [{"val/accuracy": score, "health/dead": 0.0}] * EPOCHS
        for callback in callbacks:
            for name, *given in (("on_begun", 77), *(("on_epoch_end", n + 1, history[n]) for n in range(EPOCHS))):
                getattr(callback, name, lambda *given: None)(*given)
        (folder / "weights.npz").touch()
        (folder / "history.json").write_text(json.dumps({"history": history, "validation": {"accuracy": score}}))
        checkpoint.mkdir(parents=True, exist_ok=True)
        return Finished({"accuracy": score}, EPOCHS, 1, 77, {"health/dead": 0.0}, number in self.slow)


def score_of(recipe):
    return 0.5 + recipe.data.fold / 10 + recipe.seed % 97 / 1000


class Heard:
    """Counts the epochs that it hears of."""

    def __init__(self):
        self.epochs = 0

    def on_epoch_end(self, epoch, logs):
        self.epochs += 1


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return begun(asked(tmp_path_factory.mktemp("scoring"), folds=3, repeats=2))


def told(plan, trial, runner, callbacks=()):
    recorder, slot = Recorder(plan.files, plan.experiment, pytest.fail), Slot(trial)
    try:
        return objective(slot, plan, recorder, callbacks, runner), slot
    finally:
        recorder.close()


def recipes(plan, slot):
    folder = plan.files.trial(slot)
    return [read_recipe(path) for path in (folder / "recipe.json", *sorted(folder.glob("members/*/recipe.json")))]


def test_the_score_is_the_mean_over_all_members_and_its_deviation_is_noted(plan):
    value, slot = told(plan, Reported(0), Fake())
    scores = [score_of(recipe) for recipe in recipes(plan, 0)]
    assert len(scores) == 6
    assert value == slot.facts["metrics"]["accuracy"] == pytest.approx(np.mean(scores), rel=1e-15)
    assert slot.facts["spread"] == {"accuracy": pytest.approx(np.std(scores, ddof=1), rel=1e-12)}


def test_every_member_leaves_a_recipe_and_only_the_first_its_weights_and_states(plan):
    told(plan, Reported(1), Fake())
    assert [recipe.data.fold for recipe in recipes(plan, 1)] == [0, 1, 2, 0, 1, 2]
    assert [str(path.relative_to(plan.files.trial(1))) for path in plan.files.trial(1).rglob("weights.npz")] == [
        "weights.npz"
    ]
    assert list(plan.files.trial(1).rglob("member-*")) == []


def test_only_the_first_member_waits_at_rungs_and_all_are_watched(plan):
    runner, watcher = Fake(), Heard()
    told(plan, Reported(2), runner, (watcher,))
    assert [waits for _, waits, _, _ in runner.asked] == [(3,), *[()] * 5]
    assert watcher.epochs == 6 * EPOCHS


def test_a_trial_that_the_pruner_stops_trains_no_other_member(plan):
    trial, runner = Reported(3), Fake()
    trial.should_prune = lambda: True
    with pytest.raises(Pruned):
        told(plan, trial, runner)
    assert len(runner.asked) == 1


@pytest.mark.parametrize("killed_in", range(6))
def test_a_killed_trial_goes_on_with_the_member_it_was_in(plan, killed_in):
    slot = 10 + killed_in
    runner = Fake(dies=[killed_in])
    with pytest.raises(WorkerDied):
        told(plan, Reported(slot), runner)
    trial = Reported(slot)
    value, known = told(plan, trial, runner)
    assert len(runner.trained) == len(set(runner.trained)) == 6
    assert value == pytest.approx(np.mean([score_of(recipe) for recipe in recipes(plan, slot)]), rel=1e-15)
    assert (known.facts["parameters"], known.facts["epochs"]) == (77, EPOCHS)
    assert trial.reported == {3: score_of(recipes(plan, slot)[0])}


def test_a_trial_killed_again_and_again_ends_as_one_that_was_not(plan):
    whole, _ = told(plan, Reported(20), Fake())
    trainings, deaths, value = [], 0, None
    told_of = plan.files.trial(20) / "members" / "members.json"
    told_of.unlink()
    while value is None:
        runner = Fake(dies=[0 if deaths == 0 else 1])
        try:
            value, _ = told(plan, Reported(20), runner)
        except WorkerDied:
            deaths += 1
        trainings += runner.trained
    assert (value, len(trainings), len(set(trainings))) == (whole, 6, 6)
    assert deaths > 3


def test_a_member_that_diverges_ends_the_trial(plan):
    with pytest.raises(Diverged):
        told(plan, Reported(30), Fake(diverges=[4]))


def test_the_time_of_a_trial_is_shared_evenly_and_one_that_was_cut_short_says_so(plan):
    limited = replace(plan, settings=replace(plan.settings, trial_timeout=60.0))
    runner = Fake(slow=[2])
    _, slot = told(limited, Reported(31), runner)
    assert {limit for *_, limit in runner.asked} == {10.0}
    assert slot.facts["stopped"] == "its 10 s were up after epoch 4 of training 3"
    assert [recipe.train.epochs for recipe in recipes(plan, 31)] == [4] * 6


def test_a_limit_on_a_metric_is_for_the_mean_and_one_on_a_cost_spares_the_other_members(tmp_path):
    plan = begun(asked(tmp_path, folds=3, limit=["accuracy=0.62", "params=1M"]))
    told(plan, Reported(0), Fake())  # whose first fold is worth less
    first, *_ = recipes(plan, 0)
    assert score_of(first) < 0.62
    strict = begun(asked(tmp_path, folds=3, limit=["params=70"], study="strict"))
    runner = Fake()
    with pytest.raises(OverLimit, match="params is 77"):
        told(strict, Reported(0), runner)
    assert len(runner.asked) == 1


def test_the_scores_of_members_are_points_of_the_run_and_mean_and_spread_are_too(plan):
    value, slot = told(plan, Reported(40), Fake())
    events = read(spool_path(plan.files.root, f"wine-0040-0-{study_id(plan.files)}"))
    points = {
        (name, event["step"]): one
        for event in events
        if event["kind"] == "metrics"
        for name, one in event["values"].items()
    }
    assert [points["member/accuracy", number] for number in range(6)] == list(map(score_of, recipes(plan, 40)))
    assert points["mean/accuracy", EPOCHS] == value
    assert points["spread/accuracy", EPOCHS] == slot.facts["spread"]["accuracy"]


def test_a_study_of_several_goals_has_the_mean_of_a_metric_and_the_cost_of_the_first(tmp_path):
    plan = begun(asked(tmp_path, folds=2, goal=("accuracy", "params")))
    scores, _ = told(plan, Reported(0), Fake())
    assert scores == (pytest.approx(np.mean([score_of(recipe) for recipe in recipes(plan, 0)]), rel=1e-15), 77)
