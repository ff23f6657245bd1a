"""The defaults of every builder of sequences learn what there is to learn: series, words, rows of pixels."""

from __future__ import annotations

import pytest

from zoo.data import load_data
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, TrainConfig
from zoo.splits import split
from zoo.training.fitting import fit

pytestmark = pytest.mark.slow

READERS = ("gru", "lstm", "rnn", "tcn", "transformer")


def accuracy(name, splits, workspace, **train):
    trained = fit(Recipe(splits.dataset.source, name, train=TrainConfig(**train), seed=1), splits, workspace)
    return evaluate(trained, splits.validation).metrics["accuracy"]


@pytest.mark.often("lstm", "transformer")
@pytest.mark.parametrize("name", READERS)
def test_rows_of_pixels_are_told_apart(name, digits, workspace):
    assert accuracy(name, digits, workspace, epochs=20) > 0.9


@pytest.mark.often("lstm", "transformer")
@pytest.mark.parametrize("name", [name for name in READERS if name != "rnn"])  # 60 steps are too many without gates
def test_series_are_told_apart(name, shared_data, workspace):
    splits = split(load_data(shared_data / "series" / "SyntheticControl"))
    assert accuracy(name, splits, workspace, epochs=60, patience=20, learning_rate=3e-3) > 0.9


@pytest.mark.parametrize("name", ["text_cnn", "transformer", "gru"])
def test_questions_are_told_apart(name, shared_data, workspace):
    splits = split(load_data(shared_data / "sentences" / "TREC.train.all"))
    assert accuracy(name, splits, workspace, epochs=6, learning_rate=2e-3) > 0.7
