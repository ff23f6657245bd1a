"""Goals, limits and their units."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.aims import Aims, Limit, read_limits, require_precision
from search.trials import TrialRecord
from zoo.errors import BadValue, UnknownName

TWO = Aims("accuracy", ("bytes", "accuracy"), read_limits(["bytes=20kB", "accuracy=.9"]), "int8")


@pytest.mark.parametrize(
    "text, bound",
    [
        ("bytes=20000", 20_000),
        ("bytes=20kB", 20_000),
        ("bytes=20 KiB", 20_480),
        ("bytes=1.5MB", 1_500_000),
        ("ram=32KiB", 32_768),
        ("ram=64k", 64_000),
        ("params=10,000", 10_000),
        ("params=10K", 10_000),
        ("macs=1.2M", 1_200_000),
        ("macs=1e6", 1_000_000),
        ("rmse=2.5e-7", 2.5e-7),
        ("latency=5", 5),
        ("latency=250us", 0.25),
        ("latency=250µs", 0.25),
        ("latency=.1s", 100),
        ("accuracy=95%", 0.95),
        ("rmse=3.5", 3.5),
        ("r2=-0.5", -0.5),
    ],
)
def test_a_limit_is_a_number_in_the_units_that_people_write(text, bound):
    (limit,) = read_limits([text])
    assert (limit.name, limit.bound) == (text.partition("=")[0], pytest.approx(bound))
    assert read_limits([str(limit)]) == (limit,)


@pytest.mark.parametrize(
    "texts, error, words",
    [
        (["bytes"], BadValue, "it reads NAME=VALUE. Try --limit bytes=20kB"),
        (["bites=20kB"], UnknownName, "did you mean 'bytes'"),
        (["bytes=20 parsecs"], BadValue, "--limit bytes is '20 parsecs'; .* kib, mib. Try --limit bytes=20kB"),
        (["ram=much"], BadValue, "--limit ram is 'much'"),
        (["bytes=0"], BadValue, "every model has some"),
        (["macs=-1M"], BadValue, "every model has some"),
        (["latency=5kB"], BadValue, "it takes a number and perhaps ms, us, s"),
        (["bytes=1kB", "bytes=2kB"], BadValue, "bytes has two limits"),
        (["accuracy=nan"], BadValue, "Try --limit accuracy=0.9"),
    ],
)
def test_what_is_no_limit_is_refused_with_one_that_is(texts, error, words):
    with pytest.raises(error, match=words):
        read_limits(texts)


def test_costs_and_errors_have_a_most_and_scores_a_least():
    assert Limit("bytes", 100).excess(150) == 0.5
    assert Limit("rmse", 2.0).excess(1.0) == -0.5
    assert Limit("accuracy", 0.8).excess(0.6) == pytest.approx(0.25)
    assert Limit("accuracy", 0.8).excess(0.8) == 0
    assert Limit("bytes", 20_000).broken(30_112) == "bytes is 30,112, at most 20,000 are wanted"
    assert Limit("accuracy", 0.9).broken(0.85) == "accuracy is .850, at least .900 are wanted"


def test_the_file_that_is_measured_is_a_litert_file_unless_a_device_has_another():
    assert TWO.variant == ("tflite", "int8")
    assert replace(TWO, format="c_array").variant == ("c_array", "int8")


def test_the_metric_is_the_first_objective_and_goals_keep_their_order():
    assert TWO.objectives == ("accuracy", "bytes")
    assert TWO.directions == ("maximize", "minimize")
    assert TWO.scores({"bytes": 10, "accuracy": 0.5, "rmse": 1}) == (0.5, 10)
    assert max([{"bytes": 9, "accuracy": 0.1}, {"bytes": 10, "accuracy": 0.9}], key=TWO.gains) == {
        "bytes": 9,
        "accuracy": 0.1,
    }


def test_limits_that_are_known_to_be_broken_are_named_with_the_value():
    assert TWO.broken({"bytes": 20_001, "accuracy": 0.95}) == {Limit("bytes", 20_000): 20_001}
    assert TWO.broken({"params": 1e9}) == {}
    assert TWO.costs == ("bytes",)


@pytest.mark.parametrize(
    "aims, needed",
    [
        (Aims("accuracy", ("accuracy",)), False),
        (Aims("accuracy", ("accuracy", "params")), False),
        (Aims("accuracy", ("accuracy",), read_limits(["params=1k", "accuracy=.5"])), False),
        (Aims("accuracy", ("accuracy",), read_limits(["ram=1k"])), True),
        (Aims("accuracy", ("accuracy", "latency")), True),
        (Aims("accuracy", ("accuracy",), (), "int8"), True),
    ],
)
def test_a_file_is_made_only_where_goals_limits_or_the_precision_ask_for_it(aims, needed):
    assert aims.needs_file is needed


def test_a_precision_that_no_file_has_is_refused():
    require_precision("int8")
    with pytest.raises(UnknownName, match="did you mean 'int8'"):
        require_precision("int9")


def scored(slot, *scores, size=0):
    several = {"scores": scores} if len(scores) > 1 else {}
    return TrialRecord(slot, slot, 0, "finished", scores[0], parameters=size, **several)


def test_the_front_is_what_none_dominates_the_best_by_the_first_goal_first():
    records = [scored(0, 0.8, 90), scored(1, 0.7, 20), scored(2, 0.9, 80), scored(3, 0.6, 20)]
    for goals, slots in ((("accuracy", "bytes"), [2, 1]), (("bytes", "accuracy"), [1, 2])):
        assert [record.slot for record in Aims("accuracy", goals).front(records)] == slots


def test_of_one_goal_the_front_is_the_best_trial_and_of_equals_the_smaller_one():
    records = [scored(0, 0.9, size=70), scored(1, 0.9, size=20), scored(2, 0.8, size=1)]
    assert [record.slot for record in Aims("accuracy", ("accuracy",)).front(records)] == [1]
    assert Aims("accuracy", ("accuracy",)).front([]) == ()


def test_the_file_of_a_trained_model_is_weighed_for_its_score_or_its_latency_alone():
    for aims, weighs in (
        (Aims("accuracy", ("accuracy", "bytes")), False),
        (Aims("accuracy", ("accuracy",), precision="int8"), True),
        (Aims("accuracy", ("accuracy", "latency")), True),
    ):
        assert aims.weighs_trained is weighs
