"""An LSTM in int8, the reference network of MLPerf Tiny, and the time of a row against TensorFlow's SavedModel.

`python -m pytest tests/benchmarks/test_small_files.py -m benchmark`; rows that were measured are kept.
"""

from __future__ import annotations

import statistics

import keras
import numpy as np
import pytest

from zoo.bundle import load
from zoo.converter import Converter, Order
from zoo.exporting import export_all
from zoo.formats import Variant
from zoo.formats._convert import write_job
from zoo.formats._facts import facts_of_litert
from zoo.profiling import profile
from zoo.proving.latency import latency_ms
from zoo.recipe import Recipe, Source
from zoo.task import Task
from zoo.trained import Trained, with_network
from zoo.training.fitting import fit

from ..mlperf_tiny import mlperf_resnet8
from .figures import measured
from .keeping import kept
from .measuring import by_precision

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
SPLIT = 400  # no other test or benchmark has opened its test rows
MOST_LOST, MOST_OF_FLOAT = 0.01, 0.35  # of an LSTM in int8
MOST_BYTES, MOST_ARENA = 95_000, 49_152  # of MLPerf Tiny's ResNet-8 in int8
TIMES, ROUNDS = 20, 5  # quicker than the SavedModel's signature
WAYS = {"as exported": {}, "stripped": {"strip": True}, "int8 ends": {"strip": True, "io": "int8"}}


@pytest.mark.parametrize("name", ["SyntheticControl", "ECG200"])
def test_an_lstm_in_int8(name, shared_data, workspace, tmp_path, show):
    source = Source(str(shared_data / "series" / name), split_seed=SPLIT)
    what = {"data": name, "builder": "lstm", "split": SPLIT}
    row = kept("small_files", what, lambda: recurrent(source, workspace, tmp_path))
    floats, small = row["float32"], row["int8"]
    show(f"\nlstm on {name}, {row['rows']} test rows; {measured([row])}")
    show(f"  accuracy {floats['test']:.4f} in float32, {small['test']:.4f} in int8; proof passed: {small['passed']}")
    show(f"  bytes {floats['bytes']:,} and {small['bytes']:,}, {small['bytes'] / floats['bytes']:.1%}")
    show(f"  ms a row {floats['latency']:.3f} and {small['latency']:.3f}")
    assert floats["test"] - small["test"] <= MOST_LOST
    assert small["bytes"] <= MOST_OF_FLOAT * floats["bytes"]
    assert small["passed"]


def recurrent(source, workspace, folder):
    """Return what an LSTM takes and is worth in float32 and in int8."""
    splits = workspace.splits(source)
    trained = fit(Recipe(source, "lstm"), splits, workspace)
    variants = [("tflite", "float32"), ("tflite", "int8")]
    files = export_all(trained, splits, variants, folder, test=splits.test, strip=True, latency=True)
    return {"rows": len(splits.test), **by_precision(files)}


def test_the_reference_network_of_mlperf_tiny(tmp_path, show):
    row = kept("small_files", {"network": "mlperf_resnet8", "ways": WAYS}, lambda: reference(tmp_path))
    show(f"\nResNet-8 of MLPerf Tiny, {row['parameters']:,} numbers, int8; {measured([row])}")
    for name in WAYS:
        size, arena, micro = (row[name][what] for what in ("bytes", "arena", "micro"))
        tried = "not tried" if micro is None else f"{micro:,}"
        show(f"  {name:12} {size:10,} bytes, arena {arena:8,}, TensorFlow Lite Micro's own {tried}")
        assert size <= MOST_BYTES
        assert arena <= MOST_ARENA
        assert micro in (None, arena)


def reference(folder):
    """Return what ResNet-8 with random weights takes in int8; `micro` is the arena of Micro's interpreter."""
    keras.utils.set_random_seed(0)
    task, network = Task("image", (32, 32, 3), tuple("abcdefghij")), mlperf_resnet8()
    network.layers[-1].activation = keras.activations.linear  # an export puts the softmax on scores itself
    trained = with_network(Trained(Recipe(Source("random"), "resnet"), task, ()), network)
    write_job(trained, np.random.default_rng(0).uniform(0, 1, (50, 32, 32, 3)).astype("float32"), folder)
    found = {"parameters": trained.parameters}
    with Converter() as converter:
        for name, options in WAYS.items():
            path = folder / f"{name}.tflite"
            converter.convert(Order(folder, Variant("tflite", "int8"), path, options))
            arena = facts_of_litert(path.read_bytes()).arena_bytes
            micro = profile(path, calls=1).micro
            assert not micro.reason
            found[name] = {"bytes": path.stat().st_size, "arena": arena, "micro": micro.arena_bytes}
    return found


def test_a_row_takes_a_fraction_of_the_saved_models_time(digits, workspace, tmp_path, show):
    row = kept("small_files", {"data": "digits", "builder": "cnn"}, lambda: timed(digits, workspace, tmp_path))
    ratios = [served / floats for served, floats, _ in row["rounds"]]
    served, floats, small = map(statistics.median, zip(*row["rounds"], strict=True))
    show(
        f"\ncnn on digits, ms a row: SavedModel {served:.4f}, TFLite {floats:.4f}, int8 {small:.4f}; {measured([row])}"
    )
    times = f"{statistics.median(ratios):.1f}x ({min(ratios):.1f} to {max(ratios):.1f})"
    show(f"  TFLite is {times} as fast as the SavedModel's signature, asked {TIMES}x")
    assert row["validation"] > 0.9


def timed(digits, workspace, folder):
    """Return the ms of a row by the SavedModel's signature, by the TFLite file and by its int8 one, a list a round."""
    trained = fit(Recipe(Source("digits"), "cnn"), digits, workspace)
    variants = [("saved_model", "float32"), ("tflite", "float32"), ("tflite", "int8")]
    files = export_all(trained, digits, variants, folder)
    models = [load(file.path).model for file in files]
    taken = [[latency_ms(model, digits.validation.x) for model in models] for _ in range(ROUNDS)]
    return {"rounds": taken, "validation": files[1].validation.metrics["accuracy"]}
