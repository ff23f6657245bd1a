"""A real training in a process of its own, for a test to kill: it saves its state after every slice of eight steps."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from zoo.dataset import Splits
from zoo.recipe import Recipe
from zoo.trained import save_weights
from zoo.training.checkpoint import Checkpoints
from zoo.training.fitting import fit
from zoo.training.tally import Pace
from zoo.workspace import Workspace


def on_disk(splits: Splits, folder: Path) -> Splits:
    """Return splits of the same rows, mapped from files in `folder`, of which little may be in memory at once."""

    def mapped(part, name):
        found = np.memmap(folder / f"{name}.rows", part.x.dtype, "w+", shape=part.x.shape)
        found[:] = part.x
        return replace(part, x=found)

    source = replace(splits.dataset.source, memory=20_000)
    parts = {name: mapped(getattr(splits, name), name) for name in ("train", "validation")}
    return replace(splits, dataset=replace(splits.dataset, source=source), **parts)


class Telling:
    """Says that a training was resumed, after how many epochs."""

    def on_resume(self, history):
        print("resumed", len(history), flush=True)


def telling_save(checkpoints, arrays, facts, save=Checkpoints.save):
    """Save, and say so."""
    save(checkpoints, arrays, facts)
    print("saved", flush=True)


def main(folder: Path) -> None:
    """Train the recipe in `folder` and leave weights.npz and history.json there."""
    asked = json.loads((folder / "asked.json").read_text())
    recipe = Recipe.from_json(asked["recipe"])
    Checkpoints.due, Checkpoints.save = lambda self: True, telling_save
    Pace.learn = lambda self, seconds: setattr(self, "steps", 8)
    workspace = Workspace(threads=1)
    splits = workspace.splits(recipe.data)
    if asked["disk"]:
        splits = on_disk(splits, folder)
    trained = fit(recipe, splits, workspace, [Telling()], checkpoint=folder / "checkpoint")
    if asked["dies"]:
        os.kill(os.getpid(), signal.SIGKILL)
    save_weights(trained, folder / "weights.npz")
    (folder / "history.json").write_text(json.dumps([trained.epoch, *trained.history]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
