"""Verdicts on losses that are made to fit, to overfit, to underfit and to diverge."""

from __future__ import annotations

import math

import pytest

from search.record.verdicts import RULE, verdict

FALLING = [1.0, 0.5, 0.3, 0.22, 0.2, 0.19, 0.185, 0.183, 0.182, 0.1815]


@pytest.mark.parametrize(
    "word, train, validation",
    [
        ("fits", FALLING, [loss + 0.05 for loss in FALLING]),
        ("overfits", FALLING, [1.0, 0.6, 0.4, 0.35, 0.34, 0.35, 0.36, 0.37, 0.38, 0.39]),
        ("overfits", [], [1.0, 0.5, 0.4, 0.5, 0.6]),
        ("fits", [1.0, 0.4, 0.3, 0.5, 0.6], [1.0, 0.5, 0.4, 0.5, 0.6]),  # training rose as well: it is no memory
        ("underfits", [1 - n / 20 for n in range(10)], [1.1 - n / 20 for n in range(10)]),
        ("diverges", [1.0, 2.0, 4.0, 8.0], [1.0, 2.0, 4.0, 8.0]),
        ("diverges", [1.0, 0.5, math.nan, 0.4], [1.0, 0.5, 0.4, 0.39]),
        ("diverges", [], [1.0, 0.5, math.inf, 0.4]),
    ],
)
def test_losses_are_judged_by_the_rule(word, train, validation):
    assert verdict(train, validation).word == word
    assert word.capitalize() in RULE


def test_the_reason_names_the_epoch_and_by_how_much():
    told = verdict(FALLING[:5], [1.0, 0.5, 0.4, 0.5, 0.6])
    assert told.reason == "validation ends 50% above its lowest, of epoch 3"


def test_too_few_epochs_have_no_verdict():
    assert verdict([1.0, 0.5, 0.4], [1.0, 0.5, 0.4]) is None
    assert verdict([], [None, None, 1.0, None, 0.5]) is None


def test_a_loss_of_zero_is_no_division():
    assert verdict([0.0] * 5, [0.1, 0.0, 0.0, 0.0, 0.0]).word == "fits"
