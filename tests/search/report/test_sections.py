"""The sections of a report."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from search.files import StudyFiles
from search.report.findings import Case
from search.report.sections import sections
from search.report.story import read_story
from search.standing import status
from search.terminal.summary import next_commands

from ..cells import rows_of
from ..stories import of_goals


@pytest.fixture(scope="module")
def case(study):
    files, answer = StudyFiles(study.root, "wine"), status("wine", study.root)
    return Case(files, answer, read_story(files, answer), ("zoo tune wine", ""))


def test_they_come_in_the_order_in_which_they_are_read(case):
    early = ["Ended early", "What that saved"]
    expected = ["Result", "Asked", "Data", "Scores", "Files", *early, "All trials", "Recipe", "Go on from here"]
    assert list(sections(case)) == expected


def test_of_several_goals_with_limits_the_front_comes_after_the_result_and_limits_after_the_files(case):
    several = replace(case, story=replace(of_goals(40), study="wine", champion=case.story.champion))
    found = list(sections(several))
    assert found[:2] == ["Result", "Pareto front"]
    assert found[found.index("Files") + 1 :][:4] == ["Limits", "Ended early", "What that saved", "Forecast costs"]


def test_all_trials_have_their_costs_beside_their_score_and_say_when_they_never_trained(case):
    told = of_goals(20)
    head, *rows = rows_of(sections(replace(case, story=told))["All trials"])
    assert head[3:8] == ["accuracy", "bytes", "ram", "macs", "latency"]
    refused = [row for row in rows if row[1] == "refused"]
    assert [int(row[0]) for row in refused] == [4, 9, 14, 19]
    assert all(row[3] == "" and row[4] for row in refused)


def test_scores_of_several_trainings_stand_with_their_deviation(case):
    spread = tuple(replace(one, spread={"accuracy": 0.0123}) for one in case.story.trials)
    head, first, *_ = rows_of(sections(replace(case, story=replace(case.story, trials=spread)))["All trials"])
    assert (head[4], first[4]) == ("±", ".012")


def test_without_a_champion_there_are_no_scores_and_files(case):
    assert not {"Scores", "Files"} & set(sections(replace(case, answer=replace(case.answer, champion=None))))


def test_a_command_that_there_is_not_is_left_out(case):
    text = sections(case)["Go on from here"]
    assert "zoo tune wine" in text and "add trials" not in text


def test_the_page_and_the_terminal_offer_the_same_commands(case):
    variants = tuple({**one, "proof": {**one["proof"], "passed": False}} for one in case.answer.champion.variants)
    answer = replace(case.answer, champion=replace(case.answer.champion, variants=variants))
    text = unescape(sections(replace(case, answer=answer))["Go on from here"])
    assert [line for line in next_commands(answer, {}) if line not in text] == []
    assert "int8" not in text


def test_data_outside_the_root_is_named_without_its_folder(case):
    text = sections(replace(case, go_on=("zoo tune /mnt/secret/rows.csv", "")))["Go on from here"]
    assert "zoo tune rows.csv" in text and "secret" not in text
