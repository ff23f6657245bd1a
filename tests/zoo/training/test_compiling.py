"""Whether XLA pays: by the arithmetic of what was timed, and only where dense layers could gain seconds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from zoo.dataset import Split
from zoo.training.compiling import Timing, expected_structures, pays, timing, worth_timing
from zoo.training.fitting import fit

from .few import few_digits
from .oracle import recipe, same

QUICK = Timing(trace_s=0.25, compile_s=1.25, graph_step_s=2e-4, xla_step_s=1e-4)


def test_xla_pays_when_it_takes_a_fifth_off_the_total():
    even = 1.25 / (0.8 * 2e-4 - 1e-4) + (0.25 - 0.8 * 0.25) / (0.8 * 2e-4 - 1e-4)  # steps a structure at which it does
    assert pays(QUICK, 10, 10 * even * 1.001)
    assert not pays(QUICK, 10, 10 * even * 0.999)


def test_xla_never_pays_where_it_serves_no_such_training_or_is_slower():
    assert not pays(Timing(0.25, 0.0, 2e-4, None), 1, 1e9)
    assert not pays(Timing(0.25, 1.0, 2e-4, 3e-4), 1, 1e9)


def test_the_expected_number_of_structures_is_that_of_draws_with_replacement():
    possible, trials = 12, 20
    each_is_missed = math.pow(11 / 12, trials)
    assert expected_structures(possible, trials) == pytest.approx(possible * (1 - each_is_missed))
    assert expected_structures(24, 1) == pytest.approx(1)
    assert expected_structures(1, 50) == 1


def test_nothing_is_timed_for_few_steps_other_builders_or_mixed_precision(digits):
    many = 1e6
    assert worth_timing(recipe("mlp"), digits.task, 12, many)
    assert not worth_timing(recipe("mlp"), digits.task, 12, 20 * 30 * 34)
    assert not worth_timing(recipe("cnn"), digits.task, 12, many)
    assert not worth_timing(recipe("mlp", precision="mixed_bfloat16"), digits.task, 12, many)


def test_timing_finds_costs_and_leaves_the_bits_of_later_trainings(workspace, digits):
    few, wanted = few_digits(digits), recipe("mlp", jit_compile=True)
    before = fit(wanted, few, workspace)
    found = timing(wanted, few, workspace)
    assert min(found.trace_s, found.compile_s, found.graph_step_s, found.xla_step_s) > 0
    assert same(before.weights, fit(wanted, few, workspace).weights)


@pytest.mark.slow
def test_a_training_that_xla_cannot_compile_is_timed_without_it(workspace, digits):
    found = timing(replace(recipe("mlp"), augment={"rotate": 0.1}), few_digits(digits), workspace)
    assert found.xla_step_s is None
    assert found.graph_step_s > 0


def test_rows_on_the_disk_are_not_timed(workspace, digits, tmp_path):
    few = few_digits(digits)
    np.save(tmp_path / "x.npy", few.train.x)
    rows = Split(np.load(tmp_path / "x.npy", mmap_mode="r"), few.train.y)
    dataset = replace(few.dataset, source=replace(few.dataset.source, memory=1000))
    assert timing(recipe("mlp"), replace(few, train=rows, dataset=dataset), workspace).xla_step_s is None
