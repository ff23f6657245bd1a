"""Trainings at the edge: one row, one class, values out of range behind a warm program, calls that must stay short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.dataset import Split
from zoo.errors import BadData, BadValue, Diverged, UnknownName, Unsupported
from zoo.training.fitting import fit

from .few import few_digits
from .oracle import recipe


def first(rows, count):
    return replace(rows, x=rows.x[:count], y=rows.y[:count])


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_one_row_is_enough_to_learn_from_and_to_watch(workspace, digits, builder):
    one = replace(digits, train=first(digits.train, 1), validation=first(digits.validation, 1))
    balanced = recipe(builder, epochs=1, sampling="balanced", class_weight="balanced")
    logs = fit(balanced, one, workspace).history[0]
    assert np.isfinite(list(logs.values())).all()


def test_a_single_class_to_watch_makes_accuracy_and_balanced_accuracy_one(workspace, digits):
    chosen = digits.validation.y == 3
    threes = Split(digits.validation.x[chosen], digits.validation.y[chosen])
    logs = fit(recipe("mlp", epochs=1), replace(digits, validation=threes), workspace).history[0]
    assert logs["val/accuracy"] == logs["val/balanced_accuracy"]


def test_rows_that_weigh_nothing_at_all_are_refused(workspace, digits):
    with pytest.raises(BadData, match="weights of the training rows have mean 0"):
        fit(recipe("mlp"), few_digits(digits, weights=np.zeros(70, "float32")), workspace)


@pytest.mark.parametrize("part", ["train", "validation"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_target_that_is_not_finite_is_refused(workspace, diabetes, part, value):
    rows = getattr(diabetes, part)
    broken = replace(rows, y=np.where(np.arange(len(rows)) == 3, value, rows.y).astype("float32"))
    with pytest.raises(Diverged, match="finite"):
        fit(recipe("mlp"), replace(diabetes, **{part: broken}), workspace)


@pytest.mark.parametrize(("value", "error"), [({"dropout": 5.0}, BadValue), ({"unitz": 8}, UnknownName)], ids=str)
def test_a_warm_program_refuses_the_values_that_a_fresh_one_refuses(workspace, digits, value, error):
    wanted = recipe("mlp", epochs=1)
    fit(wanted, few_digits(digits), workspace)
    with pytest.raises(error):
        fit(replace(wanted, model={**wanted.model, **value}), few_digits(digits), workspace)


def test_a_program_warm_from_small_batches_takes_no_long_call_with_large_ones(workspace, digits, monkeypatch):
    small, calls = recipe("mlp", epochs=1, batch_size=1), []
    program = workspace.program(small, digits.task)
    many = replace(digits, train=Split(np.tile(digits.train.x, (20, 1, 1, 1)), np.tile(digits.train.y, 20)))
    program.pace.steps, program.pace.batch = 1000, 1  # as learned at some half a millisecond a step
    run = program.run

    def watched(data, order, steps, batch, tally):
        calls.append((steps[1] - steps[0]) * batch)
        return run(data, order, steps, batch, tally)

    monkeypatch.setattr(program, "run", watched)
    fit(replace(small, train=replace(small.train, batch_size=512)), many, workspace)
    assert calls[0] <= 8 * 1000  # rows: a call may be eight times as long as the one before


def test_a_training_inside_another_one_of_the_same_structure_is_refused(workspace, digits):
    wanted = recipe("mlp", epochs=1)

    class Nested:
        def on_epoch_end(self, epoch, logs):
            fit(replace(wanted, seed=1), few_digits(digits), workspace)

    with pytest.raises(Unsupported, match="Workspace of its own"):
        fit(wanted, few_digits(digits), workspace, [Nested()])
    assert fit(wanted, few_digits(digits), workspace).history  # the refusal leaves the program free
