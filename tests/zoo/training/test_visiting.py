"""The rows that an epoch visits, and the slices of steps in which it does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.training.rungs import subset
from zoo.training.visiting import slices, visits
from zoo.training.weighting import balanced_order, epoch_order

ROWS = TrainConfig(epochs=30, patience=30, fidelity="rows")


def recipe(train=ROWS):
    return Recipe(Source("digits"), "mlp", {"units": 16, "depth": 1}, train=train, seed=5)


def test_all_rows_are_visited_in_the_order_of_the_epoch(digits):
    order = visits(recipe(TrainConfig()), 4, digits)
    np.testing.assert_array_equal(order, epoch_order(5, 4, len(digits.train)))
    assert order.dtype == np.int32


def test_classes_are_balanced_when_asked(digits):
    order = visits(recipe(TrainConfig(sampling="balanced")), 4, digits)
    np.testing.assert_array_equal(order, balanced_order(5, 4, digits.train.y))


@pytest.mark.parametrize(("epoch", "share"), [(1, 1 / 9), (3, 1 / 9), (4, 1 / 3), (9, 1 / 3), (10, 1), (30, 1)])
def test_an_epoch_visits_each_row_of_its_share_once(digits, epoch, share):
    order = visits(recipe(), epoch, digits)
    expected = subset(5, digits.train.y, len(digits.train), share)
    np.testing.assert_array_equal(np.sort(order), expected)
    assert len(order) == pytest.approx(share * len(digits.train), abs=10)


def test_epochs_of_one_share_visit_the_same_rows_in_other_orders(digits):
    first, second = (visits(recipe(), epoch, digits) for epoch in (1, 2))
    assert set(first) == set(second)
    assert (first != second).any()


def test_classes_are_balanced_within_the_share(digits):
    order = visits(recipe(replace(ROWS, sampling="balanced")), 1, digits)
    counts = np.bincount(digits.train.y[order])
    assert counts.max() - counts.min() <= 1
    assert set(order) <= set(visits(recipe(), 1, digits))


def test_of_rows_in_time_the_latest_are_visited_first(digits):
    in_time = replace(digits, dataset=replace(digits.dataset, times=np.arange(len(digits.dataset.y))))
    order = visits(recipe(), 1, in_time)
    assert np.sort(order)[-50:].tolist() == list(range(len(digits.train) - 50, len(digits.train)))


def test_quantities_have_shares_too(diabetes):
    order = visits(recipe(), 1, diabetes)
    assert len(order) == round(len(diabetes.train) / 9)


def test_a_share_is_all_that_is_trained_on(workspace, digits, monkeypatch):
    program, seen = workspace.program(recipe(), digits.task), []
    run = program.run

    def counting(data, order, steps, batch, tally):
        seen.append((len(order), steps))
        return run(data, order, steps, batch, tally)

    monkeypatch.setattr(program, "run", counting)
    trained = fit(recipe(), digits, workspace)
    lengths = [len(visits(recipe(), epoch, digits)) for epoch in range(1, 31)]
    assert [rows for rows, (first, _) in seen if not first] == lengths
    assert all(0 <= logs["train/accuracy"] <= 1 for logs in trained.history)
    assert max(logs["val/accuracy"] for logs in trained.history) > 0.8


def test_trainings_of_one_length_share_their_first_epochs_whatever_comes_after(workspace, digits):
    stopped = fit(recipe(), digits, workspace, [Stopping(4)])
    assert fit(recipe(), digits, workspace, [Stopping(6)]).history[:4] == stopped.history


class Stopping:
    def __init__(self, last):
        self.last = last

    def set_model(self, model):
        self.model = model

    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = epoch == self.last


@pytest.mark.parametrize("start", [1, 4, 7])
def test_slices_go_on_from_any_of_them(workspace, digits, start):
    data, order = workspace.tensors(digits.train), epoch_order(5, 1, len(digits.train))
    program = workspace.program(recipe(), digits.task)
    program.pace.steps, program.pace.learn = 4, lambda seconds: None
    program.reset(5, LIVE)
    states = [(told, program.state()) for told in slices(program, data, order, 32)]
    program.restore(states[start][1])
    again = list(slices(program, data, order, 32, states[start][0]))
    del program.pace.learn
    assert [done for done, _ in again] == [done for (done, _), _ in states[start + 1 :]]
    assert again[-1][1] == states[-1][0][1]
    assert all(np.array_equal(value, states[-1][1][name]) for name, value in program.state().items())


LIVE = {
    "dropout": 0.3,
    "slope": 0.2,
    "alpha": 1.0,
    "learning_rate": 0.01,
    "weight_decay": 0.0,
    "l2": 0.0,
    "clip_norm": 0.0,
}


def test_a_training_that_is_to_stop_early_gives_the_epochs_of_the_whole_one(workspace, digits):
    whole = fit(recipe(), digits, workspace).history
    cut = fit(recipe(replace(ROWS, stop_after=3)), digits, workspace).history
    assert cut == whole[:3]
