"""Long studies: what the last of 10,000 trials costs, how soon `zoo status` answers of them, how tpe's draws grow."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

import search
from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.drawing.draws import Draws
from search.watcher import Watcher

from .figures import warning
from .measuring import at_most

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
LONG, WINDOW, ASKED, ASKED_S = 10_000, 100, 2.0, 2.0
SIZES, DRAWS = (100, 1000, 3000), 20  # how many trials tpe looks back on, and draws that are timed
ROUNDS = 5  # of a command


def trivial(slot) -> float:
    """Return a number at once, and leave what a real trial leaves."""
    x, units = slot.suggest_float("train.learning_rate", 1e-4, 1e-2, log=True), slot.suggest_int("mlp.units", 0, 3)
    kind = slot.suggest_categorical("model.builder", ("cnn", "mlp"))
    rate = slot.suggest_float(f"{kind}.dropout", 0.0, 0.5)
    named = {"model.builder": kind, "model.units": 32 << units, "model.dropout": rate, "train.learning_rate": x}
    slot.drawn({**named, "train.epochs": 30, "train.optimizer": "adam", "train.monitor": "accuracy"})
    score = 1 - abs(x - 1e-3) - rate / 10
    slot.note(builder=kind, parameters=1000 << units, epochs=30, health={"health/gradient": 0.1, "health/dead": 0.0})
    slot.note(metrics={"accuracy": score, "balanced_accuracy": score, "log_loss": 0.1}, costs={"params": 1000 << units})
    return score


class Leaver(Watcher):
    """Leaves a study once it is set up."""

    def searching(self) -> None:
        """Press Ctrl-C."""
        raise KeyboardInterrupt


@pytest.fixture(scope="module")
def long(tmp_path_factory) -> Path:
    """The root of a study of 10,000 trials."""
    root = tmp_path_factory.mktemp("long")
    with pytest.raises(KeyboardInterrupt):
        search.tune("wine", builders=("mlp",), workers=0, root=root, trials=LONG, sampler="random", watcher=Leaver())
    timed(root, at_most("trials", LONG), "random")
    return root


def timed(root: Path, target: int, sampler: str) -> float:
    """Run trivial trials up to `target`; return the CPU milliseconds of each between the first end and the last."""
    ends: list[float] = []
    opened = reopen(open_study(root, "wine"))
    run_slots(opened, target, trivial, sampler_for=Draws(sampler, 0), on_end=lambda _: ends.append(time.process_time()))
    return 1000 * (ends[-1] - ends[0]) / (len(ends) - 1)


def test_late_trials_cost_what_early_ones_do(long, tmp_path, show):
    trials, early, late = at_most("trials", LONG), [], []
    for number in range(1, ROUNDS + 1):  # in turn, since CPU seconds too are longer on a busy machine
        early.append(timed(tmp_path / str(number), WINDOW, "random"))
        late.append(timed(long, trials + number * WINDOW, "random"))
    first, last = statistics.median(early), statistics.median(late)
    ratio = f"{last / first:.2f}x, asked at most {ASKED:g}x"
    show(f"\nCPU ms a trial of a trivial objective, random sampler, median of {ROUNDS}{warning()}:")
    show(f"  {first:.1f} of the first {WINDOW} trials, {last:.1f} of {WINDOW} after {trials:,}: {ratio}")
    assert last < ASKED * first


@pytest.mark.parametrize("words", [("status", "wine"), ("status", "wine", "--json"), ("status",)])
def test_zoo_status_answers_of_them(long, words, show):
    trials = at_most("trials", LONG)
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", "from search.cli import main; main()", *words, "--root", str(long)]
    found = []
    for _ in range(ROUNDS):
        before, began = os.times(), time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        seconds, after = time.perf_counter() - began, os.times()
        found.append((seconds, sum(after[2:4]) - sum(before[2:4])))
    wall, cpu = (statistics.median(column) for column in zip(*found, strict=True))
    show(f"\nzoo {' '.join(words)}, {trials:,} trials{warning()}: {wall:.2f} s ({cpu:.2f} s CPU), asked {ASKED_S:g} s")
    if "--json" in words:
        assert json.loads(done.stdout)["trials"]["total"] >= trials


@pytest.mark.parametrize("trials", SIZES)
def test_draws_of_tpe(tmp_path, trials, show):
    trials = at_most("trials", trials)
    timed(tmp_path, trials, "random")
    costs: dict[str, list[float]] = {"random": [], "tpe": []}
    for number in range(2 * ROUNDS):
        sampler = ("random", "tpe")[number % 2]
        costs[sampler].append(timed(tmp_path, trials + (number + 1) * DRAWS, sampler))
    storing, both = (statistics.median(found) for found in costs.values())
    show(f"\ntpe after {trials:,} trials{warning()}: {both - storing:.0f} ms CPU to draw one, {both:.0f} with storage")
