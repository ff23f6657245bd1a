"""What brings a narrower model back: longer training, or the whole model as a teacher? `zoo compress` does the first.

`python -m pytest tests/benchmarks/test_distilling.py -m benchmark`; rows that were measured are kept.
"""

from __future__ import annotations

from dataclasses import asdict
from operator import itemgetter

import pytest

from zoo.compression import compress
from zoo.evaluation import evaluate
from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit

from .figures import measured, median, warning
from .keeping import kept
from .measuring import rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
SPLIT = 500  # of the first seed
SHARES = (0.75, 0.85)
PARTS = "validation", "test"
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
        what = {"case": [data, builder], "split": SPLIT + seed, "seed": seed, "train": asdict(WHOLE), "ways": WAYS}
        return kept("distilling", {**what, "shares": SHARES}, lambda: taught(data, builder, seed, workspace))

    found = [row(seed) for seed in range(rounds())]
    show(f"\n{builder} on {data}, medians of {len(found)}{warning()}; {measured(found)}")
    show(f"  {'accuracy on':22}{'validation':>12}{'test':>9}{'worst':>9}")
    for name in ("whole", *(f"{share:g} {way}" for share in SHARES for way in WAYS)):
        worths = [one[name] for one in found]
        validation, test = (median(worths, itemgetter(part)) for part in PARTS)
        worst = min(one["test"] for one in worths)
        show(f"  {name:22}{validation:12.4f}{test:9.4f}{worst:9.4f}")


def taught(data, builder, seed, workspace):
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
    return {part: evaluate(trained, getattr(splits, part)).metrics["accuracy"] for part in PARTS}
