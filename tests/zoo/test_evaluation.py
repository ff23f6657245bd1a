"""Reports and their intervals."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.dataset import Split
from zoo.errors import Diverged
from zoo.evaluation import evaluate, interval

SPLIT = Split(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], np.float32), np.array([0, 1, 1, 0]))


class Echo:
    """Answers with its input."""

    def predict(self, x):
        return x


def test_a_report_holds_every_metric_and_goes_through_json():
    report = evaluate(Echo(), SPLIT)
    values = json.loads(json.dumps(report.to_json()))
    assert report.metrics["accuracy"] == 0.75
    assert (values["rows"], values["bytes"]) == (4, None)
    assert values["accuracy_interval"] == list(interval(0.75, 4))


def test_an_answer_that_is_not_finite_is_refused():
    with pytest.raises(Diverged, match="1 of 4 rows"):
        evaluate(Echo(), Split(np.where(SPLIT.x == np.float32(0.9), np.nan, SPLIT.x), SPLIT.y))


@settings(deadline=None)
@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_is_wilsons_score_interval(rows, share):
    from scipy.stats import binomtest

    hits = round(share * rows)
    oracle = binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    assert interval(hits / rows, rows) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
