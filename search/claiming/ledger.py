"""The ledger of a study: what its trials came to, kept up to date as they end, so that no end reads all of them."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from search.choosing.fronts import covers, dominates
from search.claiming.storage import path_of
from search.trials import ENDED, TrialRecord, Trials, rank, read_study, record_of

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial


class Ledger:
    """The attempts at the slots of a study. The database stays its only memory: a ledger is read from it and fed."""

    def __init__(
        self, records: Iterable[TrialRecord] = (), direction: str = "maximize", others: Sequence[str] = ()
    ) -> None:
        self._rank = rank(direction)
        self._signs = [1 if way == "minimize" else -1 for way in (direction, *others)]
        self._front: list[TrialRecord] = []
        self._records: dict[int, TrialRecord] = {}
        self._running: dict[int, TrialRecord] = {}
        self._attempts: dict[int, dict[int, TrialRecord]] = defaultdict(dict)
        self._states: Counter[str] = Counter()
        self._finished: list[TrialRecord] = []
        self._taken: set[int] = set()
        self._without_gain = 0
        self._first_free = 0
        for record in records:
            self.add(record)

    def add(self, record: TrialRecord) -> None:
        """Take in an attempt, or what became of one that ran; an attempt that has ended is not changed any more."""
        before = self._records.get(record.number)
        if before is not None:
            self._states[before.state] -= 1
        self._records[record.number] = self._attempts[record.slot][record.number] = record
        self._states[record.state] += 1
        if record.state == "running":
            self._running[record.number] = record
        else:
            self._running.pop(record.number, None)
        self._without_gain += record.ended
        if record.state == "finished":
            self._finish(record)
        self._mark(record)

    def records(self) -> tuple[TrialRecord, ...]:
        """Return every attempt, in order."""
        return tuple(self._records[number] for number in sorted(self._records))

    def state(self, number: int) -> str | None:
        """Return the state of the attempt of Optuna's number, None for one that is not known."""
        record = self._records.get(number)
        return None if record is None else record.state

    def running(self) -> tuple[TrialRecord, ...]:
        """Return the attempts that run, here or elsewhere."""
        return tuple(self._running.values())

    def attempts(self, slot: int) -> tuple[TrialRecord, ...]:
        """Return the attempts at one slot, in order."""
        return tuple(record for _, record in sorted(self._attempts[slot].items())) if slot in self._attempts else ()

    def next_slot(self, target: int) -> int | None:
        """Return the first slot below `target` that has neither ended nor runs, None without one."""
        return next(self.free_slots(target), None)

    def free_slots(self, target: int) -> Iterator[int]:
        """Yield the slots below `target` that have neither ended nor run, in order."""
        return (slot for slot in self._left(target) if slot not in self._taken)

    def unended(self, target: int) -> Iterator[int]:
        """Yield the slots below `target` that have not ended, in order."""
        return (slot for slot in self._left(target) if not self._has_ended(slot))

    def counts(self, target: int) -> Trials:
        """Return how far the study is towards `target` ended slots."""
        ended = {state: self._states[state] for state in ENDED}
        return Trials(target=target, **ended, running=self._states["running"], total=sum(ended.values()))

    def front(self) -> tuple[TrialRecord, ...]:
        """Return the finished trials that none dominates, the best by the metric first.

        Of equal ones the smaller model is in it, then the earlier slot: of a study of one goal the front is `best(1)`.
        """
        return tuple(sorted(self._front, key=self._rank))

    @property
    def without_gain(self) -> int:
        """How many slots in a row have ended, the last ones, without a change of the front: of the best score."""
        return self._without_gain

    def best(self, n: int) -> tuple[TrialRecord, ...]:
        """Return the `n` best finished trials, best first; of equals the smaller model, then the earlier slot."""
        return tuple(self._finished[:n])

    def _finish(self, record: TrialRecord) -> None:
        insort(self._finished, record, key=self._rank)
        point = self._point(record)
        if any(dominates(self._point(other), point) for other in self._front):
            return
        equal = next((other for other in self._front if self._point(other) == point), None)
        if equal is None:
            self._without_gain = 0
        elif self._rank(equal) < self._rank(record):
            return
        self._front = [other for other in self._front if not covers(point, self._point(other))] + [record]

    def _point(self, record: TrialRecord) -> tuple[float, ...]:
        scores = record.scores or (record.value,)
        return tuple(sign * score for sign, score in zip(self._signs, scores, strict=True))

    def _mark(self, record: TrialRecord) -> None:
        if any(one.ended or one.state in ("running", "waiting") for one in self._attempts[record.slot].values()):
            self._taken.add(record.slot)
        else:
            self._taken.discard(record.slot)
            self._first_free = min(self._first_free, record.slot)

    def _left(self, target: int) -> range:
        while self._first_free in self._taken and self._has_ended(self._first_free):
            self._first_free += 1
        return range(self._first_free, target)

    def _has_ended(self, slot: int) -> bool:
        return slot in self._attempts and any(record.ended for record in self._attempts[slot].values())


def records(study: Study) -> tuple[TrialRecord, ...]:
    """Return every attempt of the study, in order, without Optuna, which takes ten times as long for them."""
    return read_study(path_of(study), study.study_name).records


def record_of_trial(trial: FrozenTrial) -> TrialRecord | None:
    """Return the record of Optuna's trial; None for a trial that belongs to no slot."""
    seconds = trial.duration.total_seconds() if trial.duration else None
    return record_of(trial.number, trial.state.name, trial.values or (), trial.user_attrs, seconds)
