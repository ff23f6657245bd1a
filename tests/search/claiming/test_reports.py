"""Scores after epochs are heard of from trials of other processes, each once and in order."""

from __future__ import annotations

import pytest

from search.claiming.reports import COSTS, REPORTED, Report, Reports
from search.claiming.storage import open_study


def begin(study, slot, **costs):
    """Begin a trial of a slot, as another process does."""
    trial = study.ask()
    for name, value in (("slot", slot), (COSTS, costs)):
        trial.set_user_attr(name, value)
    return trial


def test_what_was_reported_before_is_not_told_and_what_comes_is_told_once(tmp_path):
    study = open_study(tmp_path, "s")
    begin(study, 0).report(0.1, 3)
    news, other = Reports(study), begin(study, 1, bytes=7.0)
    other.report(0.2, 3)
    other.report(0.4, 9)
    assert list(news.news(own=-1)) == [Report(1, 3, 0.2, {"bytes": 7.0}), Report(1, 9, 0.4, {"bytes": 7.0})]
    assert list(news.news(own=-1)) == []


def test_the_own_trial_is_left_out(tmp_path):
    study = open_study(tmp_path, "s")
    news, own, other = Reports(study), begin(study, 0), begin(study, 1)
    own.report(0.1, 3)
    other.report(0.2, 3)
    own.report(0.3, 9)
    assert list(news.news(own._trial_id)) == [Report(1, 3, 0.2, {})]
    assert list(news.news(own._trial_id)) == []


def test_reports_of_studies_of_several_goals_are_user_attributes(tmp_path):
    study = open_study(tmp_path, "s", ["maximize", "minimize"])
    news, other = Reports(study), begin(study, 4, bytes=9.0)
    other.set_user_attr(f"{REPORTED}27", 0.5)
    other.set_user_attr("reason", "none")
    assert list(news.news(own=-1)) == [Report(4, 27, 0.5, {"bytes": 9.0})]


@pytest.mark.parametrize("directions", ["maximize", ["maximize", "minimize"]])
def test_trials_of_other_studies_are_none_of_ours(tmp_path, directions):
    study, stranger = open_study(tmp_path, "s", directions), open_study(tmp_path, "t")
    news, trial = Reports(study), begin(stranger, 0)
    trial.report(0.2, 3)
    trial.set_user_attr(f"{REPORTED}3", 0.2)
    assert list(news.news(own=-1)) == []


def test_a_study_in_memory_has_no_other_processes():
    import optuna

    study = optuna.create_study()
    news = Reports(study)
    begin(study, 0).report(0.1, 3)
    assert list(news.news(own=-1)) == []
