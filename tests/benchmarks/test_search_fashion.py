"""Images that take real arithmetic: Fashion-MNIST against KerasTuner, and against the same steps with nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from .figures import median, steady, table
from .measuring import Contender, at_most, rounds
from .peers.job import Spec

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(4 * 3600)]
ROWS = 10_000
CACHE = Path("~/.keras/datasets/fashion-mnist/train-images-idx3-ubyte.gz").expanduser()
KERAS_TUNER, STEPS, TWO = "KerasTuner RandomSearch", "the same steps alone", "zoo, two workers"


@pytest.fixture
def fashion(request) -> str:
    """The images: Keras's own copy where there is one, else the folder among the shared data."""
    if CACHE.exists():
        return "fashion_mnist"
    return str(request.getfixturevalue("shared_data") / "fashion-mnist")


def test_fashion(fashion, bench, show):
    spec = Spec(("cnn",), at_most("trials", 10), at_most("epochs", 5), data="fashion-mnist", rows=ROWS, exports=False)
    found = {"zoo": [], KERAS_TUNER: [], STEPS: [], TWO: []}
    for number in range(rounds()):
        own = replace(spec, seed=number)
        found["zoo"].append(bench.row(Contender("zoo_study", own), data=fashion))
        found[KERAS_TUNER].append(bench.row(Contender("keras_tuner_search", own), data=fashion))
        found[TWO].append(bench.row(Contender("zoo_study", replace(own, workers=2)), data=fashion))
        values = found["zoo"][-1]["drawn"]
        found[STEPS].append(bench.row(Contender("arithmetic", own), values, data=fashion))
    title = f"Fashion-MNIST, {ROWS:,} rows, cnn, seconds a trial of {spec.epochs} epochs"
    show(table(title, found, steady(spec.trials), {KERAS_TUNER: 1.5}))
    made = median(found[STEPS], lambda row: row["made"] / row["trials"])
    only = median(found[STEPS], lambda row: (row["wall"][-1] - row["made"]) / row["trials"])
    ours = median(found["zoo"], steady(spec.trials))
    show(f"  of the steps alone {made:.2f} s a trial are tracing; without them we take {ours / only:.2f}x their time")
    assert all(row["trials"] == spec.trials for rows in found.values() for row in rows)
