"""The sections of a report."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from search.files import StudyFiles
from search.findings import Case
from search.sections import sections
from search.standing import status
from search.story import read_story
from search.summary import next_commands


@pytest.fixture(scope="module")
def case(study):
    files, answer = StudyFiles(study.root, "wine"), status("wine", study.root)
    return Case(files, answer, read_story(files, answer), ("zoo tune wine", ""))


def test_they_come_in_the_order_in_which_they_are_read(case):
    expected = ["Result", "Asked", "Data", "Scores", "Files", "All trials", "Recipe", "Go on from here"]
    assert list(sections(case)) == expected


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
