"""What comes of a study that several processes run: the same, whoever trained and whoever was killed."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from search.files import StudyFiles
from search.record.recorder import Recorder
from search.record.spooled import read
from search.tracking import PARENT_TAG

from ..joiners import beside, running
from ..light_studies import STUDY, Slow, conduct, helped, outcome, records, wait_until
from ..studies import child, kill, needs_fork
from ..whole_studies import runs

pytestmark = pytest.mark.usefixtures("none_left")


GRID = {"model.dropout": "0.1,0.2", "train.learning_rate": "0.001,0.01", "train.weight_decay": "0.001"}
SAMPLERS = {"random": {}, "grid": {"narrowed": GRID}}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What comes out of an unbroken study with one worker, by its sampler."""
    found = {}
    for sampler, ranges in SAMPLERS.items():
        root = tmp_path_factory.mktemp(sampler)
        conduct(root, sampler=sampler, **ranges)
        found[sampler] = outcome(root)
    return found


@pytest.mark.slow
@needs_fork
@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("workers", [2, 4])
def test_with_random_and_grid_the_outcome_does_not_depend_on_the_number_of_workers(
    undisturbed, tmp_path, sampler, workers
):
    conduct(tmp_path, workers, sampler=sampler, **SAMPLERS[sampler])
    assert outcome(tmp_path) == undisturbed[sampler]


@pytest.mark.slow
@needs_fork
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_nor_on_workers_that_join_and_processes_that_are_killed(undisturbed, tmp_path, sampler):
    moments = random.Random(0)
    begin = {"sampler": sampler, **SAMPLERS[sampler]}
    for _ in range(3):  # each time both are killed
        conductor = child(_conduct, tmp_path, begin)
        wait_until(lambda alive=conductor.is_alive: running(tmp_path) or not alive())  # by now all may have ended
        helper = child(helped, tmp_path, 2)
        time.sleep(moments.uniform(0.1, 0.5))
        for process in (conductor, helper):
            if process.is_alive():
                kill(process, may_end=True)
    helper = child(helped, tmp_path, 2)
    conductor = child(_conduct, tmp_path, begin)
    conductor.join()
    helper.join()
    assert outcome(tmp_path) == undisturbed[sampler]
    assert len({record.slot for record in records(tmp_path) if record.ended}) == 8


def _conduct(root, options):
    conduct(root, **options)


@needs_fork
def test_of_all_slots_the_best_five_keep_their_weights_whoever_trained_them(tmp_path):
    first = child(_conduct, tmp_path, {"trials": 12, "crew": Slow})
    wait_until(lambda: running(tmp_path))
    helped(tmp_path, 2)
    first.join()
    best = sorted((record for record in records(tmp_path)), key=lambda record: -record.value)[:5]
    kept = {path.parent.name for path in tmp_path.glob("mlruns/studies/wine/trials/*/weights.npz")}
    assert kept == {f"{record.slot:04d}" for record in best}
    assert not list(tmp_path.glob("mlruns/studies/wine/trials/*/checkpoint"))


@needs_fork
def test_what_a_worker_trained_is_in_mlflow_with_its_end(left):
    helper = beside(left, 1, Slow)
    conduct(left, ships=True)
    helper.join()
    found = runs(left, "wine, accuracy")
    states = {key: (run.info.status, run.data.tags["zoo.state"]) for key, run in found.items() if key != STUDY}
    assert sorted(states) == [f"wine-{slot:04d}-0" for slot in range(8)]
    assert set(states.values()) == {("FINISHED", "finished")}
    assert {run.data.tags[PARENT_TAG] for key, run in found.items() if key != STUDY} == {found[STUDY].info.run_id}


@pytest.mark.slow
@needs_fork
def test_an_end_that_a_killed_worker_kept_from_its_spool_the_one_who_runs_the_study_writes(left):
    def die(self, record):
        os.kill(os.getpid(), signal.SIGKILL)  # between the database's end of the trial and the spool's

    def dying():
        Recorder.end_trial = die
        helped(left)

    conductor = child(_conduct, left, {"crew": Slow})
    wait_until(lambda: running(left))
    killed = child(dying)
    killed.join()
    conductor.join()
    assert (killed.exitcode, conductor.exitcode) == (-signal.SIGKILL, 0)
    ended = [record for record in records(left) if record.ended]
    folder = StudyFiles(left, STUDY).spool
    spools = [spool for one in ended for spool in folder.glob(f"wine-{one.slot:04d}-{one.attempt}-*.jsonl")]
    assert [[event["kind"] for event in read(spool)].count("end") for spool in spools] == [1] * 8
