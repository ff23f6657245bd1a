"""Domains: what a value may be, what a study draws from, and what a signature says."""

from __future__ import annotations

from typing import Annotated

import pytest

from zoo.errors import BadValue, UnknownName
from zoo.recipe import TrainConfig
from zoo.space import Choice, Float, Int, Live, Parameter, Part, When, WhenTaken, checked, space_of


def example(
    task: object,
    *,
    units: Annotated[int, Int(8, 64, grid="doubling")] = 16,
    depth: Annotated[int, Int(1, 9, search=(1, 2))] = 2,
    rate: Annotated[float, Float(0.0, 0.5), Live] = 0.1,
    kind: Annotated[str, Choice("a", "b", search=("a",))] = "a",
    slope: Annotated[float, Float(0.0, 1.0), When("kind", ("b",))] = 0.2,
    plain: int = 3,
) -> OnlyForTypeCheckers:  # noqa: F821
    """Do nothing."""


def test_a_signature_is_read_in_order_without_its_return_annotation():
    space = space_of(example)
    assert list(space) == ["units", "depth", "rate", "kind", "slope"]
    assert [parameter.live for parameter in space.values()] == [False, False, True, False, False]
    assert space["slope"].when == When("kind", ("b",))
    assert space["units"].default == 16


def test_a_doubling_grid_doubles_from_low_to_high():
    assert Int(8, 64, grid="doubling").points() == (8, 16, 32, 64)
    assert Int(8, 100, grid="doubling").points() == (8, 16, 32, 64)
    assert Int(2, 4).points() == (2, 3, 4)


def test_what_a_study_draws_from_is_narrower_than_what_is_allowed():
    space = space_of(example)
    assert space["depth"].domain.points() == (1, 2)
    assert space["kind"].domain.points() == ("a",)
    assert checked(space, {"depth": 9, "kind": "b"}, "example")["depth"] == 9


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"units": 65}, r"example.units is 65; it must lie between 8 and 64. Try 64."),
        ({"units": 8.5}, "must be a whole number"),
        ({"units": True}, "must be a whole number"),
        ({"units": float("nan")}, "must be a whole number"),
        ({"units": float("inf")}, "must be a whole number"),
        ({"units": "many"}, "must be a whole number"),
        ({"rate": float("nan")}, "must be a number"),
        ({"rate": -1}, "must lie between 0 and 0.5. Try 0."),
        ({"kind": "c"}, "must be one of a, b"),
    ],
)
def test_a_value_outside_its_domain_is_refused_with_rule_and_cure(values, message):
    with pytest.raises(BadValue, match=message):
        checked(space_of(example), values, "example")


def test_an_unknown_name_gets_its_nearest_match():
    with pytest.raises(UnknownName, match="did you mean 'units'"):
        checked(space_of(example), {"unit": 3}, "example")


def test_narrowing_stays_inside_the_domain():
    parameter = space_of(example)["units"]
    assert parameter.narrowed((8, 16)).domain.points() == (8, 16)
    with pytest.raises(BadValue, match="between 8 and 64"):
        parameter.narrowed((8, 128))


def test_a_training_configuration_checks_itself():
    assert space_of(TrainConfig)["learning_rate"].live
    with pytest.raises(BadValue, match=r"train\.epochs is 0"):
        TrainConfig(epochs=0)


def test_a_part_is_any_of_its_registry_and_what_is_searched_stays_in_it():
    domain = Part("loss")
    assert {"auto", "focal", "mse"} <= set(domain.options)
    assert domain.points() == ()
    narrowed = Parameter("loss", domain, "auto").narrowed(("focal", "hinge"))
    assert narrowed.domain == Part("loss", search=("focal", "hinge"))
    assert narrowed.domain.points() == ("focal", "hinge")
    with pytest.raises(BadValue, match="loss is 'mze'; it must be one of auto, .*mse"):
        narrowed.narrowed(("mze",))


@pytest.mark.parametrize("value", ["focl", 3, None, True])
def test_no_part_is_named_so_and_the_nearest_is_told(value):
    with pytest.raises(BadValue, match=r"train\.loss is .*; it must be one of auto, .* Try (focal|auto)\."):
        Part("loss").check(value, "train.loss")


def test_a_condition_on_what_a_part_takes_names_all_that_take_it():
    momenta = ("momentum", "momentum_average", "momentum_gradient", "nesterov")
    assert space_of(TrainConfig)["momentum"].when.values == momenta
    assert WhenTaken("optimizer", "beta_1").values == ("adam", "adamw")
    assert WhenTaken("loss", "focal_gamma").values == ("focal",)
    smoothed = WhenTaken("loss", "label_smoothing", "auto")
    assert smoothed.values == ("auto", "binary_cross_entropy", "cross_entropy", "kl_divergence")
    assert WhenTaken("activation", "slope").holds({"activation": "leaky_relu"})
    assert not WhenTaken("activation", "slope").holds({"activation": "relu"})
    assert WhenTaken("loss", "huber_delta") != WhenTaken("loss", "quantile")
