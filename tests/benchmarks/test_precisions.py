"""What each precision saves and loses, for the README's table; rows that were measured are kept, so that a run goes on.

`python -m pytest tests/benchmarks/test_precisions.py -m benchmark`
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zoo.converter import Converter
from zoo.exporter import CALIBRATED
from zoo.exporting import export_all
from zoo.formats import precisions_of
from zoo.recipe import Recipe, Source
from zoo.training.fitting import fit
from zoo.workspace import Workspace

from .figures import measured, warning
from .keeping import Row, kept
from .measuring import rounds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
SPLIT = 300  # of the first seed: no other test or benchmark has opened its test rows
MOST_LOST = {"float32": 0.0, "float16": 0.005, "dynamic": 0.01, "int8": 0.01}


class Case(NamedTuple):
    """Data, of which a folder lies among the shared ones, a builder, and how many seeds are measured."""

    data: str
    builder: str
    seeds: int


CASES = (
    Case("digits", "mlp", 3),
    Case("digits", "cnn", 3),
    Case("digits", "resnet", 3),
    Case("breast_cancer", "mlp", 1),
    Case("series/SyntheticControl", "lstm", 1),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.data).name}-{case.builder}")
def test_what_each_precision_saves_and_loses(case, request, workspace, tmp_path, show):
    path = str(request.getfixturevalue("shared_data") / case.data) if "/" in case.data else case.data

    def row(seed):
        what = {"case": case, "split": SPLIT + seed, "seed": seed}
        return kept("precisions", what, lambda: {"files": files_of(path, case, seed, workspace, tmp_path)})

    rows = [row(seed) for seed in range(rounds(case.seeds))]
    found = [row["files"] for row in rows]
    show(f"\n{case.builder} on {case.data}, test rows, medians of {len(found)}{warning()}; {measured(rows)}")
    show("\n".join(lines(found)))
    for files in zip(*found, strict=True):
        lost = statistics.median(file["lost"] for file in files if file["bytes"]) if files[0]["bytes"] else 0.0
        assert lost <= MOST_LOST.get(files[0]["precision"], 1.0), files[0]["precision"]


def files_of(path: str, case: Case, seed: int, workspace: Workspace, folder: Path) -> list[Row]:
    """Return a row a precision: what its file takes, and what it is worth less than the float32 file on test rows."""
    source = Source(path, split_seed=SPLIT + seed)
    splits = workspace.splits(source)
    trained = fit(Recipe(source, case.builder, seed=seed), splits, workspace)
    variants = [("tflite", precision) for precision in precisions_of("tflite")]
    with Converter() as converter:
        asked = {"converter": converter, "test": splits.test, "latency": True}
        files = export_all(trained, splits, variants, folder / f"{case.builder}-{seed}", **asked)
    whole = files[0].test.metrics["accuracy"]
    return [
        {
            **{"precision": file.precision, "bytes": file.bytes, "ram": file.facts.arena_bytes},
            **{"latency": file.latency_ms, "passed": file.proof and file.proof.passed, "skipped": file.skipped},
            **{"right": file.test and file.test.metrics["accuracy"]},
            **{"lost": None if file.test is None else whole - file.test.metrics["accuracy"]},
        }
        for file in files
    ]


def lines(found: Sequence[Sequence[Row]]) -> list[str]:
    """Return a line a precision, medians over the seeds."""
    head = (
        f"  {'':9}{'bytes':>10}{'of float32':>12}{'arena':>10}{'accuracy':>10}{'lost':>9}{'worst':>9}{'ms a row':>10}"
    )
    whole = _median(found, 0, "bytes")
    return [head, *(_line(found, place, whole) for place in range(len(found[0])))]


def _line(found: Sequence[Sequence[Row]], place: int, whole: float) -> str:
    first = found[0][place]
    if first["bytes"] is None:
        return f"  {first['precision']:9}not made: {first['skipped']}"
    size, ram = _median(found, place, "bytes"), _median(found, place, "ram")
    worst = max(files[place]["lost"] for files in found if files[place]["bytes"])
    failed = sum(not files[place]["passed"] for files in found)
    told = [f"{size:10,.0f}{size / whole:12.0%}", f"{ram or 0:10,.0f}", f"{_median(found, place, 'right'):10.4f}"]
    told += [f"{_median(found, place, 'lost'):9.4f}{worst:9.4f}{_median(found, place, 'latency'):10.4f}"]
    notes = ["calibrated"] if first["precision"] in CALIBRATED else []
    notes += [f"{failed} proofs failed"] if failed else []
    return f"  {first['precision']:9}{''.join(told)}  {', '.join(notes)}".rstrip()


def _median(found: Sequence[Sequence[Row]], place: int, name: str, of: Callable[..., Any] = statistics.median) -> Any:
    known = [files[place][name] for files in found if files[place][name] is not None]
    return of(known) if known else None
