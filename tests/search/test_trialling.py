"""The trials of a study: run within its limits, pruned at rungs, and put right after a kill."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from search.fingerprint import require_same
from search.planning import make_plan
from search.recording import Recorder
from search.samplers import sampler
from search.seeds import slot_seed
from search.settings import Settings
from search.slots import run_slots
from search.storage import database, open_study
from search.trialling import Trialling
from search.watcher import Watcher
from zoo.errors import ZooError

from .whole_studies import Listener, asked, ended


@pytest.fixture
def trialling(tmp_path):
    """Return the open trials of a small study of wine, by its settings."""
    opened = []

    def begin(watcher=None, **changes):
        plan = make_plan(Settings("wine", **asked(tmp_path, **changes)), Watcher())
        require_same(plan.files, plan.fingerprint())
        watcher = watcher or Listener()
        opened.append(Recorder(plan.files, plan.experiment, watcher.said))
        return Trialling(plan, opened[-1], watcher)

    yield begin
    for recorder in opened:
        recorder.close()


def test_scores_are_reported_at_rungs_only(study):
    with closing(sqlite3.connect(database(study.root))) as connection:
        steps = connection.execute("SELECT DISTINCT step FROM trial_intermediate_values").fetchall()
    assert steps == [(3,)]


def test_every_trial_trains_with_the_seed_of_its_slot(study):
    seeds = [json.loads((study.trial(slot) / "recipe.json").read_text())["seed"] for slot in range(4)]
    assert seeds == [slot_seed(0, slot, "training") for slot in range(4)]
    assert len(set(seeds)) == 4


def test_a_trial_that_was_stopped_early_left_a_recipe_and_nothing_else(study):
    for record in ended(study.records):
        left = {path.name for path in study.trial(record.slot).iterdir()}
        whole = {"recipe.json", "history.json", "weights.npz"}
        assert left == ({"recipe.json"} if record.state == "pruned" else whole)


def test_without_a_pruner_every_trial_trains_to_its_end(trialling):
    listener = Listener()
    trials = trialling(listener, pruner="none", sampler="random", trials=3, narrowed={"model.units": "32"})
    trials.run()
    assert [(record.state, record.epochs) for record in listener.ended] == [("finished", 4)] * 3
    best = max(listener.ended, key=lambda record: (record.value, -record.slot))
    assert trials.leader() == best
    assert (trials.counts().finished, trials.counts().total) == (3, 3)


def test_a_study_without_a_finished_trial_has_no_leader_and_says_why(trialling):
    with pytest.raises(ZooError, match="^none of 0 trials finished. Add --trials"):
        trialling().leader()


def test_opening_a_study_drops_the_weights_that_a_kill_at_a_trials_end_kept(trialling):
    files = trialling(trials=6).plan.files
    study = open_study(files.root, "wine")
    run_slots(study, 6, lambda slot: slot.slot / 10, sampler_for=lambda slot: sampler("random", slot))
    for slot in range(6):
        files.trial(slot).mkdir()
        (files.trial(slot) / "weights.npz").touch()
    trialling(trials=6)
    kept = {path.parent.name for path in files.folder.glob("trials/*/weights.npz")}
    assert kept == {"0001", "0002", "0003", "0004", "0005"}


def test_opening_a_study_sweeps_what_a_kill_left_half_written_in_a_trials_folder(trialling):
    files = trialling().plan.files
    study = open_study(files.root, "wine")
    study.enqueue_trial({}, user_attrs={"slot": 0, "attempt": 0})
    study.ask()  # it runs, and its process is gone
    files.trial(0).mkdir()
    for name in ("recipe.json", ".weights.npz.0a1b2c3d.part"):
        (files.trial(0) / name).touch()
    trialling()
    assert [path.name for path in files.trial(0).iterdir()] == ["recipe.json"]
