"""Who trains what: the slots of a study, claimed one after another by those that run them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from search.attempt import Slot
from search.ledger import Ledger
from search.trials import TrialRecord

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.samplers import BaseSampler


class Claims:
    """Gives out the slots below `target` that have not ended, in order and to one thread at a time.

    The next claim waits until the values of the last one are drawn: samplers that look at running trials see them
    whole. Slots are drawn for by `sampler_for(slot)`. No slot is claimed any more once `stopping()` says so.
    """

    def __init__(
        self,
        ledger: Ledger,
        target: int,
        sampler_for: Callable[[int], BaseSampler],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ledger, self._stopping = ledger, stopping
        self._target, self._sampler_for = target, sampler_for
        self._drawing, self._changing = Lock(), Lock()
        # left by an earlier version that was killed between two steps of a claim
        self._waiting = deque(record for record in self.ledger.records() if record.state == "waiting")

    def next(self, study: Study) -> Slot | None:
        """Return the next slot, as a running trial of `study`; None when all have ended or run, or it is over."""
        self._drawing.acquire()
        try:
            trial = self._begin(study)
        except BaseException:
            self._drawing.release()
            raise
        if trial is None:
            self._drawing.release()
            return None
        return Slot(trial, self._drawing.release)

    def settle(self, record: TrialRecord) -> None:
        """Take in how an attempt went: its slot is done, or free again."""
        with self._changing:
            self.ledger.add(record)

    def _begin(self, study: Study) -> Trial | None:
        with self._changing:
            if self._stopping():  # while this thread waited for its turn
                return None
            left = self._waiting.popleft() if self._waiting else None
            slot = self.ledger.next_slot(self._target) if left is None else left.slot
            if slot is None:
                return None
            study.sampler = self._sampler_for(slot)
            trial = self._create(study, slot) if left is None else _woken(study, left.number)
            self.ledger.add(TrialRecord(trial.number, slot, trial.user_attrs["attempt"], "running"))
            return trial

    def _create(self, study: Study, slot: int) -> Trial:
        from optuna import Trial
        from optuna.trial import TrialState, create_trial

        earlier = self.ledger.attempts(slot)
        # Values and slot go in at once, running: a trial is never without its slot, wherever the process dies, and
        # `ask` would read all trials to find it.
        template = create_trial(
            state=TrialState.RUNNING,
            system_attrs={"fixed_params": _values_drawn(study, earlier)},
            user_attrs={"slot": slot, "attempt": len(earlier)},
        )
        return Trial(study, study._storage.create_new_trial(study._study_id, template))


def _values_drawn(study: Study, earlier: tuple[TrialRecord, ...]) -> dict:
    # A draw cut short is drawn anew: the slot's sampler gives the same values again, in the same order.
    whole = [record.number for record in earlier if record.values]
    return study._storage.get_trial(_trial_id(study, whole[-1])).params if whole else {}


def _woken(study: Study, number: int) -> Trial:
    from optuna import Trial
    from optuna.trial import TrialState

    trial_id = _trial_id(study, number)
    study._storage.set_trial_state_values(trial_id, state=TrialState.RUNNING)
    return Trial(study, trial_id)


def _trial_id(study: Study, number: int) -> int:
    return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)
