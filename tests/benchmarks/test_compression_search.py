"""The smallest file of a stated score, by one command: `pytest tests/benchmarks/test_compression_search.py -m search`.

Each row is one `zoo tune` in a process of its own on a split of its own, whose test rows are opened once, by it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from .measuring import rounds
from .searching import Figure, lines, misses

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(6 * 3600)]
TWO = ("--workers", "2")
TINY = (  # of one stage: what a few thousand bytes hold
    *("--compress", "--builder", "cnn", "--augment", "shift", "--epochs", "80", "--trials", "60", *TWO),
    *("--set", "model.stages=1", "--set", "model.filters=16", "--set", "model.convolutions=1"),
    *("--set", "compress.chain=channels+quantize_aware", "--set", "train.patience=15"),
    *("--set", "compress.channels.epochs=30", "--set", "compress.quantize_aware.epochs=40"),
)
DIGITS = {
    "as int4": Figure("digits", TINY, "int4", bytes=2600, score=0.98),
    "for TensorFlow Lite Micro": Figure("digits", (*TINY, "--device", "micro"), "int8", bytes=4200, score=0.98),
}
PICTURES = (  # of clothes: pairs of convolutions in three stages, whose rate falls to nothing
    *("--builder", "cnn", "--augment", "flip", "--timeout", "3000", "--trials", "8", "--finalists", "0", *TWO),
    *("--set", "model.stages=3", "--set", "model.convolutions=2", "--space", "model.dropout=0:0.25"),
    *("--set", "train.batch_size=128", "--set", "train.schedule=cosine", "--space", "train.learning_rate=0.001:0.006"),
)
SMALL, LARGE = (
    (*PICTURES, "--epochs", "25", "--set", "model.filters=7"),
    (*PICTURES, "--epochs", "14", "--set", "model.filters=12"),
)
HOUR = {"lost": 0.003, "seconds": 3600}
FASHION = {
    "in 30 kB": Figure("fashion-mnist", SMALL, "int8", bytes=30_000, score=0.90, **HOUR),
    "in 100 kB": Figure("fashion-mnist", LARGE, "int8", bytes=100_000, score=0.92, **HOUR),
}
PATTERN, OFFICIAL = "{label}_{speaker}_{index}", range(5)  # recordings 0 to 4 of each word and speaker are for the test
SOUNDS = ("--pattern", PATTERN, "--builder", "cnn", "--epochs", "40", "--trials", "16", *TWO)
SPOKEN = Figure("spoken-digits", SOUNDS, "int8", bytes=60_000, score=0.95)


def parted_anew(folder: Path, seed: int) -> str:
    """Write digits with its rows in another order, which parts them otherwise; return the file's name."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.default_rng(1000 + seed).permutation(len(found.target))
    path = folder / f"digits-{seed}.npz"
    np.savez(path, x=found.images[order].astype("float32")[..., None], y=found.target[order])
    return str(path)


def require(name, figure, rows, show):
    """Show one figure, and fail where it is missed."""
    for line in lines(name, figure, rows):
        show(line)
    assert not misses(figure, rows)


@pytest.mark.parametrize("name", DIGITS)
def test_digits(name, tmp_path, show):
    rows = [DIGITS[name].row(parted_anew(tmp_path, seed), seed, tmp_path) for seed in range(rounds())]
    require(f"digits {name}", DIGITS[name], rows, show)


@pytest.mark.parametrize("name", FASHION)
def test_fashion(name, shared_data, tmp_path, show):
    row = FASHION[name].row(str(shared_data / "fashion-mnist"), 0, tmp_path)
    require(f"Fashion-MNIST {name}, on two cores", FASHION[name], [row], show)


def test_spoken_digits(shared_data, tmp_path, show):
    folder = tmp_path / "spoken-digits"
    shutil.copytree(shared_data / "spoken-digits" / "recordings", folder)
    tested = sorted(path.name for path in folder.glob("*.wav") if int(path.stem.split("_")[2]) in OFFICIAL)
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in tested))
    require("spoken digits, their official test set", SPOKEN, [SPOKEN.row(str(folder), 0, tmp_path)], show)
