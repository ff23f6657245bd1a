"""Where the trials of a study train, in this process or in workers, changes nothing of what comes out."""

from __future__ import annotations

import numpy as np
import pytest

from search.claiming.storage import database
from search.trials import read_study

from .whole_studies import Leaver, Listener, ended, said, tune


def test_a_study_that_does_not_say_how_many_workers_goes_on_with_those_it_began_with(begun):
    leaver = Leaver()
    with pytest.raises(KeyboardInterrupt):
        tune(begun, watcher=leaver, workers=None)
    assert leaver.plan.workers == 0


def test_data_in_memory_is_trained_on_in_this_process(tmp_path):
    arrays, leaver = (np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3), Leaver(trials=1)
    with pytest.raises(KeyboardInterrupt):
        tune(tmp_path, arrays, watcher=leaver, workers=2)
    assert leaver.plan.workers == 0
    assert [record.state for record in leaver.ended] == ["finished"]


@pytest.mark.slow
def test_the_outcome_of_a_random_study_is_the_same_here_in_one_worker_and_in_two(tmp_path):
    for workers in (0, 1, 2):
        with pytest.raises(KeyboardInterrupt):
            options = {"workers": workers, "sampler": "random", "pruner": "none", "trials": 5}
            tune(tmp_path, study=f"with-{workers}", watcher=Exporting(), **options)
    here, one, two = (whole(tmp_path, f"with-{workers}") for workers in (0, 1, 2))
    assert here == one == two


class Exporting(Listener):
    """Leaves when all trials have ended."""

    def exporting(self, champion):
        raise KeyboardInterrupt


def whole(root, name):
    """Return what must not depend on where the trials of a study ran, the bytes of their histories included."""
    records = ended(read_study(database(root), name).records)
    folder = root / "mlruns" / "studies" / name / "trials"
    return [(said(record), (folder / f"{record.slot:04d}" / "history.json").read_bytes()) for record in records]


@pytest.mark.slow
def test_a_study_in_a_worker_ends_with_the_answer_of_one_in_this_process(tmp_path, study):
    answer = tune(tmp_path, workers=1)
    assert list(map(said, answer.top)) == list(map(said, study.answer.top))
    assert answer.champion.test == study.answer.champion.test
    assert not list((tmp_path / "mlruns" / "studies" / "wine" / "trials").rglob("checkpoint"))
