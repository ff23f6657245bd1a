"""What the README promises of methods that make models smaller: `python -m pytest tests/benchmarks -m benchmark -s`."""

from __future__ import annotations

import statistics

import pytest

from zoo.compression import compress
from zoo.converter import Converter
from zoo.exporting import export_all
from zoo.recipe import Recipe, Source
from zoo.training.fitting import fit

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
SEEDS = 0, 1, 2
FEWER_MACS, MOST_LOST = 0.6, 0.005
STEPS = {
    "channels": {"share": 0.39, "rounds": 3, "epochs": 15, "teaching": 0.7},
    "low_rank": {"kept": 0.8, "epochs": 10},
    "sparse": {"sparsity": 0.8, "rounds": 3, "epochs": 5},
}


def made(seed, builder, step, workspace, folder):
    """Return the files of a model and of what `step` makes of it, measured on test rows."""
    source = Source("digits", split_seed=200 + seed)
    splits = workspace.splits(source)
    trained = fit(Recipe(source, builder, seed=seed), splits, workspace)
    smaller = compress(trained, splits, step, workspace=workspace)
    variants, found = [("tflite", "float32"), ("tflite", "int8")], []
    with Converter() as converter:
        for name, one in (("before", trained), ("after", smaller)):
            place = folder / f"{seed}-{name}"
            found += export_all(one, splits, variants, place, converter=converter, test=splits.test)
    return found


def summed(found, value):
    """Return the medians over the seeds of a value of four files."""
    return [statistics.median(value(files[place]) for files in found) for place in range(4)]


@pytest.mark.parametrize(("builder", "method"), [("resnet", "channels"), ("mlp", "low_rank"), ("cnn", "sparse")])
def test_what_a_method_saves_and_loses(builder, method, workspace, tmp_path):
    step = {"method": method, **STEPS[method]}
    found = [made(seed, builder, step, workspace, tmp_path) for seed in SEEDS]
    right = summed(found, lambda file: file.test.metrics["accuracy"])
    macs = summed(found, lambda file: file.facts.macs)
    sizes, packed = summed(found, lambda file: file.bytes), summed(found, lambda file: file.gzip_bytes)
    print(f"\n{step} of {builder} on digits, medians of {len(SEEDS)} seeds; before, after, in float32 and int8:")
    for what, values in (("accuracy", right), ("MACs", macs), ("bytes", sizes), ("gzip bytes", packed)):
        print(f"  {what:12}" + "".join(f"{value:12,.4g}" if value < 1 else f"{value:12,.0f}" for value in values))
    if method == "channels":
        assert 1 - macs[2] / macs[0] >= FEWER_MACS
        assert right[2] >= right[0] - MOST_LOST
