"""Row weights, class weights and the order of an epoch, against scikit-learn and by counting."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from zoo.errors import BadData, BadValue
from zoo.recipe import TrainConfig
from zoo.training.weighting import balanced_order, class_weights, epoch_order, normalised, require_classes

LABELS = np.repeat([0, 1, 2], [70, 25, 6])


def test_class_weights_are_those_of_scikit_learn():
    expected = compute_class_weight("balanced", classes=np.arange(3), y=LABELS)
    np.testing.assert_allclose(class_weights(LABELS, 3), expected)
    assert class_weights(LABELS, 3)[LABELS].mean() == pytest.approx(1.0)


def test_a_class_without_rows_takes_no_part():
    weights = class_weights(LABELS * 2, 5)
    np.testing.assert_allclose(weights[LABELS * 2], compute_sample_weight("balanced", LABELS * 2))


def test_weights_have_mean_one_whatever_their_unit():
    weights = np.random.default_rng(0).uniform(0, 5, 40)
    np.testing.assert_allclose(normalised(weights), weights / weights.mean(), rtol=1e-6)
    np.testing.assert_allclose(normalised(1e5 * weights), normalised(weights), rtol=1e-6)
    np.testing.assert_array_equal(normalised(np.full(7, 0.3)), np.ones(7, "float32"))


@pytest.mark.parametrize("weights", [np.zeros(4), np.array([1.0, np.nan])])
def test_weights_that_add_up_to_nothing_are_refused(weights):
    with pytest.raises(BadData, match="weights of the training rows have mean (0|nan); it must be above 0"):
        normalised(weights)


def test_an_epoch_visits_every_row_once_in_an_order_of_its_own():
    assert sorted(epoch_order(1, 1, 50)) == list(range(50))
    np.testing.assert_array_equal(epoch_order(1, 1, 50), epoch_order(1, 1, 50))
    for other in (epoch_order(1, 2, 50), epoch_order(2, 1, 50)):
        assert (other != epoch_order(1, 1, 50)).any()


def test_a_balanced_epoch_visits_all_classes_alike_and_as_many_rows():
    visits = balanced_order(4, 1, LABELS)
    assert len(visits) == len(LABELS)
    assert sorted(np.bincount(LABELS[visits])) == [33, 34, 34]
    times = np.bincount(visits, minlength=len(LABELS))
    for label in range(3):
        assert np.ptp(times[label == LABELS]) <= 1
    np.testing.assert_array_equal(visits, balanced_order(4, 1, LABELS))
    assert (visits != balanced_order(4, 2, LABELS)).any()


def test_classes_are_visited_in_no_order():
    labels = LABELS[balanced_order(4, 1, LABELS)]
    assert len(np.unique(labels[:20])) == 3


@pytest.mark.parametrize("name", ["class_weight", "sampling"])
def test_quantities_cannot_be_balanced(name):
    with pytest.raises(BadValue, match=rf"train\.{name} is balanced; quantities have no classes to balance\. Try"):
        require_classes(TrainConfig(**{name: "balanced"}), "regression")
    require_classes(TrainConfig(**{name: "balanced"}), "classification")
