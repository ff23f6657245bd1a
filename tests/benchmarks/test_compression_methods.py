"""What methods that make models smaller save and lose, for the README's tables; rows that were measured are kept.

`python -m pytest tests/benchmarks/test_compression_methods.py -m benchmark`
"""

from __future__ import annotations

from functools import partial
from operator import itemgetter

import keras
import pytest

from zoo.compression import compress
from zoo.converter import Converter
from zoo.exporting import export_all
from zoo.recipe import Recipe, Source
from zoo.trained import Trained, with_network
from zoo.training.fitting import fit

from ..mlperf_tiny import mlperf_resnet8
from .figures import measured, median, warning
from .keeping import kept
from .measuring import rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
SPLITS = {"methods": 200, "zeros": 600}  # of the first seed: nothing else has opened their test rows
FEWER_MACS, MOST_LOST = 0.6, 0.005
CHANNELS = {"method": "channels", "share": 0.39, "rounds": 3, "epochs": 15, "teaching": 0.7}
FILES = [("tflite", "float32"), ("tflite", "int8")]
COLUMNS = {
    **{"accuracy": ("float32", "test"), "multiply-adds": ("float32", "macs"), "float32 bytes": ("float32", "bytes")},
    **{"int8 bytes": ("int8", "bytes"), "int8 bytes, gzip": ("int8", "gzip"), "int8 accuracy": ("int8", "test")},
}
ZEROS = 0.5, 0.9
PARTS = "bytes", "gzip", "arena", "validation"
OWN, EPOCHS = "mlperf_resnet8", 60  # of MLPerf Tiny's own network, which no builder of the zoo makes
STEPS = (
    ("resnet", CHANNELS),
    (OWN, CHANNELS),
    ("mlp", {"method": "low_rank", "kept": 0.8, "epochs": 10}),
    ("cnn", {"method": "sparse", "sparsity": 0.8, "rounds": 3, "epochs": 5}),
)


@pytest.mark.parametrize(("model", "step"), STEPS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_method_saves_and_loses(model, step, workspace, tmp_path, show):
    def row(seed):
        what = {"model": model, "step": step, "split": SPLITS["methods"] + seed, "seed": seed, "epochs": EPOCHS}
        return kept("compression_methods", what, lambda: made(model, step, seed, workspace, tmp_path))

    found = [row(seed) for seed in range(rounds())]
    show(f"\n{step} of {model} on digits, test rows, medians of {len(found)}{warning()}; {measured(found)}")
    show(f"  {'':7}" + "".join(f"{name:>18}" for name in COLUMNS))
    for state in ("before", "after"):
        values = [median(found, partial(_value, state, *place)) for place in COLUMNS.values()]
        show(f"  {state:7}" + "".join(f"{value:18,.4g}" if value < 1 else f"{value:18,.0f}" for value in values))
    lost = median(found, lambda one: one["before"]["float32"]["test"] - one["after"]["float32"]["test"])
    fewer = median(found, lambda one: 1 - one["after"]["float32"]["macs"] / one["before"]["float32"]["macs"])
    show(f"  {fewer:.1%} fewer multiply-adds, {lost:+.4f} accuracy lost")
    assert step["method"] != "channels" or (fewer >= FEWER_MACS and lost <= MOST_LOST)


def _value(state, precision, what, row):
    return row[state][precision][what]


def made(model, step, seed, workspace, folder):
    """Return what a model's files take and are worth on test rows, before and after `step`."""
    source = Source("digits", split_seed=SPLITS["methods"] + seed)
    splits, found = workspace.splits(source), {}
    trained = own(source, seed, splits, workspace) if model == OWN else plain(source, model, seed, splits, workspace)
    smaller = compress(trained, splits, step, workspace=workspace)
    with Converter() as converter:
        for state, one in (("before", trained), ("after", smaller)):
            place = folder / f"{model}-{seed}-{state}"
            files = export_all(one, splits, FILES, place, converter=converter, test=splits.test)
            found[state] = {file.precision: told(file) for file in files}
    return found


def plain(source, builder, seed, splits, workspace):
    """Return a model as a builder makes it and its defaults train it."""
    return fit(Recipe(source, builder, seed=seed), splits, workspace)


def own(source, seed, splits, workspace):
    """Return the very network of MLPerf Tiny, for images of 8 x 8 grey pixels, trained for `EPOCHS`."""
    keras.utils.set_random_seed(seed)
    network = mlperf_resnet8(splits.task.input_shape)
    network.layers[-1].activation = keras.activations.linear  # an export puts the softmax on scores itself
    random = with_network(Trained(Recipe(source, "resnet", seed=seed), splits.task, ()), network)
    return compress(random, splits, {"method": "train_on", "epochs": EPOCHS}, workspace=workspace)


def told(file):
    """Return what a file takes, and is worth on test rows where those were opened."""
    costs = {"bytes": file.bytes, "gzip": file.gzip_bytes, "macs": file.facts.macs, "arena": file.facts.arena_bytes}
    rows = file.test or file.validation
    return {**costs, "test" if file.test else "validation": rows.metrics["accuracy"]}


@pytest.mark.parametrize("builder", ["mlp", "cnn"])
def test_what_a_file_without_its_zeros_saves(builder, workspace, tmp_path, show):
    def row(seed):
        what = {"zeros": ZEROS, "builder": builder, "split": SPLITS["zeros"] + seed, "seed": seed}
        return kept("compression_methods", what, lambda: thinned(builder, seed, workspace, tmp_path))

    found = [row(seed) for seed in range(rounds())]
    show(f"\n{builder} on digits, stripped, medians of {len(found)}{warning()}; {measured(found)}")
    show(f"  {'':22}{'bytes':>10}{'gzip':>10}{'arena':>10}{'validation':>12}")
    for name in found[0]["files"]:
        files = [one["files"][name] for one in found]
        size, packed, arena, right = (median(files, itemgetter(what)) for what in PARTS)
        show(f"  {name:22}{size:10,.0f}{packed:10,.0f}{arena:10,.0f}{right:12.4f}")


def thinned(builder, seed, workspace, folder):
    """Return what stripped files take and are worth, by precision, share of zeros, and whether the zeros are stored."""
    source = Source("digits", split_seed=SPLITS["zeros"] + seed)
    splits, found = workspace.splits(source), {}
    trained = plain(source, builder, seed, splits, workspace)
    with Converter() as converter:

        def write(name, one, precision, **options):
            place, variants = folder / f"{builder}-{seed}-{name}", [("tflite", precision)]
            (file,) = export_all(one, splits, variants, place, converter=converter, strip=True, **options)
            found[name] = told(file)

        write("float32", trained, "float32")
        write("int8", trained, "int8")
        for share in ZEROS:
            thin = compress(trained, splits, {"method": "sparse", "sparsity": share}, workspace=workspace)
            write(f"{share:.0%} zeros", thin, "float32")
            write(f"{share:.0%} zeros left out", thin, "float32", sparse=True)
    return {"files": found}
