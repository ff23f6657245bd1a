"""Each epoch's metrics and learning rate lie in the spool once the epoch has ended."""

from __future__ import annotations

import os

import pytest

from search.record.spool import Spool
from search.record.spooled import read
from search.record.spooling import DIVERGED, Spooling
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.rungs import rungs

TRAIN = {"epochs": 9, "learning_rate": 0.02, "schedule": "reduce_on_plateau", "plateau_patience": 1}
LOGS = {"val/log_loss": 0.5, "train/accuracy": 0.25}


@pytest.fixture
def spooling(tmp_path):
    with Spool(tmp_path, "wine") as spool:
        yield Spooling(spool, Recipe(Source("wine"), "mlp", train=TrainConfig(**TRAIN)), 100)


def points(spooling) -> list:
    return [(event["step"], event["values"]) for event in read(spooling.spool.path)]


def test_an_epoch_has_its_metrics_and_its_rate_which_follows_from_the_losses_before(spooling):
    for epoch in (1, 2, 3):
        spooling.on_epoch_end(epoch, LOGS)
    assert points(spooling) == [
        (epoch, {**LOGS, "learning_rate": rate}) for epoch, rate in ((1, 0.02), (2, 0.02), (3, 0.01))
    ]


def test_an_attempt_that_goes_on_has_the_rates_of_one_that_was_never_cut_short(spooling, tmp_path):
    spooling.on_resume([LOGS, LOGS])
    spooling.on_epoch_end(3, LOGS)
    assert [values["learning_rate"] for _, values in points(spooling)] == [0.02, 0.02, 0.01]


def test_a_training_that_diverged_says_so_at_its_last_epoch(spooling):
    spooling.on_epoch_end(1, LOGS)
    spooling.diverged()
    assert points(spooling)[-1] == (1, {DIVERGED: 1.0})


def test_points_outlast_a_power_cut_at_rungs_only(spooling, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(len(points(spooling))))
    for epoch in range(1, 10):
        spooling.on_epoch_end(epoch, LOGS)
    assert synced == list(rungs(9))


def test_what_trials_are_compared_by_is_told_first(spooling):
    spooling.on_epoch_end(
        1, {"train/log_loss": 0.5, "val/accuracy": 0.75, "health/dead_units": 0.0, "val/log_loss": 1.0}
    )
    ((_, values),) = points(spooling)
    names = ["val/accuracy", "val/log_loss", "train/log_loss", "health/dead_units", "learning_rate"]
    assert list(values) == names
