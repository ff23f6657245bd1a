"""Reports and their intervals."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.dataset import Split
from zoo.errors import Diverged
from zoo.evaluation import evaluate, interval
from zoo.scale import Scale

SPLIT = Split(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]], np.float32), np.array([0, 1, 1, 0]))

TRUTH = np.array([120.0, 180.0, 90.0, 210.0])
SCALE = Scale(150.0, 40.0)


def quantities(answers):
    """A split whose rows are the given answers in the target's own units, as a model gives them."""
    return Split(SCALE.apply(answers)[:, np.newaxis], SCALE.apply(TRUTH), SCALE)


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


def test_quantities_are_reported_in_their_own_units_and_have_no_accuracy_interval():
    report = evaluate(Echo(), quantities(TRUTH + [3, -3, 9, -9]))
    assert report.metrics["rmse"] == pytest.approx(np.sqrt(45), rel=1e-5)
    assert report.metrics["mae"] == pytest.approx(6, rel=1e-5)
    assert report.metrics["r2"] == pytest.approx(1 - 45 / np.var(TRUTH), rel=1e-5)
    assert report.accuracy_interval is None
    assert json.loads(json.dumps(report.to_json()))["accuracy_interval"] is None


def test_a_quantity_that_is_not_finite_is_refused():
    with pytest.raises(Diverged, match="2 of 4 rows"):
        evaluate(Echo(), quantities(TRUTH + [0, np.inf, np.nan, 0]))


@pytest.mark.parametrize(("split", "shown"), [(SPLIT, ".750"), (quantities(TRUTH + 6), "<td>rmse</td><td>6</td>")])
def test_a_notebook_shows_the_metrics_as_a_table(split, shown):
    html = evaluate(Echo(), split)._repr_html_()
    assert shown in html
    assert "4 rows" in html


@settings(deadline=None)
@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_is_wilsons_score_interval(rows, share):
    from scipy.stats import binomtest

    hits = round(share * rows)
    oracle = binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    assert interval(hits / rows, rows) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
