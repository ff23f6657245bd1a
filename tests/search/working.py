"""What tests of workers share: a command that starts a child without TensorFlow, and trials that misbehave in it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from zoo.recipe import Recipe, Source, TrainConfig

CHILD = (sys.executable, str(Path(__file__).with_name("misbehaving_worker.py")))
REAL_RECIPE = Recipe(Source("digits"), "mlp", {"depth": 1, "units": 32}, train=TrainConfig(epochs=4), seed=3)


def command(folder: Path, at_once: int = 0) -> tuple[str, ...]:
    """Return a command whose children start at once, or but for the first `at_once` when `folder`/late is there."""
    return (*CHILD, str(folder / "late"), str(at_once))


def recipe(how: str = "well", epochs: int = 4) -> Recipe:
    """Return the recipe of a trial that does after each epoch what `how` names."""
    return Recipe(Source("digits"), how, train=TrainConfig(epochs=epochs))


def pid_in(folder: Path) -> int:
    """Return which process kept the trial in `folder`."""
    return int((folder / "weights.npz").read_text())


def gone(pid: int) -> bool:
    """Say whether a process has ended and been waited for, giving it a little time."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


class Heard:
    """Keeps every hook that is called, in order; raises `error` after epoch `at`."""

    def __init__(self, at: int = 0, error: BaseException | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.at, self.error = at, error

    def on_begun(self, parameters):
        self.calls.append(("begun", parameters))

    def on_resume(self, history):
        self.calls.append(("resume", history))

    def on_train_begin(self, logs):
        self.calls.append(("train begins", logs))

    def on_epoch_end(self, epoch, logs):
        self.calls.append(("epoch", epoch, logs))
        if epoch == self.at:
            raise self.error

    def on_train_end(self, logs):
        self.calls.append(("train ends", logs))

    @property
    def epochs(self) -> list[int]:
        return [call[1] for call in self.calls if call[0] == "epoch"]
