"""An LSTM in int8, the reference network of MLPerf Tiny, and the time of a row against TensorFlow's SavedModel.

`python -m pytest tests/benchmarks/test_small_files.py -m benchmark -s`
"""

from __future__ import annotations

import statistics

import keras
import numpy as np
import pytest

from zoo.bundle import load
from zoo.converter import Converter, Order
from zoo.evaluation import evaluate
from zoo.exporting import export_all
from zoo.formats import Variant
from zoo.formats._convert import write_job
from zoo.formats._facts import facts_of_litert
from zoo.proving.latency import latency_ms
from zoo.recipe import Recipe, Source
from zoo.task import Task
from zoo.trained import Trained, with_network
from zoo.training.fitting import fit

from ..mlperf_tiny import mlperf_resnet8

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
MOST_LOST, MOST_OF_FLOAT = 0.01, 0.35  # of an LSTM in int8
MOST_BYTES, MOST_ARENA = 95_000, 49_152  # of MLPerf Tiny's ResNet-8 in int8
TIMES, ROUNDS = 20, 5  # quicker than the SavedModel's signature


@pytest.mark.parametrize("name", ["SyntheticControl", "ECG200"])
def test_an_lstm_in_int8(name, shared_data, workspace, tmp_path):
    source = Source(str(shared_data / "series" / name), split_seed=400)
    splits = workspace.splits(source)
    trained = fit(Recipe(source, "lstm"), splits, workspace)
    variants = [("tflite", "float32"), ("tflite", "int8")]
    floats, small = export_all(trained, splits, variants, tmp_path, test=splits.test, strip=True, latency=True)
    scores = [file.test.metrics["accuracy"] for file in (floats, small)]
    print(
        f"\nlstm on {name}, {len(splits.test)} test rows: accuracy {scores[0]:.4f} in float32, {scores[1]:.4f} in int8"
    )
    print(f"  bytes {floats.bytes:,} and {small.bytes:,}, {small.bytes / floats.bytes:.1%}; proof {small.proof.passed}")
    print(f"  ms a row {floats.latency_ms:.3f} and {small.latency_ms:.3f}")
    assert scores[0] - scores[1] <= MOST_LOST
    assert small.bytes <= MOST_OF_FLOAT * floats.bytes


@pytest.fixture
def reference():
    """ResNet-8 with random weights, as a trained model of images."""
    keras.utils.set_random_seed(0)
    task, network = Task("image", (32, 32, 3), tuple("abcdefghij")), mlperf_resnet8()
    network.layers[-1].activation = keras.activations.linear  # an export puts the softmax on scores itself
    return with_network(Trained(Recipe(Source("random"), "resnet"), task, ()), network)


def test_the_reference_network_of_mlperf_tiny(reference, tmp_path):
    rows = np.random.default_rng(0).uniform(0, 1, (50, 32, 32, 3)).astype("float32")
    write_job(reference, rows, tmp_path)
    found = {}
    with Converter() as converter:
        for name, options in (
            ("as exported", {}),
            ("stripped", {"strip": True}),
            ("int8 ends", {"strip": True, "io": "int8"}),
        ):
            path = tmp_path / f"{name}.tflite"
            converter.convert(Order(tmp_path, Variant("tflite", "int8"), path, options))
            found[name] = path.stat().st_size, facts_of_litert(path.read_bytes()).arena_bytes
    print(f"\nResNet-8 of MLPerf Tiny, {reference.parameters:,} numbers, int8:")
    for name, (size, arena) in found.items():
        print(f"  {name:12} {size:10,} bytes, arena {arena:8,}")
    assert found["int8 ends"][0] <= MOST_BYTES
    assert found["int8 ends"][1] <= MOST_ARENA


def test_a_row_takes_a_fraction_of_the_saved_models_time(digits, workspace, tmp_path):
    trained = fit(Recipe(Source("digits"), "cnn"), digits, workspace)
    variants = [("saved_model", "float32"), ("tflite", "float32"), ("tflite", "int8")]
    files = export_all(trained, digits, variants, tmp_path)
    models = [load(file.path).model for file in files]
    taken = [[latency_ms(model, digits.validation.x) for model in models] for _ in range(ROUNDS)]
    served, floats, small = (statistics.median(round_[place] for round_ in taken) for place in range(3))
    times = statistics.median(row[0] / row[1] for row in taken)
    print(f"\ncnn on digits, ms a row: SavedModel {served:.4f}, TFLite {floats:.4f}, int8 {small:.4f}")
    print(f"  TFLite is {times:.1f}x as fast as the SavedModel, asked {TIMES}x")
    assert evaluate(models[1], digits.validation).metrics["accuracy"] > 0.9
