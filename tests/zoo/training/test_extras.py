"""What is asked of a step: whether is structure, how much is not."""

from __future__ import annotations

import pytest

from zoo.live import live_values
from zoo.recipe import TrainConfig
from zoo.training.extras import asked, extras, is_scheduled, of_optimizer, structure_of

pytestmark = pytest.mark.usefixtures("workspace")  # it starts TensorFlow with one thread

PLAIN = TrainConfig()


def test_a_plain_recipe_asks_for_nothing():
    with live_values() as live:
        assert of_optimizer(PLAIN) == {}
        assert asked(PLAIN, "sharpness") is None
    assert (live, extras(PLAIN), is_scheduled(PLAIN)) == ({}, (), False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"momentum": 0.5}, {"momentum": 0.6}),
        ({"beta_1": 0.5}, {"beta_1": 0.6}),
        ({"sharpness": 0.1}, {"sharpness": 0.2}),
        ({"ema_momentum": 0.9}, {"ema_momentum": 0.99}),
        ({"clip_value": 1.0}, {"clip_value": 2.0}),
        ({"lookahead": 5}, {"lookahead": 5, "lookahead_share": 0.8}),
        ({"schedule": "cosine"}, {"schedule": "one_cycle", "warm_up": 0.1, "rate_end": 0.1}),
        ({"warm_up": 0.1}, {"schedule": "cosine", "restarts": 2}),
        ({"schedule": "reduce_on_plateau"}, {"schedule": "exponential"}),
    ],
    ids=str,
)
def test_whether_is_structure_and_how_much_is_not(one, other):
    first, second = TrainConfig(**one), TrainConfig(**other)
    assert structure_of(first) != structure_of(PLAIN)
    assert structure_of(first) == structure_of(second)


def test_an_optimizer_gets_variables_for_what_differs_from_the_defaults():
    with live_values() as live:
        found = of_optimizer(TrainConfig(optimizer="adam", form="paper", beta_1=0.5, rho=0.9))
    assert found == {"form": "paper", **live}
    assert {name: float(variable) for name, variable in live.items()} == pytest.approx({"beta_1": 0.5, "rho": 0.9})
