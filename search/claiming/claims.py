"""Who trains what: the slots of a study, claimed one after another by those that run them, in one process and many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from search.claiming.attempt import Slot
from search.claiming.elsewhere import Elsewhere
from search.claiming.leases import Claim, Lease, LeaseLost
from search.claiming.reopening import Opened, reap
from search.trials import TrialRecord

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.samplers import BaseSampler


class Claims:
    """Gives out the slots below `target` that have not ended, in order and to one thread at a time.

    The next claim waits until the values of the last one are drawn: samplers that look at running trials see them
    whole. Slots are drawn for by `sampler_for(slot)`. No slot is claimed any more once `stopping()` says so. What
    other processes claim is passed over, and heard of by `news`.
    """

    def __init__(
        self,
        opened: Opened,
        target: int,
        sampler_for: Callable[[int], BaseSampler],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._opened, self.ledger, self._leases = opened, opened.ledger, opened.leases
        self._stopping, self._target, self._sampler_for = stopping, target, sampler_for
        self._drawing, self._changing = Lock(), Lock()
        self._elsewhere, self._own = Elsewhere(opened.study), dict[int, int]()  # Optuna's ids by number
        # left by an earlier version that was killed between two steps of a claim
        self._waiting = deque(record for record in self.ledger.records() if record.state == "waiting")

    def next(self, study: Study) -> Slot | None:
        """Return the next slot, as a running trial of `study`; None when all have ended or run, or it is over."""
        self._drawing.acquire()
        try:
            slot = self._begin(study)
        except BaseException:
            self._drawing.release()
            raise
        if slot is None:
            self._drawing.release()
        return slot

    def settle(self, record: TrialRecord) -> None:
        """Take in how an attempt went that this process claimed: its slot is done, or free again."""
        with self._changing:
            self.ledger.add(record)
            self._own.pop(record.number, None)
            self._leases.settle(record.slot, record.attempt, "ended" if record.ended else "lost")

    def news(self) -> tuple[TrialRecord, ...]:
        """Return what other processes' attempts came to since the last call, for `take_in`, in order."""
        with self._changing:
            return self._elsewhere.news(self.ledger, self._own.values())

    def take_in(self, record: TrialRecord) -> None:
        """Let the ledger know of an attempt elsewhere."""
        with self._changing:
            self.ledger.add(record)

    def reap(self, stale: tuple[Claim, ...]) -> Iterator[TrialRecord]:
        """Yield what the trials of dead owners came to, once each is in the ledger, as `reopening.reap` does."""
        found = reap(self._opened, stale)
        while True:
            with self._changing:
                record = next(found, None)
            if record is None:
                return
            yield record

    def waits(self) -> bool:
        """Tell whether slots that others run, or have left, may yet become free."""
        with self._changing:
            own = {slot for slot, _ in self._leases.held()}
            return not self._stopping() and any(slot not in own for slot in self.ledger.unended(self._target))

    def _begin(self, study: Study) -> Slot | None:
        with self._changing:
            for slot, attempt, number in self._free():
                if self._stopping():  # while this thread waited for its turn
                    return None
                study.sampler = self._sampler_for(slot)
                attempt = self._take(slot, attempt)
                if attempt is not None:
                    with suppress(LeaseLost):  # of one that was stopped here for long: its trial is reaped as unclaimed
                        return self._claimed(study, slot, attempt, number)
            return None

    def _free(self) -> Iterator[tuple[int, int, int | None]]:
        """Yield each free slot with the attempt that is due, and Optuna's number of one that waits."""
        while self._waiting:
            left = self._waiting.popleft()
            yield left.slot, left.attempt, left.number
        for slot in self.ledger.free_slots(self._target):
            yield slot, max((record.attempt + 1 for record in self.ledger.attempts(slot)), default=0), None

    def _take(self, slot: int, attempt: int) -> int | None:
        """Claim an attempt at a slot, a later one where others claimed it and made no trial; None when it is theirs."""
        began = self._opened.progress_of(slot)
        while not self._leases.take(slot, attempt, began):
            later = self._leases.next_attempt(slot)
            if later is None or later <= attempt:
                return None
            attempt = later
        return attempt

    def _claimed(self, study: Study, slot: int, attempt: int, number: int | None) -> Slot:
        trial = self._create(study, slot, attempt) if number is None else _woken(study, number, attempt)
        self._own[trial.number] = trial._trial_id
        self.ledger.add(TrialRecord(trial.number, slot, attempt, "running"))
        self._leases.attach(slot, attempt, trial._trial_id)
        lease = Lease(partial(self._leases.require, slot, attempt), partial(self._leases.heed, slot, attempt))
        return Slot(trial, self._drawing.release, lease)

    def _create(self, study: Study, slot: int, attempt: int) -> Trial:
        from optuna import Trial
        from optuna.trial import TrialState, create_trial

        # Values and slot go in at once, running: a trial is never without its slot, wherever the process dies, and
        # `ask` would read all trials to find it.
        template = create_trial(
            state=TrialState.RUNNING,
            system_attrs={"fixed_params": _values_drawn(study, self.ledger.attempts(slot))},
            user_attrs={"slot": slot, "attempt": attempt},
        )
        return Trial(study, study._storage.create_new_trial(study._study_id, template))


def _values_drawn(study: Study, earlier: tuple[TrialRecord, ...]) -> dict:
    # A draw cut short is drawn anew: the slot's sampler gives the same values again, in the same order.
    whole = [record.number for record in earlier if record.values]
    return study._storage.get_trial(_trial_id(study, whole[-1])).params if whole else {}


def _woken(study: Study, number: int, attempt: int) -> Trial:
    from optuna import Trial
    from optuna.trial import TrialState

    study.get_trials(deepcopy=False)  # Optuna's cache takes no values for a trial that it has not seen
    trial_id = _trial_id(study, number)
    study._storage.set_trial_state_values(trial_id, state=TrialState.RUNNING)
    study._storage.set_trial_user_attr(trial_id, "attempt", attempt)
    return Trial(study, trial_id)


def _trial_id(study: Study, number: int) -> int:
    return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)
