"""The status of a study is read without Optuna."""

from __future__ import annotations

import subprocess
import sys

import pytest

from search.claiming.storage import database, open_study
from search.trials import TrialRecord, Trials, best, counts, read_study
from zoo.errors import BadData, UnknownName

from .studies import attempts, run

HEAVY = ("optuna", "sqlalchemy", "tensorflow", "keras", "numpy", "mlflow")


def _record(slot, state="finished", value=None):
    return TrialRecord(number=slot, slot=slot, attempt=0, state=state, value=value)


def test_counts_are_in_slots_that_ended():
    states = ["finished", "finished", "pruned", "failed", "killed", "interrupted", "running", "waiting"]
    found = counts([_record(slot, state) for slot, state in enumerate(states)], target=20)
    assert found == Trials(target=20, finished=2, pruned=1, failed=1, running=1, total=4)


@pytest.mark.parametrize(("direction", "slots"), [("maximize", (1, 2)), ("minimize", (0, 3))])
def test_the_best_are_finished_trials_and_the_earlier_of_equals(direction, slots):
    values = [0.1, 0.9, 0.9, 0.2]
    found = [_record(slot, value=value) for slot, value in enumerate(values)]
    found.append(_record(4, "pruned", 1.0 if direction == "maximize" else 0.0))
    assert tuple(record.slot for record in best(found, 2, direction)) == slots


def test_a_study_tells_its_target_and_direction(tmp_path):
    run(tmp_path, 3)
    run(tmp_path, 4)
    study = read_study(database(tmp_path), "s")
    assert (study.name, study.direction, study.target) == ("s", "maximize", 4)


def test_a_study_is_read_while_its_writer_is_in_a_transaction(tmp_path):
    run(tmp_path, 2)
    with open_study(tmp_path, "s")._storage._backend.engine.begin():
        assert len(attempts(tmp_path)) == 2


def test_an_unknown_study_gets_the_nearest_name(tmp_path):
    open_study(tmp_path, "digits")
    with pytest.raises(UnknownName, match="did you mean 'digits'"):
        read_study(database(tmp_path), "digit")
    with pytest.raises(UnknownName, match="Known: none"):
        read_study(database(tmp_path / "elsewhere"), "digits")


def test_a_file_that_is_no_database_is_bad_data(tmp_path):
    path = tmp_path / "optuna.db"
    path.write_bytes(b"no database " * 100)
    with pytest.raises(BadData, match="cannot be read"):
        read_study(path, "digits")


def test_reading_loads_no_optuna_and_neither_do_spaces_and_suggestions():
    program = (
        "import sys, search.trials\n"
        "import search.claiming.lock, search.claiming.slots, search.claiming.storage\n"
        "import search.drawing.spaces, search.drawing.suggest, search.drawing.samplers, search.stopping.pruning\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_of_equal_trials_the_smaller_model_leads():
    big = TrialRecord(0, 0, 0, "finished", 0.9, parameters=900)
    small = TrialRecord(1, 1, 0, "finished", 0.9, parameters=100)
    assert best((big, small), 2) == (small, big)
