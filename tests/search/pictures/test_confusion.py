"""The confusion matrix against scikit-learn's."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import confusion_matrix

from search.pictures.confusion import confusion

from ..stories import story, validated


def test_counts_are_those_of_scikit_learn():
    found = validated(classes=5)
    (heat,) = confusion(story(validated=found)).panels[0].marks
    expected = confusion_matrix(found.truth, found.answers.argmax(axis=1), labels=range(5))
    assert np.array_equal([[int(text or 0) for text in row] for row in heat.texts], expected)
    assert np.allclose(heat.shares, expected / expected.sum(axis=1, keepdims=True))


def test_a_class_without_a_validation_row_stays_empty():
    found = validated(classes=4)
    truth = np.where(found.truth == 2, 1, found.truth)
    (heat,) = confusion(story(validated=type(found)(**{**vars(found), "truth": truth}))).panels[0].marks
    assert heat.shares[2].tolist() == [0, 0, 0, 0]


def test_many_classes_are_shaded_without_numbers():
    (heat,) = confusion(story(validated=validated(classes=40))).panels[0].marks
    assert {text for row in heat.texts for text in row} == {""}
