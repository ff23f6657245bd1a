"""A proof must be able to fail."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zoo.dataset import Split
from zoo.formats._facts import Facts
from zoo.proving.proof import Tolerance, prove
from zoo.scale import Scale

ROWS, CLASSES = 100, 4


class Answers:
    """A model whose answer to row number i is `table[i]`; a row holds its own number."""

    def __init__(self, table):
        self.table = table

    def predict(self, x):
        return self.table[x[:, 0].astype(int)]


class Moody(Answers):
    """A model that keeps something from one row for the next in the same call."""

    def predict(self, x):
        answers = super().predict(x).copy()
        answers[1:] = 0.99 * answers[1:] + 0.01 * answers[:-1]
        return answers


@pytest.fixture
def labels():
    return np.arange(ROWS, dtype="int32") % CLASSES


@pytest.fixture
def source(labels):
    """Always right, with a probability of .7."""
    return np.where(np.arange(CLASSES) == labels[:, np.newaxis], 0.7, 0.1).astype("float32")


@pytest.fixture
def split(labels):
    return Split(np.arange(ROWS, dtype="float32")[:, np.newaxis], labels)


@pytest.fixture
def proof(source, split):
    """Return the proof of a changed copy of the source's answers."""

    def proof_of(change, precision="float32", kind=Answers):
        changed = source.copy()
        change(changed)
        return prove(Answers(source), kind(changed), split, precision)

    return proof_of


def swap(rows):
    """Return a change that gives `rows` another label."""

    def change(table):
        table[:rows] = np.roll(table[:rows], 1, axis=1)

    return change


def nothing(table):
    pass


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_the_same_answers_pass(proof, precision):
    found = proof(nothing, precision)
    assert found.passed
    assert found.reasons == ()
    assert (found.max_abs_diff, found.mean_abs_diff, found.metric_change) == (0, 0, 0)
    assert found.label_agreement == 1


def test_the_figures_are_those_of_a_hand_calculation(proof):
    def change(table):
        table[0] += np.array([-0.5, 0.5, 0, 0])

    found = proof(change, "int8")
    assert found.max_abs_diff == pytest.approx(0.5)
    assert found.mean_abs_diff == pytest.approx(1.0 / (ROWS * CLASSES))
    assert found.label_agreement == pytest.approx(0.99)
    assert found.metric_change == pytest.approx(-0.01)
    assert found.passed  # exactly one point


def test_float32_may_differ_by_a_ten_thousandth(proof):
    def off_by(change):
        def add(table):
            table[5, 1] += change

        return add

    assert proof(off_by(9e-5)).passed
    failed = proof(off_by(2e-4))
    assert not failed.passed
    assert failed.reasons == ("a probability differs by 0.0002, more than 0.0001",)


def test_another_model_fails_in_every_precision(proof):
    for precision in ("float32", "int8"):
        assert not proof(swap(ROWS), precision).passed


def test_int8_fails_on_labels_and_on_the_metric(proof):
    failed = proof(swap(3), "int8")
    assert not failed.passed
    assert failed.reasons == ("0.97 of the labels agree, fewer than 0.98", "accuracy drops by 0.03, more than 0.01")


