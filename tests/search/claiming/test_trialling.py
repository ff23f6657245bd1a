"""The trials of a study: run within its limits, pruned at rungs, and put right after a kill."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from search.children.runners import Finished
from search.children.succession import WorkerDied
from search.claiming.reopening import MOST_IN_VAIN, reopen
from search.claiming.slots import run_slots
from search.claiming.storage import database, open_study
from search.claiming.trialling import Trialling
from search.drawing.samplers import sampler
from search.drawing.seeds import slot_seed
from search.fingerprint import require_same
from search.planning import make_plan
from search.record.recorder import Recorder
from search.record.spooled import read
from search.settings import Settings
from search.watcher import Watcher
from zoo.errors import Diverged, TooSlow, ZooError

from ..whole_studies import Listener, asked, ended


@pytest.fixture
def trialling(tmp_path):
    """Return the open trials of a small study of wine, by its settings."""
    opened = []

    def begin(watcher=None, crew=None, **changes):
        plan = make_plan(Settings("wine", **asked(tmp_path, **changes)), Watcher())
        require_same(plan.files, plan.fingerprint())
        watcher = watcher or Listener()
        opened.append(Recorder(plan.files, plan.experiment, watcher.said))
        trials = Trialling(plan, opened[-1], watcher, crew)
        trials.mend()
        return trials

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


@pytest.mark.slow
def test_without_a_pruner_every_trial_trains_to_its_end(trialling):
    listener = Listener()
    trials = trialling(listener, pruner="none", sampler="random", trials=3, narrowed={"model.units": "32"})
    trials.run()
    assert [(record.state, record.epochs) for record in listener.ended] == [("finished", 4)] * 3
    best = max(listener.ended, key=lambda record: (record.value, -record.slot))
    assert trials.front() == (best,)
    assert (trials.counts().finished, trials.counts().total) == (3, 3)


def test_a_study_without_a_finished_trial_has_no_leader_and_says_why(trialling):
    with pytest.raises(ZooError, match="^none of 0 trials finished. Add --trials"):
        trialling().front()


def test_opening_a_study_drops_the_weights_that_a_kill_at_a_trials_end_kept(trialling):
    files = trialling(trials=6).plan.files
    study = open_study(files.root, "wine")
    run_slots(reopen(study), 6, lambda slot: slot.slot / 10, sampler_for=lambda slot: sampler("random", slot))
    for slot in range(6):
        files.trial(slot).mkdir()
        (files.trial(slot) / "weights.npz").touch()
    trialling(trials=6)
    kept = {path.parent.name for path in files.folder.glob("trials/*/weights.npz")}
    assert kept == {"0001", "0002", "0003", "0004", "0005"}


def test_opening_a_study_sweeps_what_a_kill_left_half_written_in_a_trials_folder(trialling):
    files = trialling().plan.files
    leave_running(files)
    files.trial(0).mkdir()
    for name in ("recipe.json", ".weights.npz.0a1b2c3d.part"):
        (files.trial(0) / name).touch()
    trialling()
    assert [path.name for path in files.trial(0).iterdir()] == ["recipe.json"]


def leave_running(files):
    """Leave slot 0 running, as a process that was killed does."""
    study = open_study(files.root, "wine")
    study.enqueue_trial({}, user_attrs={"slot": 0, "attempt": 0})
    study.ask()


@pytest.mark.slow
def test_after_a_kill_in_mid_trial_none_runs_before_nor_after_the_rest(trialling):
    leave_running(trialling().plan.files)
    trials = trialling(trials=1)
    assert trials.counts().running == 0
    trials.run()
    assert (trials.counts().running, trials.counts().finished, trials.counts().total) == (0, 1, 1)
    assert [record.state for record in trials.records()] == ["killed", "finished"]


def with_checkpoint(files, slot=0):
    files.checkpoint(slot).mkdir(parents=True)
    (files.checkpoint(slot) / "state").touch()
    return files.checkpoint(slot)


def test_a_slot_that_was_given_up_is_told_and_recorded_once_and_its_checkpoint_goes(trialling):
    files, listener = trialling().plan.files, Listener()
    for _ in range(MOST_IN_VAIN - 1):
        leave_running(files)
        reopen(open_study(files.root, "wine"))
    leave_running(files)
    checkpoint = with_checkpoint(files)
    trials = trialling(listener, trials=1)
    trials.run()
    assert [(record.slot, record.state) for record in listener.ended] == [(0, "failed")]
    assert not checkpoint.exists()
    (spool,) = files.spool.rglob("wine-0000-*.jsonl")
    assert [event["kind"] for event in read(spool)].count("end") == 1


class States:
    """A crew of one whose trials leave a state and end as they are told."""

    def __init__(self, end=None):
        self.workers, self.end, self.seen, self.closed = (self,), end, [], 0

    def run(self, recipe, folder, callbacks=(), waits=(), *, checkpoint=None, limit_s=None):
        self.seen.append(checkpoint.exists())
        checkpoint.mkdir(exist_ok=True)
        if self.end is not None and len(self.seen) == 1:
            raise self.end
        return Finished({"accuracy": 0.5}, 4, 4, 77)

    def close(self):
        self.closed += 1


@pytest.mark.parametrize(
    "end, state",
    [(None, "finished"), (TooSlow("its time was up"), "pruned"), (Diverged("nan"), "pruned"), (KeyError(1), "failed")],
)
def test_a_trial_that_ended_leaves_no_checkpoint(trialling, end, state):
    listener, crew = Listener(), States(end)
    trials = trialling(listener, crew, trials=2)
    trials.run()
    assert [record.state for record in listener.ended] == [state, "finished"]
    assert crew.seen == [False, False]
    assert not list(trials.plan.files.folder.rglob("checkpoint"))


@pytest.mark.slow
def test_a_trial_whose_worker_died_goes_on_from_its_checkpoint(trialling):
    listener, crew = Listener(), States(WorkerDied("killed"))
    trialling(listener, crew, trials=1).run()
    assert [(record.state, record.attempt) for record in listener.ended] == [("finished", 1)]
    assert crew.seen == [False, True]


def test_an_interrupted_trial_keeps_its_checkpoint_and_so_does_opening_its_study_again(trialling):
    trials = trialling(None, States(KeyboardInterrupt()), trials=1)
    with pytest.raises(KeyboardInterrupt):
        trials.run()
    trialling(trials=1)
    assert trials.plan.files.checkpoint(0).exists()


def test_opening_a_study_drops_the_checkpoint_that_a_kill_at_a_trials_end_kept(trialling):
    trials = trialling(None, States(), trials=1)
    trials.run()
    checkpoint = with_checkpoint(trials.plan.files)
    trialling(trials=1)
    assert not checkpoint.exists()


def test_workers_are_ended_when_all_trials_are(trialling):
    crew = States()
    trials = trialling(None, crew, trials=2)
    trials.run()
    trials.let_crew_go()
    assert (len(crew.seen), crew.closed) == (2, 1)
