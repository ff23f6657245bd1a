"""ROC and precision-recall curves as pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from search.pictures.precision_recall import precision_recall
from search.pictures.roc import roc

from ..stories import story, validated

DRAWN = {roc: roc_auc_score, precision_recall: average_precision_score}


@pytest.mark.parametrize("draw", DRAWN)
def test_of_two_classes_the_second_one_has_the_only_curve(draw):
    found = validated("table", 2)
    picture = draw(story(8, validated=found))
    named = [mark.name for mark in picture.panels[0].marks]
    area = DRAWN[draw](found.truth == 1, found.answers[:, 1])
    assert len(named) == 2 and named[1] == f"class 1 {area:.3f}"
    assert f"{area:.3f}. " in picture.about


@pytest.mark.parametrize("draw", DRAWN)
def test_of_many_classes_the_worst_are_named_and_all_are_drawn(draw):
    found = validated("table", 40, rows=400)
    areas = {name: DRAWN[draw](found.truth == at, found.answers[:, at]) for at, name in enumerate(found.classes)}
    marks = draw(story(8, validated=found)).panels[0].marks[1:]
    named = [mark.name.rpartition(" ")[0] for mark in marks if mark.name]
    assert len(marks) == len(areas) == 40
    assert [areas[name] for name in reversed(named)] == pytest.approx(sorted(areas.values())[:5])  # the worst on top


@pytest.mark.parametrize("draw", DRAWN)
def test_rows_of_one_class_have_no_curve_and_missing_answers_say_so(draw):
    found = validated("table", 3)
    assert "all of one class" in draw(story(8, validated=replace(found, truth=np.zeros_like(found.truth)))).missing
    assert draw(story(8, validated=None)).missing
