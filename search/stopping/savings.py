"""What stopping trials early saved: epochs and seconds that were not trained, estimated from those that were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from search.trials import TrialRecord

HOW = (
    "Estimated from this study's own trials: each would have trained for as many epochs as the finished ones of its "
    "builder did on average, at its own pace; one that trained none, for as many seconds as those took. With folds and "
    "repeats every training counts, each as long as its trial's first."
)


@dataclass(frozen=True)
class Saved:
    """What `trials` of one kind spared: epochs and seconds not trained."""

    trials: int = 0
    epochs: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Savings:
    """What a study trained, in all, and what it spared by stops at rungs and by refusals before training."""

    epochs: int
    seconds: float
    stopped: Saved = Saved()
    refused: Saved = Saved()

    @property
    def share(self) -> float:
        """The part of all epochs that was spared, between 0 and 1."""
        spared = self.stopped.epochs + self.refused.epochs
        return spared / (self.epochs + spared) if spared else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the savings as plain JSON values."""
        return {**asdict(self), "share": self.share}


def savings(records: Iterable[TrialRecord], members: int = 1) -> Savings | None:
    """Return what pruning saved; None where no trial was pruned, or none finished to compare with.

    A trial that finishes is `members` trainings, one that is stopped a part of the first.
    """
    ended = [record for record in records if record.ended]
    finished = [record for record in ended if record.state == "finished" and record.epochs]
    pruned = [record for record in ended if record.state == "pruned"]
    if not pruned or not finished:
        return None
    epochs = sum((record.epochs or 0) * (members if record.state == "finished" else 1) for record in ended)
    stopped = [_spared(record, finished, members) for record in pruned if record.epochs]
    refused = [_spared(record, finished, members) for record in pruned if not record.epochs]
    return Savings(epochs, sum(record.seconds or 0.0 for record in ended), _sum(stopped), _sum(refused))


def _spared(record: TrialRecord, finished: Sequence[TrialRecord], members: int) -> tuple[float, float]:
    """Return the epochs and the seconds that a pruned trial did not take."""
    alike = [one for one in finished if one.builder == record.builder] or finished
    epochs, seconds = members * fmean(one.epochs for one in alike), fmean(one.seconds or 0.0 for one in alike)
    if not record.epochs:
        return epochs, max(0.0, seconds - (record.seconds or 0.0))
    left = max(0.0, epochs - record.epochs)
    return left, left * (record.seconds or 0.0) / record.epochs


def _sum(spared: Sequence[tuple[float, float]]) -> Saved:
    return Saved(len(spared), sum(epochs for epochs, _ in spared), sum(seconds for _, seconds in spared))
