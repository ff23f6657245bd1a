"""Which training rows an epoch visits, in which order, and the slices of steps in which it does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zoo.dataset import Splits
from zoo.recipe import Recipe
from zoo.training.feeding import Data, OnDisk, pieces
from zoo.training.program import Program
from zoo.training.rungs import share_of, subset
from zoo.training.tally import Tally
from zoo.training.weighting import balanced_order, epoch_order


def visits(recipe: Recipe, epoch: int, splits: Splits) -> np.ndarray:
    """Return the places of the training rows that `epoch` visits, in the order of its visits, int32.

    With `train.fidelity` rows they are those of the epoch's share; all follow from the recipe's seed and the epoch.
    """
    places = _places(recipe, epoch, splits)
    if recipe.train.sampling == "balanced":
        return places[balanced_order(recipe.seed, epoch, splits.train.y[places])]
    return places[epoch_order(recipe.seed, epoch, len(places))]


def _places(recipe: Recipe, epoch: int, splits: Splits) -> np.ndarray:
    train, share = splits.train, share_of(epoch, recipe.train.epochs)
    if recipe.train.fidelity == "epochs" or share == 1:
        return np.arange(len(train), dtype="int32")
    labels = train.y if train.kind == "classification" else None
    return subset(recipe.seed, labels, len(train), share, latest=splits.dataset.times is not None)


def slices(
    program: Program, data: Data, order: np.ndarray, batch: int, start: tuple[int, Tally] | None = None
) -> Iterator[tuple[int, Tally]]:
    """Train on the rows in `order`, batch by batch; yield how many batches are done and their tally after each call.

    `start` is what was yielded last before a break. A call takes about half a second; where one ends changes no bit.
    """
    done, tally = start or (0, Tally.zero())
    before = done if isinstance(data.x, OnDisk) else 0  # what was visited needs no second reading
    for piece, places in pieces(data, order[before * batch :], batch):
        steps = -(-len(places) // batch)
        while done - before < steps:
            first = done - before
            last = min(steps, first + program.pace.of(batch).steps)
            tally = program.run(piece, places, (first, last), batch, tally)
            done += last - first
            yield done, tally
        before += steps
