"""What validation rows are worth: the compiled sums give the metrics that NumPy gives of the same scores."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from zoo.dataset import Split
from zoo.metrics import measure
from zoo.scale import Scale
from zoo.training.judging import Sums, judge, metrics_of

RANDOM = np.random.default_rng(0)


def judged(scores, split, parts=1):
    """Judge the rows in that many parts."""
    compiled = judge(split.kind, split.y.shape[1] if split.y.ndim > 1 else 1)
    found = [
        compiled(tf.constant(some, "float32"), tf.constant(y))
        for some, y in zip(np.array_split(scores, parts), np.array_split(split.y, parts), strict=True)
    ]
    return metrics_of(Sums(*(sum(part.numpy() for part in both) for both in zip(*found, strict=True))), split)


def softmax(scores):
    shifted = np.exp(scores.astype("float64") - scores.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("size", [1.0, 100.0], ids=["unsure", "sure beyond the smallest probability"])
def test_classes_are_worth_what_numpy_says(parts, size):
    scores = RANDOM.normal(0, size, (50, 4)).astype("float32")
    split = Split(np.zeros((50, 1)), RANDOM.integers(0, 3, 50).astype("int32"))  # none of the last class
    expected = measure(softmax(scores), split)
    assert judged(scores, split, parts) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("shape", [(50,), (50, 3)], ids=["one quantity", "a forecast of three steps"])
def test_quantities_are_worth_what_numpy_says_in_their_own_units(shape):
    scale = Scale(RANDOM.normal(size=50), 7.5, "last")  # a level a row
    split = Split(np.zeros((50, 1)), RANDOM.normal(size=shape).astype("float32"), scale)
    answers = RANDOM.normal(size=(50, shape[1] if shape[1:] else 1)).astype("float32")
    assert judged(answers, split, 2) == pytest.approx(measure(answers, split), rel=1e-9)


def test_targets_that_are_all_the_same_have_no_variance_to_explain():
    split = Split(np.zeros((5, 1)), np.full(5, 2.0, "float32"), Scale(0.0, 1.0))
    assert judged(np.zeros((5, 1)), split)["r2"] == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_not_finite_can_be_seen_in_the_sum(bad):
    scores = np.zeros((5, 3), "float32")
    scores[2, 1] = bad
    loss, _ = judge("classification", 1)(tf.constant(scores), tf.zeros(5, "int32"))
    assert not np.isfinite(loss)
