"""One trial as a plain function: values in, one number out; recipe, history and weights left on disk."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from optuna.trial import FixedTrial

from search.children.runners import Finished, Here
from search.claiming.attempt import Pruned, Slot
from search.drawing.seeds import slot_seed
from search.fingerprint import require_same, study_id
from search.objective import objective
from search.planning import Plan, make_plan
from search.record.recorder import Recorder
from search.record.spool import spool_path
from search.record.spooled import read
from search.settings import Settings
from search.watcher import Watcher
from zoo.errors import Diverged
from zoo.evaluation import evaluate
from zoo.pipeline import run as repeat
from zoo.recipe import read_recipe
from zoo.trained import Trained, load_weights

from .whole_studies import asked

DRAWN = {
    "mlp.depth": 0,  # an index into 1, 2, 3
    "mlp.units": 1,  # into 32, 64, 128, 256
    "mlp.activation": "elu",
    "mlp.dropout": 0.25,
    "train.learning_rate": 3e-3,
    "train.weight_decay": 1e-3,
}


class Reported(FixedTrial):
    """A trial of given values that keeps the epochs at which it was told a score."""

    def __init__(self, number: int = 0, **values) -> None:
        super().__init__({**DRAWN, **values}, number=number)
        self.set_user_attr("slot", number)
        self.set_user_attr("attempt", 0)
        self.reported = {}

    def report(self, value, step):
        self.reported[step] = value


def begun(options, data="wine") -> Plan:
    """Return the plan of a study whose study.json is written."""
    plan = make_plan(Settings(data, **options), Watcher())
    require_same(plan.files, plan.fingerprint())
    return plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return begun(asked(tmp_path_factory.mktemp("objective")))


@pytest.fixture(scope="module")
def run(plan):
    def run(trial):
        recorder, slot = Recorder(plan.files, plan.experiment, pytest.fail), Slot(trial)
        try:
            return objective(slot, plan, recorder, (), Here(plan.workspace)), slot
        finally:
            recorder.close()

    return run


@pytest.fixture(scope="module")
def once(plan, run):
    trial = Reported()
    score, slot = run(trial)
    return trial, score, slot, plan.files.trial(0)


def test_the_score_is_the_best_epochs_goal_on_validation_rows(plan, once):
    _, score, _, folder = once
    history = json.loads((folder / "history.json").read_text())
    assert score == max(epoch["val/accuracy"] for epoch in history["history"])
    assert score == history["history"][history["epoch"] - 1]["val/accuracy"] == history["validation"]["accuracy"]


def test_the_weights_on_disk_are_those_that_scored(plan, once):
    _, score, slot, folder = once
    recipe = read_recipe(folder / "recipe.json")
    trained = load_weights(Trained(recipe, plan.splits.task, ()), folder / "weights.npz")
    assert evaluate(trained, plan.splits.validation).metrics["accuracy"] == score
    assert {**slot.facts, "health": None, "score": None} == {
        "builder": "mlp",
        "parameters": trained.parameters,
        "epochs": 4,
        "health": None,
        "score": None,  # at the last rung
        "costs": {"params": trained.parameters},
        "forecast": {},
        "metrics": pytest.approx(evaluate(trained, plan.splits.validation).metrics, rel=1e-6),
    }


def test_the_health_of_the_epoch_that_is_kept_is_noted(once):
    _, _, slot, folder = once
    history = json.loads((folder / "history.json").read_text())
    kept = history["history"][history["epoch"] - 1]
    assert slot.facts["health"] == {name: value for name, value in kept.items() if name.startswith("health/")}
    assert "health/gradient_norm" in slot.facts["health"]


def test_the_recipe_on_disk_is_what_was_drawn_with_the_slots_own_seed(once):
    trial, _, _, folder = once
    recipe = read_recipe(folder / "recipe.json")
    assert recipe.model.items() >= {"depth": 1, "units": 64, "activation": "elu", "dropout": 0.25}.items()
    assert (recipe.train.learning_rate, recipe.train.weight_decay, recipe.train.epochs) == (3e-3, 1e-3, 4)
    assert recipe.seed == slot_seed(0, 0, "training")
    assert trial.user_attrs["values"] == recipe.values()


def test_the_pruner_is_asked_at_the_rungs_only_and_of_the_best_score_so_far(once):
    trial, _, _, folder = once
    history = json.loads((folder / "history.json").read_text())["history"]
    assert trial.reported == {3: max(epoch["val/accuracy"] for epoch in history[:3])}


def test_the_recipe_of_a_trial_stopped_early_repeats_to_the_score_it_was_stopped_at(plan, run):
    stopped = Reported(7)
    stopped.should_prune = lambda: True
    with pytest.raises(Pruned):
        run(stopped)
    recipe = read_recipe(plan.files.trial(7) / "recipe.json")
    assert recipe.train.epochs == 3
    assert repeat(recipe, plan.workspace).report.metrics["accuracy"] == stopped.reported[3]


class Told:
    """A runner that goes on after some epochs of an earlier attempt and trains the others, without a model."""

    def __init__(self, scores, past, timed_out=False):
        self.scores, self.past, self.timed_out, self.asked = scores, past, timed_out, None

    def run(self, recipe, folder, callbacks=(), waits=(), *, checkpoint=None, limit_s=None):
        self.asked = waits, checkpoint, limit_s
        history = [{"val/accuracy": score, "health/gradient_norm": 1.0} for score in self.scores]
        for name, *given in (
            ("on_begun", 77),
            ("on_resume", history[: self.past]),
            *(("on_epoch_end", epoch, history[epoch - 1]) for epoch in range(self.past + 1, len(history) + 1)),
        ):
            for callback in callbacks:
                getattr(callback, name, lambda *given: None)(*given)
        health = {"health/gradient_norm": 1.0}
        return Finished({"accuracy": max(self.scores)}, len(history), 1, 77, health, self.timed_out)


def told(plan, trial, scores, past, timed_out=False):
    recorder, slot = Recorder(plan.files, plan.experiment, pytest.fail), Slot(trial)
    runner = Told(scores, past, timed_out)
    try:
        return objective(slot, plan, recorder, (), runner), slot, runner
    finally:
        recorder.close()


def test_an_attempt_that_goes_on_reports_the_past_rungs_and_is_not_stopped_there(plan):
    trial = Reported(20)
    trial.should_prune = lambda: max(trial.reported) == 3
    value, slot, _ = told(plan, trial, [0.1, 0.9, 0.2, 0.3], past=3)
    assert (value, trial.reported) == (0.9, {3: 0.9})
    assert slot.facts["parameters"] == 77


def test_an_attempt_that_goes_on_spools_the_epochs_of_the_one_before(plan):
    told(plan, Reported(21), [0.1, 0.9, 0.2, 0.3], past=2)
    events = read(spool_path(plan.files.root, f"wine-0021-0-{study_id(plan.files)}"))
    assert [event["step"] for event in events if event["kind"] == "metrics"] == [1, 2, 3, 4]


def test_a_runner_is_told_where_to_wait_where_its_checkpoint_lies_and_how_long_it_may_take(plan):
    limited = replace(plan, settings=replace(plan.settings, trial_timeout=60.0))
    _, _, runner = told(limited, Reported(22), [0.5] * 4, past=0)
    assert runner.asked == ((3,), plan.files.trial(22) / "checkpoint", 60.0)


def test_a_trial_whose_time_is_up_counts_with_what_it_has_and_its_recipe_is_cut_to_that(plan):
    limited = replace(plan, settings=replace(plan.settings, trial_timeout=60.0))
    value, slot, _ = told(limited, Reported(23), [0.5, 0.6], past=0, timed_out=True)
    assert (value, slot.facts["epochs"]) == (0.6, 2)
    assert slot.facts["stopped"] == "its 60 s were up after epoch 2"
    assert read_recipe(plan.files.trial(23) / "recipe.json").train.epochs == 2


def test_a_trial_that_patience_stopped_within_its_time_keeps_its_recipe_however_long_it_waited(plan):
    limited = replace(plan, settings=replace(plan.settings, trial_timeout=1e-9))
    _, slot, _ = told(limited, Reported(24), [0.5, 0.6], past=0)
    assert "stopped" not in slot.facts
    assert read_recipe(plan.files.trial(24) / "recipe.json").train.epochs == 4


def test_the_recipe_of_a_trial_stopped_while_its_share_of_rows_grew_stops_there_without_growing_faster(tmp_path):
    plan = begun(asked(tmp_path, fixed={"train.fidelity": "rows"}))
    trial = Reported(0)
    trial.should_prune = lambda: True
    with pytest.raises(Pruned):
        told(plan, trial, [0.5] * 4, past=0)
    train = read_recipe(plan.files.trial(0) / "recipe.json").train
    assert (train.epochs, train.stop_after) == (4, 3)


def test_a_builder_that_gains_by_xla_has_recipes_that_say_so(tmp_path):
    plan = begun(asked(tmp_path))
    plan.jit_compile["mlp"] = True
    told(plan, Reported(0), [0.5] * 4, past=0)
    assert read_recipe(plan.files.trial(0) / "recipe.json").train.jit_compile is True


def test_the_spool_has_the_recipe_and_a_line_an_epoch_but_no_end(plan, once):
    events = read(spool_path(plan.files.root, f"wine-0000-0-{study_id(plan.files)}"))
    assert [event["kind"] for event in events] == ["start", "artifact", *["metrics"] * 4]
    assert events[1]["path"] == "mlruns/studies/wine/trials/0000/recipe.json"
    history = json.loads((once[3] / "history.json").read_text())["history"]
    rate = {"learning_rate": json.loads((once[3] / "recipe.json").read_text())["train"]["learning_rate"]}
    wanted = [(epoch, {**logs, **rate}) for epoch, logs in enumerate(history, start=1)]
    assert [(event["step"], event["values"]) for event in events[2:]] == wanted


def test_the_same_values_in_the_same_slot_repeat_bit_for_bit_after_other_trials(plan, run, once):
    _, score, _, folder = once
    before = (folder / "history.json").read_bytes()
    with np.load(folder / "weights.npz") as stored:
        weights = dict(stored)
    other, _ = run(Reported(1, **{"train.learning_rate": 1e-3, "mlp.dropout": 0.0}))
    again, _ = run(Reported())
    assert (again, (folder / "history.json").read_bytes()) == (score, before)
    assert other != score or (plan.files.trial(1) / "history.json").read_bytes() != before
    with np.load(folder / "weights.npz") as stored:
        assert all(np.array_equal(stored[name], weight) for name, weight in weights.items())


def test_a_training_that_blows_up_leaves_its_recipe_and_no_weights(tmp_path):
    changes = asked(tmp_path, fixed={"train.learning_rate": 10.0, "train.epochs": 40, "model.activation": "relu"})
    plan = begun(changes)
    recorder = Recorder(plan.files, plan.experiment, pytest.fail)
    plan.splits.train.x[0, 0] = np.float32(3e38)  # finite, and too large for one step
    try:
        with pytest.raises(Diverged):
            objective(Slot(Reported()), plan, recorder, (), Here(plan.workspace))
    finally:
        recorder.close()
    assert {path.name for path in plan.files.trial(0).iterdir()} == {"recipe.json"}


def test_a_trial_may_be_prepared_and_augmented_in_its_own_way_and_is_repeated_from_its_recipe(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 36, 36, 1)).astype(np.uint8)
    options = {"builders": "mlp", "augment": "flip", "fixed": {"train.epochs": 1}, "root": tmp_path}
    plan = begun({**options, "narrowed": {"preparation.size": "16,24"}}, (images, np.arange(40) % 2))
    trial = Reported(**{"preparation.size": 1, "augment.flip": 0.25})
    recorder = Recorder(plan.files, plan.experiment, pytest.fail)
    value = objective(Slot(trial), plan, recorder, (), Here(plan.workspace))
    recipe = read_recipe(plan.files.trial(0) / "recipe.json")
    assert (recipe.preparation["size"], recipe.augment) == (24, {"flip": 0.25})
    result = repeat(recipe, plan.workspace)
    assert result.trained.task.input_shape == (24, 24, 1)
    assert result.report.metrics[plan.goal] == value