def test_int8_may_gain_on_the_metric(source, split):
    worse = source.copy()
    swap(2)(worse)
    found = prove(Answers(worse), Answers(source), split, "int8")
    assert found.passed
    assert found.metric_change == pytest.approx(0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_an_answer_that_is_not_finite_fails(proof, value, precision):
    def change(table):
        table[50, 2] = value

    failed = proof(change, precision)
    assert not failed.passed
    assert failed.max_abs_diff is None
    json.dumps(failed.to_json(), allow_nan=False)


def test_answers_of_another_shape_fail(source, split):
    assert not prove(Answers(source), Answers(source[:, :3]), split, "int8").passed


class Remembering(Answers):
    """A model that keeps something from one call for the next."""

    def __init__(self, table):
        super().__init__(table)
        self.calls = 0

    def predict(self, x):
        self.calls += 1
        return super().predict(x) + self.calls * 2e-5


def test_a_model_that_keeps_something_between_calls_fails(proof):
    failed = proof(nothing, "int8", Remembering)
    assert failed.repeats is False
    assert failed.reasons == (
        "a row asked alone gets a probability 0.00018 away from its answer in company",
        "the same rows asked again get other answers, as if something was kept between calls",
    )


def test_a_proof_says_that_rows_repeat_and_how_far_they_are_alone(proof):
    found = proof(nothing)
    assert (found.repeats, found.alone_diff) == (True, 0)
    assert proof(nothing, "int8", Moody).alone_diff == pytest.approx(0.006, abs=1e-6)


def test_a_proof_holds_the_change_between_bounds_and_names_the_class_that_lost_most(source, split):
    worse = source.copy()
    worse[[0, 4, 8]] = np.roll(worse[[0, 4, 8]], 1, axis=1)
    found = prove(Answers(source), Answers(worse), split, "int8", classes=("no", "yes", "perhaps", "never"))
    low, high = found.metric_change_interval
    assert found.metric_change == pytest.approx(-0.03)
    assert low < -0.03 < high
    answer = json.loads(json.dumps(found.to_json()))
    assert answer == found.to_json()
    assert answer["worst_class"] == {"name": "no", "rows": 25, "recall_change": pytest.approx(-0.12)}
    assert answer["metric_change_interval"] == [low, high]


def test_a_proof_of_quantities_has_bounds_and_no_class(quantities):
    split, source = quantities
    found = prove(Answers(source), Answers(source * 1.02), split, "int8")
    assert found.worst_class is None
    assert found.metric_change_interval[0] < found.metric_change < found.metric_change_interval[1]


def test_what_a_file_says_of_itself_joins_its_proof_and_integers_are_held_to_their_word(proof):
    kinds = {"float32": {"CONV_2D": 2}}
    found = proof(nothing, "int8")
    for precision, share, passed in (("int8", 0.0, False), ("int16x8", 0.0, False), ("int8", 0.1, True)):
        told = found.of_file(Facts(integer_share=share, operators_by_kind=kinds), precision)
        assert (told.passed, told.operators) == (passed, kinds)
        assert told.reasons == (() if passed else (f"no operator of this {precision} file computes in integers",))
    assert found.of_file(Facts(integer_share=0.0), "dynamic").passed
    assert found.of_file(Facts(), "int8").passed


@pytest.mark.parametrize("precision", ["dynamic", "int8", "int16x8", "int4", "mixed"])
def test_every_precision_of_integers_is_held_to_the_same(precision, proof):
    assert proof(nothing, precision).tolerance == Tolerance(label_agreement=0.98, metric_drop=0.01)
    assert not proof(swap(3), precision).passed


def test_a_model_that_answers_differently_in_company_fails(proof, split, source):
    failed = proof(nothing, "int8", Moody)
    assert not failed.passed
    assert "asked alone" in failed.reasons[-1]


def test_the_metric_is_the_named_one(source, split):
    unbalanced = Split(split.x, np.where(split.y == 0, 0, 1).astype("int32"))
    reference = np.eye(2, dtype="float32")[unbalanced.y]
    candidate = reference.copy()
    candidate[:4] = [0, 1]
    change = prove(Answers(reference), Answers(candidate), unbalanced, "int8", "balanced_accuracy").metric_change
    assert change == pytest.approx(-0.5 / 25)


def test_one_label_that_differs_is_allowed_however_few_the_rows_and_two_are_not(source, split):
    few = Split(split.x[:20], split.y[:20])
    for rows, passed in ((1, True), (2, False)):
        worse = source.copy()
        swap(rows)(worse)
        found = prove(Answers(source), Answers(worse), few, "int8")
        assert found.passed is passed
        assert found.metric_change == pytest.approx(-rows / 20)


def test_float16_may_differ_by_a_hundredth(proof):
    def off_by(change):
        def add(table):
            table[5, 1] += change

        return add

    assert proof(off_by(9e-3), "float16").passed
    assert proof(off_by(2e-2), "float16").reasons == ("a probability differs by 0.02, more than 0.01",)


SCALE = Scale(mean=100.0, deviation=20.0)


@pytest.fixture
def quantities():
    """A split of quantities, and answers to it that are half a standard deviation off, up and down."""
    truth = np.linspace(-2, 2, ROWS, dtype="float32")
    off = np.where(np.arange(ROWS) % 2, 0.5, -0.5).astype("float32")
    return Split(np.arange(ROWS, dtype="float32")[:, np.newaxis], truth, SCALE), (truth + off)[:, np.newaxis]


def test_quantities_are_compared_in_standard_deviations(quantities):
    split, source = quantities
    found = prove(Answers(source), Answers(source + 0.25), split, "int8")
    assert (found.max_abs_diff, found.mean_abs_diff) == pytest.approx((0.25, 0.25))
    assert found.label_agreement is None
    assert found.metric == "rmse"
    assert found.metric_change == pytest.approx(0.5 - np.sqrt((0.75**2 + 0.25**2) / 2))
    assert found.reasons == (
        "answers differ by 0.25 standard deviations on average, more than 0.05",
        "rmse grows by 0.05902 standard deviations, more than 0.02",
    )


def test_an_error_that_falls_is_a_gain(quantities):
    split, source = quantities
    nearer = split.y[:, np.newaxis] + 0.92 * (source - split.y[:, np.newaxis])
    found = prove(Answers(source), Answers(nearer), split, "int8")
    assert found.passed
    assert found.metric_change == pytest.approx(0.04, abs=1e-6)


@pytest.mark.parametrize(("precision", "least"), [("float32", 1e-4), ("float16", 1e-2)])
def test_quantities_of_float_files_may_hardly_differ(quantities, precision, least):
    split, source = quantities
    assert prove(Answers(source), Answers(source + 0.9 * least), split, precision).passed
    (reason,) = prove(Answers(source), Answers(source + 2 * least), split, precision).reasons
    assert reason.startswith("an answer differs by")


@pytest.mark.parametrize(("goal", "judged"), [("mae", "mae"), ("r2", "rmse"), ("auto", "rmse")])
def test_quantities_are_judged_by_the_error_of_the_goal(quantities, goal, judged):
    split, source = quantities
    found = prove(Answers(source), Answers(source * 1.02), split, "int8", goal)
    assert found.metric == judged
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize(("goal", "words"), [("mae", "mae grows by 0.5"), ("r2", "rmse grows by 0.5")])
def test_a_reason_names_the_metric_which_way_it_went_and_the_part_it_was_measured_on(quantities, goal, words):
    split, source = quantities
    right = split.y[:, np.newaxis]
    (*_, reason) = prove(Answers(right), Answers(source), split, "int8", goal, "validation").reasons
    assert reason == f"{words.replace(' by', ' on validation rows by')} standard deviations, more than 0.02"
