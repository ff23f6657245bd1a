"""What brings a narrower model back: longer training, or the whole model as a teacher? `zoo compress` does the first.

`python -m pytest tests/benchmarks/test_distilling.py -m benchmark -s`
"""

from __future__ import annotations

import statistics

import pytest

from zoo.compression import compress
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit

from .figures import warning
from .keeping import kept
from .measuring import rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
SPLIT = 500  # of the first seed
SHARES = (0.75, 0.85)
WHOLE = TrainConfig(epochs=60, patience=10, learning_rate=3e-3)  # as well trained as a study's champion
LESSON = {"method": "distil", "teacher": "original"}
WAYS = {  # behind channels; all but the first train for as many epochs, two of them with the whole model as a teacher
    "channels": ({}, ()),
    "channels, longer": ({"epochs": 25}, ()),
    "trained on": ({}, ({"method": "train_on"},)),
    "distilled": ({}, (LESSON,)),
}
CASES = (("digits", "cnn"), ("digits", "mlp"), ("breast_cancer", "mlp"), ("wine", "mlp"))


@pytest.mark.parametrize(("data", "builder"), CASES)
def test_what_a_longer_lesson_is_worth(data, builder, workspace, show):
    def row(seed):
        what = {"case": [data, builder], "seed": seed}
        return kept("distilling", what, lambda: measured(data, builder, seed, workspace))

    found = [row(seed) for seed in range(rounds())]
    show(f"\n{builder} on {data}, accuracy on validation and test rows, means of {len(found)}{warning()}")
    show(f"  whole{'':21}{_mean(found, 'whole', 'validation'):.4f} {_mean(found, 'whole', 'test'):.4f}")
    for share in SHARES:
        for way in WAYS:
            name = f"{share:g} {way}"
            show(f"  {name:26}{_mean(found, name, 'validation'):.4f} {_mean(found, name, 'test'):.4f}")


def measured(data, builder, seed, workspace):
    """Return the accuracies of a model and of narrower ones, by share and what followed."""
    source = Source(data, split_seed=SPLIT + seed)
    splits = workspace.splits(source)
    trained = fit(Recipe(source, builder, train=WHOLE, seed=seed), splits, workspace)
    found = {"whole": _scores(trained, splits)}
    for share in SHARES:
        step = {"method": "channels", "share": share}
        for way, (values, steps) in WAYS.items():
            smaller = compress(trained, splits, {**step, **values}, *steps, workspace=workspace)
            found[f"{share:g} {way}"] = _scores(smaller, splits)
    return found


def _scores(trained, splits):
    return {part: evaluate(trained, getattr(splits, part)).metrics["accuracy"] for part in ("validation", "test")}


def _mean(found, name, part):
    return statistics.fmean(row[name][part] for row in found)
