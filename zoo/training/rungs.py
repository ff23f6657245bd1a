"""Rungs: the epochs at which hopeless trials may stop, and the share of the training rows up to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FIRST_RUNG = 3  # epochs
REDUCTION = 3


def rungs(epochs: int) -> tuple[int, ...]:
    """Return the epochs 3, 9, 27 ... below `epochs`, at which a trial reports and may be stopped.

    A stop after the last epoch would save nothing, so the last epoch is no rung.
    """
    found, rung = [], FIRST_RUNG
    while rung < epochs:
        found.append(rung)
        rung *= REDUCTION
    return tuple(found)


def share_of(epoch: int, epochs: int) -> float:
    """Return the share of the training rows that `epoch` visits: a third until the last rung but one, and so on.

    Of 30 epochs 1 to 3 visit a ninth, 4 to 9 a third, and all others all rows (Jamieson and Talwalkar 2016, with
    rows as the resource): the last rung compares trials that have seen all rows, unless it is the only one.
    """
    ahead = sum(rung >= epoch for rung in rungs(epochs))
    return min(1.0, float(REDUCTION) ** (1 - ahead))


def subset(seed: int, labels: np.ndarray | None, rows: int, share: float, latest: bool = False) -> np.ndarray:
    """Return the places of a share of `rows`, ascending; those of a smaller share are among those of a larger one.

    They are drawn from the seed alone, as large a share of each class of `labels` (rows,) and at least one row of
    it, or, of quantities (None), of all rows. With `latest`, for rows in time, they are the last ones, and of a
    class without any among those its last one.
    """
    import numpy as np

    classes = [np.arange(rows)] if labels is None else [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if latest:
        last = np.arange(rows - _count(rows, share), rows)
        return np.union1d(last, [places[-1] for places in classes]).astype("int32")
    random = np.random.default_rng(seed)
    drawn = [random.permutation(places)[: _count(len(places), share)] for places in classes]
    return np.sort(np.concatenate(drawn)).astype("int32")


def _count(rows: int, share: float) -> int:
    return max(1, round(share * rows))
