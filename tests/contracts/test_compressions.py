"""What every method that makes models smaller promises, whatever it is given: registering one is also testing it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoo.compression import COMPRESSIONS, compress, compression_space
from zoo.dataset import Split, Splits
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.scale import Scale
from zoo.task import Task
from zoo.training.fitting import fit

SHAPES = {"table": (6,), "image": (8, 8, 1), "series": (10, 3), "text": (12,)}
VOCABULARY = 20
NAMES = ("a", "b", "c")
CASES = [("image", "resnet", NAMES), ("series", "lstm", NAMES), ("text", "cnn", NAMES), ("text", "lstm", NAMES)]
CASES += [("table", "mlp", ()), ("series", "lstm", ())]  # quantities
MARKED = [pytest.param(*case, marks=() if case[1] == "mlp" else pytest.mark.slow) for case in CASES]


def splits_of(modality, classes, digits):
    """Return random rows of a kind as all three parts; without classes their answers are quantities."""
    chance, shape = np.random.default_rng(0), (64, *SHAPES[modality])
    tokens = chance.integers(0, VOCABULARY, shape).astype("int32")
    x = tokens if modality == "text" else chance.normal(size=shape).astype("float32")
    y = chance.integers(0, 3, 64).astype("int32") if classes else chance.normal(size=64).astype("float32")
    rows = Split(x, y, None if classes else Scale(0.0, 1.0))
    words = {"dtype": "int32", "vocabulary": VOCABULARY} if modality == "text" else {}
    task = Task(modality, SHAPES[modality], classes, **words)
    return Splits(task, digits.preparation, rows, rows, rows, digits.dataset)


def briefly(method):
    """Return a step of `method` that trains for one epoch, once."""
    space = compression_space(method)
    return {"method": method, **{name: 1 for name in ("epochs", "rounds") if name in space}}


@pytest.mark.slow
@pytest.mark.parametrize(("modality", "builder", "classes"), MARKED)
def test_methods_follow_on_each_other_for_every_kind_of_rows(modality, builder, classes, workspace, digits):
    splits = splits_of(modality, classes, digits)
    recipe = Recipe(Source("digits"), builder, train=TrainConfig(epochs=1))
    trained = fit(recipe, splits, workspace)
    steps = [briefly(method) for method in ("channels", "low_rank", "sparse")]
    smaller = compress(trained, splits, *steps, workspace=workspace)
    answers = smaller.predict(splits.validation.x)
    assert answers.shape == (64, 3 if classes else 1)
    assert np.isfinite(answers).all()
    assert smaller.parameters < trained.parameters
    assert [step["method"] for step in smaller.recipe.compress] == ["channels", "low_rank", "sparse"]


@pytest.mark.parametrize("method", COMPRESSIONS.names())
def test_the_same_step_twice_gives_the_same_model_and_leaves_the_first_as_it_was(method, workspace, digits):
    splits = splits_of("table", NAMES, digits)
    trained = fit(Recipe(Source("digits"), "mlp", train=TrainConfig(epochs=1)), splits, workspace)
    before = [weight.copy() for weight in trained.weights]
    step = briefly(method) | ({"teacher": "logistic"} if method == "distil" else {})
    one, other = (compress(trained, splits, step, workspace=workspace) for _ in range(2))
    assert all(map(np.array_equal, one.weights, other.weights))
    assert all(map(np.array_equal, trained.weights, before))
    assert trained.config is None


@pytest.mark.slow
@pytest.mark.parametrize("method", COMPRESSIONS.names())
def test_the_test_rows_stay_closed(method, workspace, digits):
    splits = replace(splits_of("table", NAMES, digits), test=None)
    trained = fit(Recipe(Source("digits"), "mlp", train=TrainConfig(epochs=1)), splits, workspace)
    step = briefly(method) | ({"teacher": "logistic"} if method == "distil" else {})
    assert compress(trained, splits, step, workspace=workspace).weights
