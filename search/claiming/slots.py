"""The loop of a study: N slots, each run until it has ended exactly once, whatever is killed in between.

Slot k is the k-th trial of the study. Optuna's trials are attempts at slots: one that was killed or interrupted is
marked as failed, and the next attempt at its slot draws the same values. The database is the only memory, so the loop
can stop anywhere, and run in several processes at once: what is to be done next is read from it each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from search.children.succession import WorkerDied
from search.claiming.attempt import Objective, Outcome, Slot, attempt
from search.claiming.claims import Claims
from search.claiming.leases import LeaseLost
from search.claiming.ledger import Ledger, record_of_trial
from search.claiming.owners import WORKER
from search.claiming.reopening import Opened, give_up, give_up_own
from search.claiming.storage import path_of, storage_errors
from search.claiming.threads import Threads
from search.trials import TrialRecord, Trials
from zoo.errors import ZooError

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler

FIRST_FAILURES = 3  # a study whose first trials all fail has a bug, not bad luck
POLL_S = 0.5  # how often a process that waits for others looks at what they do


def run_slots(
    opened: Opened,
    target: int,
    objective: Objective,
    *,
    sampler_for: Callable[[int], BaseSampler],
    on_end: Callable[[TrialRecord], None] = lambda record: None,
    stop: Callable[[], bool] = lambda: False,
    threads: Threads | None = None,
) -> Trials:
    """Run slots until `target` have ended; return the counts. Any number of processes may do so at once.

    `opened` comes from `reopening.reopen`; its ledger is kept up to date. `sampler_for(slot)` must depend on the
    slot alone. `on_end` hears of each slot that ended since the study was opened, also in other processes, where the
    record is `foreign`: from one thread at a time and with the ledger just so far; a kill may come between the end and
    the call, so it must do nothing that the database could not tell again. `stop` is asked between slots and while
    others run the last ones. Several threads run as many slots side by side; they claim them in turn, and one waits for
    the last one's values to be drawn. Ctrl-C and trouble of the machine, such as a full disk, pass through, and the
    slots they hit run again. Raises ZooError when the first trials all failed for bugs.
    """
    threads, study, ledger = threads or Threads(), opened.study, opened.ledger
    with storage_errors(path_of(study)), opened.leases:
        try:
            _remember(opened, target)
            claims = Claims(opened, target, sampler_for, threads.stopping.is_set)
            loop = _Loop(opened, target, objective, claims, on_end, threads)
            for record in opened.given_up:
                on_end(record)
            threads.run(lambda: loop.run(stop))
        except BaseException:
            with suppress(Exception):  # what happened first is what the user must hear of
                give_up_own(opened, "interrupted")
            raise
        return ledger.counts(target)


@dataclass
class _Loop:
    """What each thread of a study does until no slot is left, here or elsewhere."""

    opened: Opened
    target: int
    objective: Objective
    claims: Claims
    on_end: Callable[[TrialRecord], None]
    threads: Threads
    ending: Lock = field(default_factory=Lock)
    reaped: float = 0.0

    def run(self, stop: Callable[[], bool]) -> None:
        study = _own(self.opened.study) if self.threads.count > 1 else self.opened.study
        while (slot := self._next(study, stop)) is not None:
            record = self._ended(study, slot)
            if record is None:
                return
            self._settle(record)

    def _next(self, study: Study, stop: Callable[[], bool]) -> Slot | None:
        """Return the next slot, waited for while others run what is left; None when all have ended or it is over."""
        while not stop():
            self._hear()
            slot = self.claims.next(study)
            if slot is not None or not self.claims.waits():
                return slot
            self.threads.stopping.wait(POLL_S)
        return None

    def _hear(self) -> None:
        """Take in what came of trials elsewhere, and end from time to time those of processes that have died."""
        with self.ending:
            due = time.monotonic() >= self.reaped + min(POLL_S, self.opened.leases.beat_s)
            stale = self.opened.leases.stale() if due else ()
            for record in self.claims.news():
                self.claims.take_in(record)
                self._tell(record)
            if due:
                for record in self.claims.reap(stale):
                    self._tell(record)
                self.reaped = time.monotonic()

    def _settle(self, record: TrialRecord) -> None:
        with self.ending:
            self.claims.settle(record)
            self._tell(record)
            if record.state == "failed":
                _require_some_success(self.claims.ledger, self.target, record)

    def _tell(self, record: TrialRecord) -> None:
        if record.ended:  # under the lock, so that the ledger holds no end that `on_end` has not heard of
            self.on_end(record)

    def _ended(self, study: Study, slot: Slot) -> TrialRecord | None:
        """Run one attempt; return what it came to, None for one that was cut short with the study."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            outcome = attempt(self.objective, slot)
            if self.threads.stopping.is_set() and outcome.state == "FAIL":
                return None  # what it ran on may have been taken from it
            slot.lease.require()
            return _end(study, slot, outcome)
        except (LeaseLost, UpdateFinishedTrialError) as loss:  # somebody else has ended this trial: theirs counts
            return give_up(study, slot.trial_id, "interrupted", self.claims.ledger, str(loss))
        except WorkerDied as death:
            if self.threads.stopping.is_set():
                return None
            in_vain = self.opened.progress_of(slot.slot) == self.opened.leases.held().get((slot.slot, slot.attempt))
            return give_up(study, slot.trial_id, "killed", self.claims.ledger, str(death), in_vain)
        finally:
            slot.let_go()


def _own(study: Study) -> Study:
    """Return a Study of its own for one thread, over the same storage: samplers differ from slot to slot."""
    from optuna import load_study

    return load_study(study_name=study.study_name, storage=study._storage, pruner=study.pruner)


def _end(study: Study, slot: Slot, outcome: Outcome) -> TrialRecord | None:
    from optuna.trial import TrialState

    trial = slot.trial
    trial.set_user_attr("facts", slot.facts)  # one write of a millisecond, not one a fact
    if outcome.reason:
        trial.set_user_attr("reason", outcome.reason)
    if outcome.excess > 0:
        trial.set_constraint("possible", outcome.excess)  # samplers keep away, which they would not from FAIL
    values = list(outcome.values) or None
    return record_of_trial(study.tell(trial, values, state=TrialState[outcome.state], skip_if_finished=True))


def _require_some_success(ledger: Ledger, target: int, last: TrialRecord) -> None:
    progress = ledger.counts(target)
    if progress.total < min(FIRST_FAILURES, target) or progress.failed < progress.total:
        return
    raise ZooError(
        f"all {progress.total} trials so far failed, the last by {last.reason}."
        " Mend that and run the same command again; failed trials count, so add --trials for more."
    )


def _remember(opened: Opened, target: int) -> None:
    study = opened.study
    if opened.leases.owner.kind != WORKER and study.user_attrs.get("target") != target:  # who joins may be behind
        study.set_user_attr("target", target)
