"""The rate of an epoch against formulas in plain Python, and against what a training really set."""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from search.record.epoch_rates import rate_of
from zoo.recipe import OWN_MODEL, Recipe, Source, TrainConfig


def recipe(builder: str = "mlp", **train) -> Recipe:
    return Recipe(Source("wine"), builder, train=TrainConfig(**{"epochs": 10, "learning_rate": 0.02, **train}))


def test_a_constant_rate_is_the_recipes_own_to_the_last_bit():
    assert [rate_of(recipe(), epoch, 100) for epoch in (1, 10)] == [0.02, 0.02]


def test_a_cosine_falls_as_its_formula_says():
    steps = 4  # of 100 rows, 32 a batch
    for epoch in (1, 5, 10):
        shares = [(epoch - 1 + step / steps) / 10 for step in range(steps)]
        wanted = fmean(0.02 * (1 + math.cos(math.pi * share)) / 2 for share in shares)
        assert rate_of(recipe(schedule="cosine"), epoch, 100) == pytest.approx(wanted, rel=1e-12)


def test_a_warm_up_rises_step_by_step():
    wanted = fmean(0.02 * (step + 1) / 8 for step in range(4))  # two epochs of four steps
    assert rate_of(recipe(warm_up=0.2), 1, 100) == pytest.approx(wanted, rel=1e-12)
    assert rate_of(recipe(warm_up=0.2), 3, 100) == 0.02


def test_a_plateau_lowers_the_rate_by_the_losses_before():
    own = recipe(schedule="reduce_on_plateau", plateau_patience=2, plateau_factor=0.5)
    losses = [1.0, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert rate_of(own, 3, 100, losses[:2]) == 0.02
    assert rate_of(own, 5, 100, losses[:4]) == 0.01
    assert rate_of(own, 7, 100, losses) == 0.005


def test_fewer_rows_than_a_batch_are_one_step():
    assert rate_of(recipe(schedule="cosine"), 1, 5) == 0.02


def test_a_model_of_ones_own_sets_its_rate_itself():
    assert rate_of(recipe(OWN_MODEL), 1, 100) is None
