"""The smallest file of a stated score, by one command: `pytest tests/benchmarks/test_compression_search.py -m search`.

Each row is one `zoo tune` in a process of its own on a split of its own, whose test rows are opened once, by it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .measuring import ROUNDS, ROWS
from .processes import HERE

pytestmark = [pytest.mark.benchmark, pytest.mark.search, pytest.mark.timeout(6 * 3600)]
ZOO = [sys.executable, "-c", "from search.cli import main; main()"]
SEEDS = int(os.environ.get(ROUNDS, 3))
TWO = ("--workers", "2")
TINY = (  # of one stage: what a few thousand bytes hold
    *("--compress", "--builder", "cnn", "--augment", "shift", "--epochs", "80", *TWO),
    *("--set", "model.stages=1", "--set", "model.filters=16", "--set", "model.convolutions=1"),
    *("--set", "compress.chain=channels+quantize_aware", "--set", "train.patience=15"),
    *("--set", "compress.channels.epochs=30", "--set", "compress.quantize_aware.epochs=40"),
)


@dataclass(frozen=True)
class Figure:
    """What is asked: the test score of the file in `precision`, of at most so many bytes."""

    data: str
    options: tuple[str, ...]
    precision: str
    bytes: int
    score: float
    seeds: tuple[int, ...] = (0,)

    def to_json(self) -> dict[str, Any]:
        """Return what decides a row, but for its seed."""
        return json.loads(json.dumps({name: value for name, value in asdict(self).items() if name != "seeds"}))


@dataclass(frozen=True)
class Asked:
    """One row: the command's answer, the seconds that it took, and where its files lie."""

    figure: Figure
    seed: int
    folder: Path
    path: Path = field(default=HERE / "rows" / "compression_search.jsonl")

    def row(self, data: str) -> Mapping[str, Any]:
        """Return the row, from the file where it is there."""
        key = {**self.figure.to_json(), "seed": self.seed}
        path = Path(os.environ.get(ROWS, self.path.parent)) / self.path.name
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        known = next((row for row in map(json.loads, lines) if row["key"] == key), None)
        if known is not None:
            return known
        found = {"key": key, **self._measured(data)}
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        return found

    def _measured(self, data: str) -> Mapping[str, Any]:
        figure, began = self.figure, time.perf_counter()
        limit = ["--precision", figure.precision, "--limit", f"bytes={figure.bytes}"]
        words = ["tune", data, *figure.options, *limit, "--seed", str(self.seed), "--json"]
        done = subprocess.run([*ZOO, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        answer = json.loads(done.stdout)
        files = {
            one["precision"]: {"bytes": one["bytes"], "test": (one["test"] or {}).get("accuracy")}
            for one in answer["champion"]["variants"]
            if one["format"] == "tflite" and one["bytes"]
        }
        ours = files[figure.precision]
        return {
            **{"seconds": round(time.perf_counter() - began), "bytes": ours["bytes"], "test": ours["test"]},
            **{"validation": answer["champion"]["validation"]["accuracy"], "float32": files["float32"]["test"]},
            **{"trials": answer["trials"], "values": answer["champion"]["values"]},
        }


DIGITS = {
    "as int4": Figure("digits", ("--trials", "60", *TINY), "int4", 2600, 0.98, tuple(range(SEEDS))),
    "for TensorFlow Lite Micro": Figure(
        "digits", ("--trials", "60", *TINY, "--device", "micro"), "int8", 4200, 0.98, tuple(range(SEEDS))
    ),
}


PICTURES = (  # of clothes: pairs of convolutions in three stages, whose rate falls to nothing
    *("--builder", "cnn", "--augment", "flip", "--timeout", "3000", "--trials", "8", "--finalists", "0", *TWO),
    *("--set", "model.stages=3", "--set", "model.convolutions=2", "--space", "model.dropout=0:0.25"),
    *("--set", "train.batch_size=128", "--set", "train.schedule=cosine", "--space", "train.learning_rate=0.001:0.006"),
)
FASHION = {
    "in 30 kB": Figure(
        "fashion-mnist", (*PICTURES, "--epochs", "25", "--set", "model.filters=7"), "int8", 30_000, 0.90
    ),
    "in 100 kB": Figure(
        "fashion-mnist", (*PICTURES, "--epochs", "14", "--set", "model.filters=12"), "int8", 100_000, 0.92
    ),
}
PATTERN, OFFICIAL = "{label}_{speaker}_{index}", range(5)  # recordings 0 to 4 of each word and speaker are for the test
SPOKEN = Figure(
    "spoken-digits",
    ("--pattern", PATTERN, "--builder", "cnn", "--epochs", "40", "--trials", "16", *TWO),
    *("int8", 60_000, 0.95),
)


def parted_anew(folder: Path, seed: int) -> str:
    """Write digits with its rows in another order, which parts them otherwise; return the file's name."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.default_rng(1000 + seed).permutation(len(found.target))
    path = folder / f"digits-{seed}.npz"
    np.savez(path, x=found.images[order].astype("float32")[..., None], y=found.target[order])
    return str(path)


def told(name: str, figure: Figure, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of one figure."""
    yield f"\n{name}: at least {figure.score:.1%} of {figure.precision} files of at most {figure.bytes:,} bytes"
    for row in rows:
        floats = "" if row["float32"] is None else f", the same as float32 {row['float32']:.4f}"
        tried = f"{row['trials']['total']} trials in {row['seconds']:,} s"
        yield f"  seed {row['key']['seed']}: {row['bytes']:,} bytes, test {row['test']:.4f}{floats}; {tried}"
    middle = statistics.median(row["test"] for row in rows)
    yield f"  median {middle:.4f}; {'reached' if middle >= figure.score else 'missed'}"


@pytest.mark.parametrize("name", DIGITS)
def test_digits(name, tmp_path, show):
    figure = DIGITS[name]
    rows = [Asked(figure, seed, tmp_path).row(parted_anew(tmp_path, seed)) for seed in figure.seeds]
    for line in told(f"digits {name}", figure, rows):
        show(line)
    assert all(row["bytes"] <= figure.bytes for row in rows)


@pytest.mark.parametrize("name", FASHION)
def test_fashion(name, shared_data, tmp_path, show):
    figure = FASHION[name]
    row = Asked(figure, 0, tmp_path).row(str(shared_data / "fashion-mnist"))
    for line in told(f"Fashion-MNIST {name}, on two cores", figure, [row]):
        show(line)
    assert row["bytes"] <= figure.bytes


def test_spoken_digits(shared_data, tmp_path, show):
    folder = tmp_path / "spoken-digits"
    shutil.copytree(shared_data / "spoken-digits" / "recordings", folder)
    tested = sorted(path.name for path in folder.glob("*.wav") if int(path.stem.split("_")[2]) in OFFICIAL)
    (folder / "testing_list.txt").write_text("".join(f"{name}\n" for name in tested))
    row = Asked(SPOKEN, 0, tmp_path).row(str(folder))
    for line in told("spoken digits, their official test set", SPOKEN, [row]):
        show(line)
    assert row["bytes"] <= SPOKEN.bytes
