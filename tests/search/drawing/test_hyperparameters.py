"""KerasTuner is asked for what varies, on the scale and steps of our domains, and for nothing else."""

from __future__ import annotations

from contextlib import nullcontext

import keras_tuner
import pytest

from search.drawing.hyperparameters import drawn
from zoo.space import Choice, Float, Int, Parameter, When


def sampled(*parameters: Parameter, count: int = 60) -> tuple[keras_tuner.HyperParameters, list[dict]]:
    """Return the declared hyperparameters and what random search draws from them."""
    space = {parameter.name: parameter for parameter in parameters}
    hp = keras_tuner.HyperParameters()
    drawn(hp, "model", space)
    draws = []
    for seed in range(count):
        trial = hp.copy()
        for index, known in enumerate(hp.space):
            trial.values[known.name] = known.random_sample(seed * 10 + index)
        draws.append(drawn(trial, "model", space))
    return hp, draws


@pytest.mark.parametrize(
    "domain, default",
    [
        (Int(8, 512, "doubling", search=(32, 64, 128, 256)), 64),
        (Int(1, 8, search=(1, 2, 3)), 2),
        (Int(1, 8, search=(1, 2, 5)), 2),
        (Int(1, 8, search=(0, 1, 2)), 1),
        (Choice("relu", "elu", "tanh", search=("relu", "elu")), "relu"),
        (Choice(3, 5), 3),
        (Choice(0.1, 0.25, 0.3), 0.25),
        (Choice(True, False), True),
    ],
)
def test_every_point_is_drawn_and_no_other(domain, default):
    hp, draws = sampled(Parameter("p", domain, default))
    assert {draw["p"] for draw in draws} == set(domain.points())
    assert {type(draw["p"]) for draw in draws} == {type(default)}
    assert hp.values == {"model.p": default}


def test_a_logarithmic_range_is_drawn_evenly_over_its_decades():
    _, draws = sampled(Parameter("rate", Float(1e-7, 10.0, log=True, search=(1e-4, 1e-2)), 1e-3), count=200)
    rates = [draw["rate"] for draw in draws]
    assert all(1e-4 <= rate <= 1e-2 for rate in rates)
    assert 60 < sum(rate < 1e-3 for rate in rates) < 140


def test_what_does_not_vary_is_not_asked_for():
    fixed, left = Parameter("fixed", Int(1, 8, search=(3,)), 2), Parameter("left", Choice("a", "b", search=()), "b")
    hp, draws = sampled(fixed, left, count=1)
    assert hp.values == {}
    assert draws == [{"fixed": 3, "left": "b"}]


def test_a_default_outside_the_searched_part_gives_way_to_a_value_inside():
    hp, _ = sampled(
        Parameter("units", Int(8, 64, search=(16, 32)), 8), Parameter("rate", Float(0.0, 1.0, search=(0.5, 0.9)), 0.1)
    )
    assert hp.values == {"model.units": 16, "model.rate": 0.5}


def test_a_value_whose_condition_fails_stays_at_its_default():
    parent, child = Parameter("kind", Choice("plain", "wide"), "plain"), Int(1, 9)
    _, draws = sampled(parent, Parameter("width", child, 4, when=When("kind", ("wide",))))
    assert {draw["width"] for draw in draws if draw["kind"] == "plain"} == {4}
    assert len({draw["width"] for draw in draws if draw["kind"] == "wide"}) > 4


CHAIN = (
    Parameter("kind", Choice("plain", "wide"), "plain"),
    Parameter("width", Int(1, 9), 4, when=When("kind", ("wide",))),
    Parameter("rounded", Choice(False, True), False, when=When("width", (7, 8, 9))),
)


@pytest.mark.parametrize("scope", [None, "zoo"])
def test_a_condition_on_what_is_conditional_itself_is_honoured_in_a_name_scope_too(scope):
    space, draws = {parameter.name: parameter for parameter in CHAIN}, []
    for seed in range(80):
        hp = keras_tuner.HyperParameters()
        for _ in CHAIN:  # a value may open the next scope
            with hp.name_scope(scope) if scope else nullcontext():
                drawn(hp, "model", space)
            hp.values = {known.name: known.random_sample(seed * 10 + place) for place, known in enumerate(hp.space)}
            hp.ensure_active_values()
        with hp.name_scope(scope) if scope else nullcontext():
            draws.append(drawn(hp, "model", space))
    assert {draw["width"] for draw in draws if draw["kind"] == "plain"} == {4}
    assert not any(draw["rounded"] for draw in draws if draw["kind"] == "plain" or draw["width"] < 7)
    assert any(draw["rounded"] for draw in draws)


@pytest.mark.parametrize("kind, asked", [("plain", False), ("wide", True)])
def test_a_condition_on_a_fixed_value_is_settled_at_once(kind, asked):
    parent = Parameter("kind", Choice("plain", "wide", search=(kind,)), "plain")
    hp, _ = sampled(parent, Parameter("width", Int(1, 9), 4, when=When("kind", ("wide",))), count=1)
    assert ("model.width" in hp.values) is asked
