"""What a training has found so far, and how it is put away and taken up again."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tensorflow as tf

from zoo.training.progress import Progress
from zoo.training.tally import Tally


class Numbered:
    """A program whose weights tell how often they were asked for."""

    def __init__(self):
        self.asked = 0

    def weights(self):
        self.asked += 1
        return (np.array([self.asked], "float32"), np.eye(2))


def advanced(pairs):
    progress, program = Progress("accuracy", "log_loss"), Numbered()
    for accuracy, loss in pairs:
        progress.steps = 7
        progress.advance({"val/accuracy": accuracy, "val/log_loss": loss}, program)
    return progress


def test_the_best_epoch_has_the_highest_goal_and_among_equals_the_lowest_loss(workspace):
    progress = advanced([(0.5, 1.0), (0.9, 0.8), (0.9, 0.7), (0.9, 0.9), (0.8, 0.1)])
    assert progress.best_epoch == 3
    assert progress.weights[0] == 3
    assert (progress.epoch, progress.steps) == (6, 0)


def test_an_epoch_that_is_better_in_any_way_is_no_idle_one(workspace):
    assert [advanced([(0.9, 0.5), *more]).idle for more in ([], [(0.8, 0.6)], [(0.8, 0.4)], [(0.95, 0.9)])] == [
        0,
        1,
        0,
        0,
    ]


@pytest.mark.parametrize("pairs", [[], [(0.5, 1 / 3), (0.4, 0.1)]])
def test_what_was_packed_is_restored(workspace, pairs):
    progress = advanced(pairs)
    progress.steps, progress.tally = 5, Tally(*(tf.cast(7 / 3, part.dtype) for part in Tally.zero()))
    arrays, facts = progress.packed()
    other = Progress("accuracy", "log_loss")
    other.restore(arrays, json.loads(json.dumps(facts)))
    assert (other.history, other.best, other.best_epoch) == (progress.history, progress.best, progress.best_epoch)
    assert (other.lowest_loss, other.risen_epoch, other.steps) == (progress.lowest_loss, progress.risen_epoch, 5)
    assert all(
        ours == theirs and ours.dtype == theirs.dtype for ours, theirs in zip(other.tally, progress.tally, strict=True)
    )
    for ours, theirs in zip(other.weights, progress.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
