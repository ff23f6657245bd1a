"""Texts and labels as data sets, wherever they come from."""

import numpy as np
import pytest

from zoo.data._texts import dataset_of_texts
from zoo.errors import BadData, BadValue
from zoo.recipe import Source

TEXTS = ["a b", "c", "d e f", "g"]


def test_labels_of_text_are_classes_and_rows_stay_texts():
    dataset = dataset_of_texts(TEXTS, ["no", "yes", "yes", "no"], Source("x.csv"), "x")
    assert (dataset.modality, dataset.classes, dataset.y.tolist()) == ("text", ("no", "yes"), [0, 1, 1, 0])
    assert (dataset.x.dtype, dataset.x.tolist()) == (object, TEXTS)


@pytest.mark.parametrize("labels", [["10", "9", "9", "10"], [10, 9, 9, 10], np.array([10.0, 9.0, 9.0, 10.0])])
def test_labels_that_are_numbers_are_classes_by_size(labels):
    dataset = dataset_of_texts(TEXTS, labels, Source("x.csv"), "x")
    assert (dataset.classes, dataset.y.tolist()) == (("9", "10"), [1, 0, 0, 1])


def test_scores_are_quantities_where_they_have_fractions():
    dataset = dataset_of_texts(TEXTS, ["0.5", "1", "2.5", "3"], Source("x.csv"), "x")
    assert (dataset.classes, dataset.y.tolist()) == ((), [0.5, 1, 2.5, 3])


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_texts_are_empty_and_said(missing):
    dataset = dataset_of_texts(["a", missing], ["x", "y"], Source("x.csv"), "x")
    assert (dataset.x.tolist(), dataset.warnings) == (["a", ""], ("1 of 2 texts is empty (such as row 2)",))


def test_further_texts_are_the_test_part_with_the_same_classes():
    dataset = dataset_of_texts(TEXTS, ["b", "a", "a", "b"], Source("x"), "x", (["h", ""], ["a", "a"]))
    assert (dataset.x_test.tolist(), dataset.y_test.tolist()) == (["h", ""], [0, 0])
    assert dataset.warnings == ("1 of 2 texts to test with is empty (such as row 2)",)


def test_a_class_that_only_the_test_part_has_is_refused():
    with pytest.raises(BadData, match="'c', which is none of the 2 classes"):
        dataset_of_texts(TEXTS, ["b", "a", "a", "b"], Source("x"), "x", (["h"], ["c"]))


def test_missing_labels_are_refused():
    with pytest.raises(BadData, match="missing in 1 of 4 rows"):
        dataset_of_texts(TEXTS, ["b", "", "a", "b"], Source("x"), "x")


def test_classes_out_of_fractions_are_refused():
    with pytest.raises(BadValue, match="fractions"):
        dataset_of_texts(TEXTS, ["0.5", "1", "1", "0.5"], Source("x", task="classification"), "x")
