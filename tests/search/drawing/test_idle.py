"""A value that no trial can have is told of, with what would make it matter; one that matters somewhere is not."""

from __future__ import annotations

import re

import pytest

from search.drawing.idle import say_idle
from search.drawing.spaces import study_space
from search.watcher import Watcher


class Heard(Watcher):
    def __init__(self) -> None:
        self.notes = []

    def said(self, text):
        self.notes.append(text)


def told(settings, ranges=None, builders=("mlp",)):
    heard = Heard()
    space = study_space(builders, settings, ranges)
    say_idle(space, (*settings, *(ranges or {})), heard)
    return heard.notes


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"train.momentum": 0.5}, "train.momentum: train.optimizer is adam, and it matters beside momentum, "),
        ({"train.focal_gamma": 1}, "train.focal_gamma: train.loss is auto, .* Try --set train.loss=focal$"),
        ({"mlp.slope": 0.1}, "mlp.slope: model.activation is relu or elu, .* Try --set model.activation=leaky_relu$"),
        ({"model.slope": 0.1}, "model.slope: model.activation is relu or elu"),
        ({"train.restarts": 1, "train.schedule": "one_cycle"}, "train.restarts: train.schedule is one_cycle"),
    ],
)
def test_a_value_that_matters_beside_none_of_the_study_is_told(settings, words):
    (note,) = told(settings)
    assert re.match(f"no trial has {words}", note)


@pytest.mark.parametrize(
    ("settings", "ranges"),
    [
        ({"train.momentum": 0.5, "train.optimizer": "nesterov"}, {}),
        ({"train.momentum": 0.5}, {"train.optimizer": "adam,momentum"}),
        ({"train.label_smoothing": 0.1, "model.alpha": 2, "train.epochs": 3}, {}),
        ({"model.activation": "leaky_relu"}, {"model.slope": "0.1:0.5"}),
    ],
)
def test_a_value_that_some_trial_has_is_not(settings, ranges):
    assert told(settings, ranges) == []


def test_of_several_builders_one_is_enough():
    assert told({"model.activation": "elu", "model.alpha": 2}, builders=("mlp", "cnn")) == []
