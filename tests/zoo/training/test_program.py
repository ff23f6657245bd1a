"""The compiled program: one that has been used gives what a fresh one gives, without a new trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from zoo.dataset import Split
from zoo.optimizers import FIRST, OPTIMIZERS
from zoo.training.feeding import data_of
from zoo.training.program import Program
from zoo.training.tally import Tally
from zoo.training.weighting import epoch_order

from .few import USUAL, of_images
from .oracle import distance, live_of, same
from .oracle import recipe as small


@pytest.fixture(scope="module")
def few(digits):
    """Seventy images: two whole batches and a partial one."""
    return Split(digits.train.x[:70], digits.train.y[:70])


def recipe(builder, **train):
    return small(builder, **{"epochs": 2, **train})


def trained(program, wanted, rows):
    """Reset the program, train it epoch by epoch; return the weights before and after."""
    program.reset(wanted.seed, live_of(wanted))
    start, data = program.weights(), data_of(rows)
    size = wanted.train.batch_size
    for epoch in range(1, wanted.train.epochs + 1):
        order = tf.constant(epoch_order(wanted.seed, epoch, len(rows)))
        program.run(data, order, (0, -(-len(rows) // size)), size, Tally.zero())
    return start, program.weights()


def test_strengths_change_without_a_new_trace_and_a_reset_draws_the_same_again(digits, few):
    wanted = replace(recipe("mlp"), augment={"shift": 0.3, "mixup": 0.2})
    program = Program(wanted, digits.task)
    _, once = trained(program, wanted, few)
    _, other = trained(program, replace(wanted, augment={"shift": 0.1, "mixup": 0.2}), few)
    assert distance(once, other) > 1e-3
    assert same(once, trained(program, wanted, few)[1])
    assert program._steps.traces == 1


@pytest.mark.parametrize("builder", [one for one in of_images() if one.values != ("linear",)])  # which has no dropout
def test_a_program_after_another_trial_gives_exactly_what_a_fresh_one_gives(digits, few, builder):
    first = recipe(builder, learning_rate=0.01, weight_decay=0.1, l2=0.1, clip_norm=0.5, seed=1)
    first, wanted = (replace(r, model={**r.model, "dropout": 0.3}) for r in (first, recipe(builder)))
    used = Program(first, digits.task)
    trained(used, first, few)
    begun, ended = trained(used, wanted, few)
    fresh_begun, fresh_ended = trained(Program(wanted, digits.task), wanted, few)
    assert same(begun, fresh_begun)
    assert same(ended, fresh_ended)


@pytest.mark.parametrize(
    "optimizer", [pytest.param(name, marks=() if name in FIRST else pytest.mark.slow) for name in OPTIMIZERS.names()]
)
def test_no_optimizer_remembers_the_trial_before(workspace, digits, few, optimizer):
    wanted = recipe("mlp", optimizer=optimizer, learning_rate=0.01)
    program = workspace.program(wanted, digits.task)
    _, once = trained(program, wanted, few)
    trained(program, replace(wanted, seed=2), few)
    assert same(once, trained(program, wanted, few)[1])


def test_a_reset_starts_batch_norm_at_identity_with_fresh_averages(workspace, digits, few):
    wanted = recipe("resnet")
    program = workspace.program(wanted, digits.task)
    trained(program, wanted, few)
    program.reset(3, live_of(wanted))
    start = {"gamma": 1.0, "beta": 0.0, "moving_mean": 0.0, "moving_variance": 1.0}
    found = [(weight.name, weight.numpy()) for weight in program.model.weights if weight.name in start]
    assert len(found) == 4 * 6
    assert all(np.all(value == start[name]) for name, value in found)


@pytest.mark.slow
@pytest.mark.parametrize("builder", USUAL)
def test_a_model_learns_in_the_second_trial_of_its_program(workspace, digits, builder):
    wanted = recipe(builder, epochs=8, learning_rate=0.01)
    program = workspace.program(wanted, digits.task)
    trained(program, replace(wanted, train=replace(wanted.train, epochs=1)), digits.train)
    trained(program, replace(wanted, seed=6), digits.train)
    sums = program.judged(data_of(digits.train)).sums
    assert sums.right.sum() > 0.9 * len(digits.train)


def test_live_values_and_batch_size_change_without_a_new_trace(digits, few):
    program = Program(recipe("mlp"), digits.task)
    for rate, decay, l2, most, batch in (
        (1e-3, 0.0, 0.0, 0.0, 32),
        (1e-2, 0.1, 0.1, 1.0, 64),
        (1e-4, 1e-5, 1.0, 9.0, 7),
    ):
        live = {"learning_rate": rate, "weight_decay": decay, "l2": l2, "clip_norm": most, "batch_size": batch}
        trained(program, recipe("mlp", **live), few)
        program.judged(data_of(few))
    assert program._steps.traces == 1
    assert program._logits.traces == 1


@pytest.mark.parametrize("builder", of_images())
def test_answers_do_not_depend_on_the_size_of_the_parts(workspace, digits, few, builder, monkeypatch):
    program, data = workspace.program(recipe(builder), digits.task), data_of(few)
    whole = program.judged(data)
    monkeypatch.setattr("zoo.training.program.PREDICTION_ROWS", 32)
    parts = program.judged(data)
    assert parts.sums.loss == pytest.approx(whole.sums.loss, rel=1e-5)
    np.testing.assert_array_equal(parts.sums.right, whole.sums.right)
    np.testing.assert_array_equal(parts.alive, whole.alive)
