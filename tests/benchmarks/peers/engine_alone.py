"""The engine without a study: `fit` on the values that a study drew, one after another, in one workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoo.recipe import Recipe, Source, TrainConfig
from zoo.training.fitting import fit
from zoo.workspace import Workspace

from .job import Job
from .marks import Marks


def main() -> None:
    """Train every recipe and print the row."""
    job, marks, best = Job.asked(), Marks(), 0.0
    workspace, source = Workspace(threads=1), Source(job.data, rows=job.spec.rows)
    splits = workspace.splits(source)
    marks.begin()
    for slot, values in enumerate(job.values):
        trained = fit(_recipe(values, source, slot), splits, workspace)
        best = max(best, *(logs["val/accuracy"] for logs in trained.history))
        marks.mark()
    marks.row(best)


def _recipe(values: Mapping[str, Any], source: Source, seed: int) -> Recipe:
    parts: dict[str, dict[str, Any]] = {"model": {}, "train": {}, "preparation": {}, "augment": {}}
    for name, value in values.items():
        part, _, last = name.partition(".")
        parts[part][last] = value
    train = TrainConfig(**parts.pop("train"))
    return Recipe(source, parts["model"].pop("builder"), train=train, seed=seed, **parts)


if __name__ == "__main__":
    main()
