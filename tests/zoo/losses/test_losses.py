"""Which loss a training has: the usual one of its task, or one that is asked for and suits it."""

from __future__ import annotations

import pytest

from zoo.errors import BadValue
from zoo.losses import DEFAULTS, LOSSES, is_plain, loss_for, losses_for, names, settings_of
from zoo.recipe import TrainConfig
from zoo.task import Task

CLASSES = Task("table", (4,), ("a", "b", "c"))
TWO = Task("table", (4,), ("a", "b"))
QUANTITY = Task("table", (4,))


@pytest.mark.parametrize("task", [CLASSES, TWO, QUANTITY])
def test_auto_is_the_usual_loss_of_the_task(task):
    name = loss_for(TrainConfig(), task)
    assert name == DEFAULTS[task.kind]
    assert name in losses_for(task.kind)
    assert is_plain(TrainConfig(), task)


@pytest.mark.parametrize("name", LOSSES.names())
def test_a_loss_that_is_asked_for_is_taken_where_it_suits(name):
    train = TrainConfig(loss=name)
    for task in (TWO, QUANTITY):
        if task.kind in LOSSES.entries[name].facts["kinds"]:
            assert loss_for(train, task) == name
        else:
            with pytest.raises(BadValue, match=rf"train.loss is {name}, which is not for {task.kind}: .* Try"):
                loss_for(train, task)


def test_a_loss_of_two_classes_is_refused_where_there_are_more():
    with pytest.raises(BadValue, match="binary_cross_entropy, which is for 2 classes, not 3. Try cross_entropy"):
        loss_for(TrainConfig(loss="binary_cross_entropy"), CLASSES)


def test_smoothing_is_refused_where_there_are_no_labels():
    with pytest.raises(BadValue, match=r"train.label_smoothing is 0.1; mse has no labels to smooth. Try 0."):
        loss_for(TrainConfig(label_smoothing=0.1), QUANTITY)


def test_only_a_mean_that_is_a_metric_is_told_as_one():
    assert is_plain(TrainConfig(loss="binary_cross_entropy"), TWO)
    assert is_plain(TrainConfig(loss="mse"), QUANTITY)
    assert not is_plain(TrainConfig(loss="focal"), CLASSES)
    assert not is_plain(TrainConfig(label_smoothing=0.1), CLASSES)
    assert not is_plain(TrainConfig(loss="huber"), QUANTITY)


def test_names_begin_with_auto_and_settings_are_read_from_source():
    assert names() == ("auto", *LOSSES.names())
    assert settings_of("focal") == ("focal_gamma",)
    assert settings_of("hinge") == ()
