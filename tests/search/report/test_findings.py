"""What a report says of a champion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.files import StudyFiles
from search.report.findings import Case, result, scores, variants
from search.report.story import read_story
from search.standing import status
from zoo.goals import shown


@pytest.fixture(scope="module")
def case(study):
    files, answer = StudyFiles(study.root, "wine"), status("wine", study.root)
    return Case(files, answer, read_story(files, answer), ("zoo tune wine", ""))


def test_the_champions_test_score_stands_first_with_its_interval(case):
    champion = case.answer.champion
    low, high = (shown("accuracy", end) for end in champion.test_interval)
    score = shown(case.answer.goal, champion.test[case.answer.goal])
    first = result(case).partition("</p>")[0]
    assert f"{case.answer.goal} {score} on test rows" in first
    assert (f"{low} to {high}" in first) == (case.answer.goal == "accuracy")


def test_a_baseline_that_wins_is_admitted(case):
    baseline = replace(case.answer.best_baseline(), test={**case.answer.champion.test, case.answer.goal: 1.1})
    answer = replace(case.answer, baselines=(baseline,))
    assert "The baseline wins" in result(replace(case, answer=answer))


def test_a_skipped_file_gives_its_reason(case):
    variant = {**case.answer.champion.variants[0], "skipped": "no such operator", "bytes": None, "path": None}
    champion = replace(case.answer.champion, variants=(variant,))
    assert "skipped: no such operator" in variants(replace(case, answer=replace(case.answer, champion=champion)))


def test_scores_stand_beside_those_of_every_baseline(case):
    text = scores(case)
    for one in case.answer.baselines:
        assert f"<td>{one.name}</td>" in text
        assert all(shown(name, value) in text for part in (one.validation, one.test) for name, value in part.items())
