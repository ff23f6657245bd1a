"""Test rows: opened once all was tried, for the file to ship and the model as it was, and never again for these."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from search.compressing.answers import TESTS, Compressed
from search.compressing.attempts import smaller
from search.compressing.subjects import Subject
from search.files import read_json, write_json
from search.watcher import Watcher
from zoo.bundle import load
from zoo.dataset import Split
from zoo.evaluation import Predictor, evaluate
from zoo.portions import in_portions
from zoo.proving.paired import change_interval

PAIRED = ("accuracy", "balanced_accuracy", "mae", "rmse")  # goals whose change has an interval by pairs of answers


def measured(found: Compressed, subject: Subject, watcher: Watcher) -> Compressed:
    """Return `found` with what the file to ship is worth on test rows, once all was tried: measured once, then kept."""
    pick, kept = found.pick, subject.folder / TESTS
    if pick is None or not found.is_over:
        return found
    known = read_json(kept) if kept.exists() else {}
    model = load(subject.root / pick.path).model  # every hash is checked
    if pick.path not in known:
        if known:
            watcher.said("test rows are opened for another file; the more often you look, the less its score is worth")
        known[pick.path] = _compared(smaller(subject, ()), model, subject.splits.test, found.bounds.goal)
        write_json(kept, known)
    return replace(found, **known[pick.path])


def _compared(before: Predictor, after: Predictor, test: Split, goal: str) -> dict[str, Any]:
    """Return the metrics of both models on the same rows, and the 95 % interval of the change in the `goal`."""
    worth = {"test_before": evaluate(before, test).metrics, "test": evaluate(after, test).metrics}
    if goal not in PAIRED:
        return worth
    between = change_interval(goal, *(in_portions(model.predict, test.x) for model in (before, after)), test)
    return {**worth, "test_change_interval": None if between is None else _in_units(between, test)}


def _in_units(gained: tuple[float, float], test: Split) -> list[float]:
    """Return an interval of gains as one of changes: of errors in the target's own units, where less is a gain."""
    if test.scale is None:
        return list(gained)
    return [-test.scale.deviation * end for end in reversed(gained)]
