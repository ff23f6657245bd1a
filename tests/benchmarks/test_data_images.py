"""Images: seconds to read and prepare them, and the memory that 60,000 of them take beside TensorFlow's own."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo.alike import fingerprints
from zoo.data import load_data
from zoo.preparation.resize import Resize

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ROUNDS = 3
MB = 2**20
ALONE = "from zoo.workspace import Workspace; workspace = Workspace(1); import tensorflow as tf; tf.constant([1.0])"
WITH = f"""{ALONE}
from zoo.recipe import Source
splits = workspace.splits(Source({{path!r}}))
tensors = [workspace.tensors(part) for part in (splits.train, splits.validation, splits.test)]
"""
PEAK = "\nimport json, resource; print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))"


def timed(work):
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def peak_of(code: str) -> int:
    """Return the most bytes that a fresh process held while it ran `code`."""
    done = subprocess.run([sys.executable, "-c", code + PEAK], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ["fashion-mnist", "sign-digits"])
def test_reading(shared_data, name):
    seconds = timed(lambda: load_data(shared_data / name))
    print(f"\n{name}: read, checked and hashed in {seconds:.2f} s")


def test_resizing():
    images = np.random.default_rng(0).integers(0, 256, (2062, 100, 100, 3), np.uint8)
    seconds = timed(lambda: Resize(64, 64, 3).apply(images))
    pillow = timed(lambda: [Image.fromarray(image).resize((64, 64), Image.Resampling.BOX) for image in images])
    print(f"\n2,062 images of 100x100x3 to 64x64: {seconds:.2f} s; Pillow, one by one, {pillow:.2f} s")


def test_fingerprints():
    images = np.random.default_rng(0).integers(0, 256, (60_000, 28, 28, 1), np.uint8)
    print(f"\nfingerprints of 60,000 images of 28x28: {timed(lambda: fingerprints(images)):.2f} s")


def test_memory_of_fashion_images(shared_data):
    alone, whole = peak_of(ALONE), peak_of(WITH.format(path=str(shared_data / "fashion-mnist")))
    print(
        f"\n70,000 images of 28x28 in idx files: {(whole - alone) / MB:.0f} MB above TensorFlow's {alone / MB:.0f} MB"
    )


def test_memory_and_time_of_a_folder_of_60_000_images(tmp_path: Path):
    random = np.random.default_rng(0)
    for name in map(str, range(10)):
        (tmp_path / name).mkdir()
        for place in range(6000):
            Image.fromarray(random.integers(0, 256, (28, 28), np.uint8)).save(tmp_path / name / f"{place:04}.png")
    seconds = timed(lambda: load_data(tmp_path))
    alone, whole = peak_of(ALONE), peak_of(WITH.format(path=str(tmp_path)))
    above = f"{(whole - alone) / MB:.0f} MB above TensorFlow's {alone / MB:.0f} MB"
    print(f"\n60,000 PNG of 28x28 in folders: read in {seconds:.1f} s, prepared in {above}")
