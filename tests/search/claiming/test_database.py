"""Optuna's tables as this project reads them, against Optuna's own reading."""

from __future__ import annotations

import pytest

from search.claiming.database import read_claims, read_drawn, read_reported, read_running, read_spans
from search.claiming.leases import Leases
from search.claiming.storage import database, open_study

from ..studies import draw, run


def reporting(slot):
    x, n, _ = draw(slot)
    slot.report(x, 3)
    slot.report(x + n, 9)
    return x


@pytest.fixture
def root(tmp_path):
    (tmp_path / "mlruns").mkdir()
    run(tmp_path, 4, reporting)
    return tmp_path


def test_values_are_those_that_optuna_knows(root):
    known = {trial.number: trial.params for trial in open_study(root, "s").trials if trial.params}
    assert {number: set(drawn) for number, drawn in read_drawn(database(root), "s").items()} == {
        number: set(params) for number, params in known.items()
    }


def test_reports_are_those_that_optuna_knows(root):
    known = {trial.number: trial.intermediate_values for trial in open_study(root, "s").trials if trial.params}
    assert read_reported(database(root), "s") == known


def test_a_trial_that_runs_lasts_until_now(root):
    study = open_study(root, "s")
    running = study.ask().number
    assert read_spans(database(root), "s", 5e9)[running][1] == 5e9


def test_spans_last_as_long_as_optuna_says(root):
    trials = {trial.number: trial for trial in open_study(root, "s").trials if trial.duration}
    for number, (start, end) in read_spans(database(root), "s", 5e9).items():
        assert end - start == pytest.approx(trials[number].duration.total_seconds(), abs=1e-6)


def test_what_runs_now_is_told_with_its_beginning_and_its_reports(root):
    study = open_study(root, "s")
    trial = study.ask()
    trial.report(0.5, 3)
    (number, began), *others = read_running(database(root), "s").items()
    assert (number, others) == (trial.number, [])
    assert began == pytest.approx(study.trials[trial.number].datetime_start.timestamp())
    assert read_reported(database(root), "s", running=True) == {trial.number: {3: 0.5}}


def test_claims_tell_who_runs_an_attempt_and_since_when_nothing_was_heard(root):
    assert read_claims(database(root), "another") == {}
    with Leases(open_study(root, "s"), root / "folder") as leases:
        assert leases.take(7, 0)
        ((place, (owner, age)),) = read_claims(database(root), "s").items()
        assert (place, owner) == ((7, 0), leases.owner.name)
        assert -1 < age < 60
        leases.settle(7, 0, "ended")
    assert read_claims(database(root), "s") == {}


@pytest.mark.parametrize("name", ["another", "s"])
def test_a_study_or_a_database_that_is_not_there_has_no_rows(tmp_path, root, name):
    path = database(root) if name == "another" else tmp_path / "none.db"
    assert read_drawn(path, name) == {}
