"""Every point of a space."""

from __future__ import annotations

from itertools import product

import pytest

from search.drawing.enumeration import all_points, points
from search.drawing.spaces import StudySpace
from zoo.errors import BadValue
from zoo.space import Choice, Float, Int, Parameter, When

MLP = {
    "units": Parameter("units", Int(8, 512, grid="doubling", search=(32, 64, 128)), 64),
    "norm": Parameter("norm", Choice("none", "group"), "none"),
    "groups": Parameter("groups", Int(1, 2), 2, when=When("norm", ("group",))),
}
CNN = {"bias": Parameter("bias", Choice(True, False), True)}
RATE = {"learning_rate": Parameter("learning_rate", Choice(1e-3, 1e-2), 1e-3)}


def test_each_point_comes_once_and_conditional_values_only_where_they_matter():
    found = [(one.builder, *one.model.values(), one.train["learning_rate"]) for one, _ in points(_space(RATE))]
    by_hand = [("mlp", units, "none", 2) for units in (32, 64, 128)]
    by_hand += [("mlp", units, "group", groups) for units in (32, 64, 128) for groups in (1, 2)]
    by_hand += [("cnn", bias) for bias in (True, False)]
    assert sorted(found, key=str) == sorted(((*one, rate) for one, rate in product(by_hand, (1e-3, 1e-2))), key=str)


def test_a_point_is_what_is_asked_by_the_names_that_are_asked():
    assert {"model.builder": "cnn", "cnn.bias": False, "train.learning_rate": 1} in all_points(_space(RATE))


def test_a_space_without_any_choice_has_one_point():
    assert all_points(StudySpace({"cnn": {}}, {})) == ({},)


def test_a_range_of_numbers_is_refused_with_values_to_name():
    rate = {"learning_rate": Parameter("learning_rate", Float(1e-5, 1.0, log=True, search=(1e-4, 1e-2)), 1e-3)}
    with pytest.raises(BadValue, match="--space train.learning_rate=0.0001,0.001,0.01"):
        all_points(_space(rate))


def test_too_many_points_are_refused(monkeypatch):
    monkeypatch.setattr("search.drawing.enumeration.MOST_POINTS", 10)
    with pytest.raises(BadValue, match="over 10 points"):
        all_points(_space(RATE))


def _space(train):
    return StudySpace({"mlp": MLP, "cnn": CNN}, train)
