"""What is asked of a step beyond a plain one gives the weights of `keras.Model.fit` that asks for the same."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from zoo.builders import build
from zoo.training.feeding import data_of
from zoo.training.program import Program
from zoo.training.schedules import multipliers
from zoo.training.tally import Tally

from . import oracle
from .few import few_digits
from .oracle import by_engine, by_keras, distance, live_of, recipe, require_alike, same

STEPS = 3  # an epoch of seventy rows


@pytest.fixture
def few(digits):
    return few_digits(digits)


def wanted(**train):
    return recipe("mlp", **{"optimizer": "sgd", "learning_rate": 0.2, "weight_decay": 0.05, **train})


def by_stock(monkeypatch, asked, splits, start, make):
    """Train by Keras with the optimizer that `make` returns for a rate and a decay."""
    monkeypatch.setitem(oracle.KERAS, "sgd", lambda rate, decay, most: make(rate, weight_decay=decay))
    return by_keras(asked, splits, start)


class Listed(keras.optimizers.schedules.LearningRateSchedule):
    """The rate of each step from a list, as a user of Keras would hand it over."""

    def __init__(self, rates):
        self.rates = tf.constant(rates, "float32")

    def __call__(self, step):
        return tf.gather(self.rates, tf.cast(step, "int32"))


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
def test_a_schedule_gives_the_weights_of_keras_fit_with_its_rates(workspace, few, monkeypatch, schedule):
    asked = wanted(schedule=schedule, warm_up=0.2)
    ours = by_engine(asked, few, workspace)
    rates = np.concatenate([multipliers(asked.train, epoch, STEPS) for epoch in (1, 2, 3)]) * 0.2

    def make(rate, **named):
        return keras.optimizers.SGD(Listed(rates), **named)

    require_alike(ours, by_stock(monkeypatch, asked, few, ours.weights[0], make))


@pytest.mark.slow
@pytest.mark.parametrize(("ours", "theirs"), [("clip_value", "clipvalue"), ("clip_variable_norm", "clipnorm")])
def test_clipping_gives_the_weights_of_keras_fit(workspace, few, monkeypatch, ours, theirs):
    asked = wanted(**{ours: 0.02})
    found = by_engine(asked, few, workspace)

    def make(rate, **named):
        return keras.optimizers.SGD(rate, **{theirs: 0.02}, **named)

    require_alike(found, by_stock(monkeypatch, asked, few, found.weights[0], make))
    assert distance(found.weights[-1], by_engine(wanted(), few, workspace).weights[-1]) > 1e-3


def test_averages_are_what_keras_fit_leaves_at_its_end(workspace, few, monkeypatch):
    asked = wanted(epochs=1, ema_momentum=0.7)
    ours = by_engine(asked, few, workspace)

    def make(rate, **named):
        return keras.optimizers.SGD(rate, use_ema=True, ema_momentum=0.7, **named)

    theirs = by_stock(monkeypatch, asked, few, ours.weights[0], make)
    require_alike(ours, theirs, epochs=1)
    assert distance(ours.weights[-1], by_engine(wanted(epochs=1), few, workspace).weights[-1]) > 1e-3


def test_descent_over_all_rows_is_one_step_an_epoch(workspace, few):
    asked = wanted(batch_size=2**30)
    ours = by_engine(asked, few, workspace)
    require_alike(ours, by_keras(asked, few, ours.weights[0]))


def test_sharp_steps_are_two_gradients_of_keras(workspace, few):
    """A step of plain descent along the gradient at the highest point nearby, with the penalty's own at the weights."""
    asked = wanted(epochs=1, sharpness=0.1, weight_decay=0.0, l2=0.01, batch_size=70)
    ours = by_engine(asked, few, workspace)
    model = build("mlp", few.task, **asked.model)
    model.set_weights(ours.weights[0])
    order = oracle.visits(asked, 1, few.train)

    def gradients():
        with tf.GradientTape() as tape:
            scores = model(few.train.x[order], training=True)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(few.train.y[order], scores)
        return tape.gradient(loss, [weight.value for weight in model.trainable_weights])

    first = gradients()
    length = np.sqrt(sum(float(tf.reduce_sum(one**2)) for one in first))
    for weight, gradient in zip(model.trainable_weights, first, strict=True):
        weight.assign_add(0.1 / length * gradient)
    expected = [
        start - 0.2 * (gradient.numpy() + (0.02 * start if start.ndim > 1 else 0))
        for start, gradient in zip(ours.weights[0], gradients(), strict=True)
    ]
    assert distance(ours.weights[-1], expected) < 1e-6


def test_all_that_is_live_changes_without_a_new_trace_and_a_used_program_gives_the_bits_of_a_fresh_one(few):
    first = wanted(
        **{"optimizer": "nesterov", "momentum": 0.8, "sharpness": 0.1, "clip_value": 0.5, "clip_variable_norm": 2.0},
        **{"ema_momentum": 0.9, "lookahead": 2, "schedule": "cosine", "max_norm": 1.0, "l1": 1e-3},
    )
    second = {"momentum": 0.5, "sharpness": 0.02, "clip_value": 0.1, "clip_variable_norm": 1.0, "ema_momentum": 0.5}
    second |= {"lookahead_share": 0.9, "schedule": "one_cycle", "warm_up": 0.4, "max_norm": 0.8, "l1": 1e-4}
    then = replace(first, train=replace(first.train, **second))
    used, fresh = Program(first, few.task), Program(then, few.task)
    once, again, alone = (trained(*each, few) for each in ((used, first), (used, then), (fresh, then)))
    assert used._steps.traces == 1
    assert same(again, alone)
    assert distance(once, again) > 1e-3


def trained(program, asked, splits):
    """Reset the program and train two epochs; return the weights to keep."""
    program.reset(asked.seed, live_of(asked))
    for epoch in (1, 2):
        if program.rates is not None:
            program.rates.begin(multipliers(asked.train, epoch, STEPS), 0)
        program.run(data_of(splits.train), tf.range(70), (0, STEPS), 32, Tally.zero())
    return program.weights()


@pytest.mark.slow
@pytest.mark.parametrize("train", [{"jit_compile": True}, {"precision": "mixed_float16"}], ids=str)
def test_xla_and_half_precision_serve_all_of_it(workspace, few, train):
    asked = wanted(
        **{"sharpness": 0.05, "clip_value": 0.5, "clip_variable_norm": 2.0, "ema_momentum": 0.9, "lookahead": 2},
        **{"schedule": "cosine", "warm_up": 0.2, "max_norm": 3.0},
    )
    ours = by_engine(replace(asked, train=replace(asked.train, **train)), few, workspace)
    graph = by_engine(asked, few, workspace)
    assert distance(ours.weights[-1], graph.weights[-1]) < (1e-5 if "jit_compile" in train else 2e-2)
