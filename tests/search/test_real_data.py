"""Real data from end to end, as a user types it: each study must beat the guess by a margin that has a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
FASHION = ("--rows", 10_000, "--builder", "cnn,resnet", "--epochs", 5, "--trials", 4, "--space", "cnn.filters=8,16")
FASHION += ("--space", "resnet.filters=8,16", "--set", "resnet.blocks=1")
GIGABYTE = 2**30


def tune(root: Path, *arguments: object) -> tuple[dict[str, Any], int]:
    """Return the answer of `zoo tune` and the most bytes that it and its children held at once."""
    typed = [sys.executable, "-c", "from search.cli import main; main()", "tune", *map(str, arguments)]
    command = subprocess.Popen(
        [*typed, "--root", str(root), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )
    peak = 0
    while command.poll() is None:
        peak = max(peak, held_by(command.pid))
        try:
            command.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    text, _ = command.communicate()
    assert command.returncode == 0, text
    return json.loads(text), peak


def held_by(process: int) -> int:
    """Return the resident bytes of a process and its children, the pages that they share (TensorFlow's code) once.

    Linux tells; elsewhere the answer is 0.
    """
    parents = {int(path.name): parent_of(path) for path in Path("/proc").glob("[0-9]*")}
    family = {process}
    for _ in range(4):  # generations
        family |= {child for child, parent in parents.items() if parent in family}
    told = [pages_of(child) for child in family]
    return sum(private for private, _ in told) + max(shared for _, shared in told)


def parent_of(path: Path) -> int | None:
    """Return the number of a process's parent; None when it has gone."""
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def pages_of(process: int) -> tuple[int, int]:
    """Return the bytes that a process holds alone and those it shares; none when it has gone."""
    try:
        lines = [line.split() for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]]
    except OSError:
        return 0, 0
    held = {line[0]: 1024 * int(line[1]) for line in lines}
    private, shared = (held.get(f"{kind}_Clean:", 0) + held.get(f"{kind}_Dirty:", 0) for kind in ("Private", "Shared"))
    return private, shared


def on_test_rows(answer: dict[str, Any]) -> dict[str, float]:
    """Return what the champion and each baseline reach on test rows, printed side by side."""
    goal = answer["goal"]
    scores = {baseline["name"]: baseline["test"][goal] for baseline in answer["baselines"]}
    scores["champion"] = answer["champion"]["test"][goal]
    print(answer["study"], goal, {name: round(value, 4) for name, value in scores.items()})
    return scores


def int8(answer: dict[str, Any]) -> dict[str, Any]:
    (variant,) = [v for v in answer["champion"]["variants"] if (v["format"], v["precision"]) == ("tflite", "int8")]
    assert variant["proof"]["passed"], variant
    return variant


def test_fashion_images_are_told_apart_within_two_and_a_half_gigabytes(shared_data, tmp_path):
    answer, peak = tune(tmp_path, shared_data / "fashion-mnist", *FASHION)
    scores = on_test_rows(answer)
    print(f"peak {peak / GIGABYTE:.2f} GB")
    assert scores["majority"] == pytest.approx(0.1)  # ten classes of a thousand
    assert scores["champion"] >= 0.85  # the data's own README: .883 for an MLP on all 60,000 rows, and many epochs
    assert {top["builder"] for top in answer["top"]} == {"cnn", "resnet"}
    assert int8(answer)["bytes"] < 200_000
    assert peak < 2.5 * GIGABYTE


def test_who_survived_is_told_from_text_and_gaps(shared_data, tmp_path):
    answer, _ = tune(tmp_path, shared_data / "titanic" / "train.csv", "--target", "Survived", "--trials", 10)
    scores = on_test_rows(answer)
    assert scores["champion"] >= scores["majority"] + 0.10  # sex alone is worth 17 points; 179 rows err by 3
    assert int8(answer)["bytes"] > 0


def test_house_prices_are_told_from_numbers_and_a_text_column(shared_data, tmp_path):
    path = shared_data / "california-housing" / "housing.csv"
    answer, _ = tune(tmp_path, path, "--target", "median_house_value", "--trials", 5, "--epochs", 15)
    scores = on_test_rows(answer)
    assert answer["goal"] == "rmse"
    assert scores["champion"] <= 0.6 * scores["mean"]  # that is an R2 of .64: where a linear model ends
    assert scores["champion"] <= scores["linear"]
    assert int8(answer)["bytes"] > 0


def test_movements_are_told_apart_by_an_lstm(shared_data, tmp_path):
    data = shared_data / "series" / "SyntheticControl"
    answer, _ = tune(tmp_path, data, "--builder", "lstm", "--trials", 4, "--epochs", 20)
    scores = on_test_rows(answer)
    assert scores["champion"] >= scores["majority"] + 0.6  # six equal classes: a guess has .17, published nets .98
    assert int8(answer)["bytes"] > 0
