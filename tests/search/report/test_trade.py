"""The front as a table, and the limits with what broke them."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from search.files import StudyFiles
from search.report.findings import Case
from search.report.trade import front, limits
from search.result import StudyResult
from search.trials import counts
from zoo.goals import shown

from ..cells import rows_of
from ..stories import of_goals, story


def case_of(told):
    return Case(
        StudyFiles(Path("/made-up"), "made-up"), StudyResult("made-up", told.goal, counts(told.trials, 20)), told
    )


def test_the_front_has_a_row_a_trial_with_every_goal_and_cost_the_champion_first():
    told = of_goals(40)
    head, *rows = rows_of(front(case_of(told)))
    assert head == ["slot", "", "builder", "accuracy", "bytes", "parameters", "macs", "ram", "latency", "epochs"]
    assert [int(row[0]) for row in rows] == [record.slot for record in told.front]
    assert [row[1] for row in rows] == ["champion"] + [""] * (len(rows) - 1)
    for row, record in zip(rows, told.front, strict=True):
        assert row[3:6] == [
            shown("accuracy", record.value),
            *(f"{record.costs[name]:,.0f}" for name in ("bytes", "params")),
        ]


def test_goals_stand_in_the_order_in_which_they_were_asked_for():
    head, first, *_ = rows_of(
        front(case_of(of_goals(20, ("ram", "balanced_accuracy", "accuracy"), (), metric="accuracy")))
    )
    assert head[3:6] == ["ram", "balanced_accuracy", "accuracy"]
    assert all(first[3:6])


def test_any_trial_of_it_can_be_exported_by_a_command_that_is_there():
    text = unescape(front(case_of(of_goals(40))))
    assert "zoo export made-up#" in text and "--precision int8" in text


def test_the_files_of_a_microcontroller_are_named_as_they_are():
    told = of_goals(40)
    text = unescape(front(case_of(replace(told, aims=replace(told.aims, format="c_array")))))
    assert "those of the c_array int8 file." in text and "--format c_array --precision int8" in text


def test_a_study_of_one_goal_has_no_front_and_one_without_limits_no_limits():
    assert front(case_of(story())) == "" == limits(case_of(story()))


def test_without_a_finished_trial_there_is_no_front_yet():
    told = of_goals(5)
    assert "No trial has finished yet" in front(case_of(of_goals(0))) and told.front


def test_each_limit_has_a_row_with_the_trials_that_it_turned_away():
    told = of_goals(40, limits=("bytes=40kB", "accuracy=0.5"))
    head, of_bytes, of_accuracy = rows_of(limits(case_of(told)))
    over = [record for record in told.trials if record.slot % 5 == 4]
    assert head[0] == "limit"
    assert of_bytes[:4] == ["bytes at most 40,000", str(len(over)), "0", f"{min(r.costs['bytes'] for r in over):,.0f}"]
    assert of_bytes[4].startswith(f"#{over[0].slot}, #{over[1].slot}")
    assert of_accuracy[:3] == ["accuracy at least .500", "0", "0"]


@pytest.mark.parametrize("told", [of_goals(3), of_goals(40)])
def test_how_many_met_them_is_said(told):
    finished = sum(record.state == "finished" for record in told.trials)
    assert f"{finished} trials finished within every limit" in limits(case_of(told))
