"""The loop of a study: N slots, each run until it has ended exactly once, whatever is killed in between.

Slot k is the k-th trial of the study. Optuna's trials are attempts at slots: one that was killed or interrupted is
marked as failed, and the next attempt at its slot draws the same values. The database is the only memory, so the loop
can stop anywhere: what is to be done next is read from it each time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from search.attempt import Objective, Outcome, Slot, attempt
from search.claims import Claims
from search.ledger import Ledger, record_of_trial
from search.reopening import Opened, give_up, give_up_running
from search.storage import path_of, storage_errors
from search.succession import WorkerDied
from search.threads import Threads
from search.trials import TrialRecord, Trials
from zoo.errors import ZooError

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler

FIRST_FAILURES = 3  # a study whose first trials all fail has a bug, not bad luck


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
    """Run slots until `target` have ended; return the counts. The caller holds the study's lock.

    `opened` comes from `search.reopening.reopen`; its ledger is kept up to date. `sampler_for(slot)` must depend on the
    slot alone. `on_end` hears of each slot that ended since the study was opened, from one thread at a time and with
    the ledger just so far; a kill may come between the end and the call, so it must do nothing that the database could
    not tell again. `stop` is asked between slots. Several threads run as many slots side by side; they claim them in
    turn, and one waits for the last one's values to be drawn. Ctrl-C and trouble of the machine, such as a full disk,
    pass through, and the slots they hit run again. Raises ZooError when the first trials all failed for bugs.
    """
    threads, study, ledger = threads or Threads(), opened.study, opened.ledger
    with storage_errors(path_of(study)):
        try:
            _remember(study, target)
            claims = Claims(ledger, target, sampler_for, threads.stopping.is_set)
            loop = _Loop(study, objective, claims, on_end, threads)
            for record in opened.given_up:
                on_end(record)
            threads.run(lambda: loop.run(target, stop))
        except BaseException:
            with suppress(Exception):  # what happened first is what the user must hear of
                give_up_running(study, "interrupted", ledger)
            raise
        return ledger.counts(target)


@dataclass(frozen=True)
class _Loop:
    """What each thread of a study does until no slot is left."""

    study: Study
    objective: Objective
    claims: Claims
    on_end: Callable[[TrialRecord], None]
    threads: Threads
    ending: Lock = field(default_factory=Lock)

    def run(self, target: int, stop: Callable[[], bool]) -> None:
        study = _own(self.study) if self.threads.count > 1 else self.study
        while not stop() and (slot := self.claims.next(study)):
            record = self._ended(study, slot)
            if record is None:
                return
            self._settle(record, target)

    def _settle(self, record: TrialRecord, target: int) -> None:
        with self.ending:  # the ledger holds no end that `on_end` has not heard of
            self.claims.settle(record)
            if not record.ended:
                return
            self.on_end(record)
            if record.state == "failed":
                _require_some_success(self.claims.ledger, target, record)

    def _ended(self, study: Study, slot: Slot) -> TrialRecord | None:
        """Run one attempt; return what it came to, None for one that was cut short with the study."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            outcome = attempt(self.objective, slot)
            if self.threads.stopping.is_set() and outcome.state == "FAIL":
                return None  # what it ran on may have been taken from it
            return _end(study, slot, outcome)
        except UpdateFinishedTrialError:  # somebody else has ended this trial: theirs counts
            return record_of_trial(study._storage.get_trial(slot.trial_id))
        except WorkerDied as death:
            if self.threads.stopping.is_set():
                return None
            return give_up(study, slot.trial_id, "killed", self.claims.ledger, str(death))
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


def _remember(study: Study, target: int) -> None:
    if study.user_attrs.get("target") != target:
        study.set_user_attr("target", target)
