"""What image augmentations cost: an epoch of the default CNN with each of them, against one with none."""

from __future__ import annotations

import time

import numpy as np
import pytest

from zoo.augmentations import augmentations_for, checked_strengths, strength_of
from zoo.dataset import Split
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.task import Task
from zoo.training.feeding import data_of
from zoo.training.fitting import live_values_of
from zoo.training.program import Program
from zoo.training.visiting import slices
from zoo.training.weighting import epoch_order
from zoo.workspace import Workspace

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ROWS, ROUNDS = 960, 7


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3)])
def test_an_epoch_of_augmented_images(shape):
    Workspace()
    random, task = np.random.default_rng(0), Task("image", shape, tuple("abcdefghij"), "uint8")
    data = data_of(Split(random.integers(0, 256, (ROWS, *shape)).astype("uint8"), random.integers(0, 10, ROWS)))
    names = augmentations_for("image")
    cases = [(), *((name,) for name in names), ("flip", "rotate", "shift"), names]
    programs = {case: ready(case, task) for case in cases}
    seconds = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for case, program in programs.items():
            began = time.process_time()
            list(slices(program, data, epoch_order(0, 1, ROWS), 32))
            seconds[case].append(time.process_time() - began)
    plain = min(seconds.pop(()))
    print(f"\n{shape}: an epoch of {ROWS} rows takes {plain:.3f} s of CPU; with")
    for case, found in seconds.items():
        print(f"  {', '.join(case)}: {min(found) / plain:.2f} times as long")


def ready(names, task):
    """Return a program with the augmentations `names` at their default strength."""
    strengths = checked_strengths({name: strength_of(name).default for name in names}, task)
    recipe = Recipe(Source("x"), "cnn", augment=strengths, train=TrainConfig(learning_rate=1e-5))
    program = Program(recipe, task)
    program.reset(0, live_values_of(recipe, task))
    return program
