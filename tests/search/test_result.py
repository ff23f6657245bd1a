"""A study's answer as a value: JSON both ways, one line, and a table in a notebook."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from search.result import BaselineScore, StudyResult
from search.trials import Trials
from zoo.errors import BadData

from .whole_studies import json_of

EMPTY = StudyResult("wine", "accuracy", Trials(4, 1, 0, 0, 0, 1))


def test_an_answer_survives_json(study):
    assert json_of(StudyResult.from_json(json_of(study.answer))) == json_of(study.answer)
    assert StudyResult.from_json(json_of(study.answer)).top == study.answer.top


def test_an_answer_without_a_champion_survives_json():
    assert StudyResult.from_json(json_of(EMPTY)) == EMPTY


@pytest.mark.parametrize("values", [{}, {"champion": {}}, [], None, "text", {"champion": None, "study": "wine"}])
def test_what_is_no_answer_is_refused(values):
    with pytest.raises(BadData, match="not the answer of a study"):
        StudyResult.from_json(values)


@pytest.mark.parametrize("part", ["champion", "trials", "top", "baselines"])
@pytest.mark.parametrize("change", ["missing", "unknown"])
def test_a_key_too_few_or_too_many_is_refused_by_name(study, part, change):
    values = json_of(study.answer)
    holder = values[part][0] if isinstance(values[part], list) else values[part]
    key = next(iter(holder)) if change == "missing" else "unheard_of"
    holder.pop(key) if change == "missing" else holder.update(unheard_of=1)
    with pytest.raises(BadData, match=key):
        StudyResult.from_json(values)


@pytest.mark.parametrize("key", ["format", "precision", "bytes", "proof"])
def test_a_file_of_which_nothing_can_be_shown_is_refused(study, key):
    values = json_of(study.answer)
    del values["champion"]["variants"][0][key]
    with pytest.raises(BadData, match=f"no key '{key}'"):
        StudyResult.from_json(values)


def test_a_champion_without_a_score_of_the_goal_is_refused(study):
    with pytest.raises(BadData, match="no key 'recall'"):
        StudyResult.from_json({**json_of(study.answer), "goal": "recall"})


def test_the_best_baseline_is_the_best_on_validation_rows_by_the_goal():
    scores = {"a": (0.9, 0.1), "b": (0.8, 0.7)}
    baselines = tuple(
        BaselineScore(name, {"accuracy": plain, "balanced_accuracy": balanced}, {"accuracy": 1 - plain})
        for name, (plain, balanced) in scores.items()
    )
    answer = replace(EMPTY, baselines=baselines)
    assert answer.best_baseline().name == "a"
    assert replace(answer, goal="balanced_accuracy").best_baseline().name == "b"
    assert EMPTY.best_baseline() is None


def test_the_summary_names_champion_and_both_scores(study):
    champion = study.answer.champion
    expected = f"accuracy on validation {champion.validation['accuracy']:.4f}, test {champion.test['accuracy']:.4f}"
    assert study.answer.summary() == f"{champion.trial} mlp: {expected}"
    closed = replace(study.answer, champion=replace(champion, test=None))
    assert closed.summary().endswith(f"validation {champion.validation['accuracy']:.4f}")
    assert EMPTY.summary() == "wine: 1 of 4 trials, no champion yet"


def test_a_notebook_shows_a_row_for_each_file_and_no_foreign_markup(study):
    class Cells(HTMLParser):
        cells: list[str]
        tags: set[str]

        def handle_starttag(self, tag, attrs):
            self.tags.add(tag)

        def handle_data(self, data):
            self.cells.append(data)

    parser = Cells()
    parser.cells, parser.tags = [], set()
    parser.feed(replace(study.answer, champion=replace(study.answer.champion, builder="<script>"))._repr_html_())
    assert "script" not in parser.tags
    for variant in study.answer.champion.variants:
        assert {variant["format"], variant["precision"], str(variant["bytes"])} <= set(parser.cells)
    assert "no champion yet" in EMPTY._repr_html_()
