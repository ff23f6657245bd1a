"""Taking a study up where it was left: what an earlier process was cut short in is free to run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.ledger import Ledger, record_of_trial, records
from search.storage import path_of, storage_errors
from search.trials import TrialRecord

if TYPE_CHECKING:
    from optuna import Study

MOST_KILLS = 5  # a slot that takes its process down this often is given up


@dataclass(frozen=True)
class Opened:
    """A study in which no trial runs, and its ledger; `given_up` are slots that were settled by its opening."""

    study: Study
    ledger: Ledger
    given_up: tuple[TrialRecord, ...]


def reopen(study: Study) -> Opened:
    """Return the study ready to go on; the caller holds its lock, so that a trial that runs in it was killed."""
    with storage_errors(path_of(study)):
        ways = [direction.name.lower() for direction in study.directions]
        ledger = Ledger(records(study), ways[0], ways[1:])
        return Opened(study, ledger, give_up_running(study, "killed", ledger))


def give_up_running(study: Study, outcome: str, ledger: Ledger) -> tuple[TrialRecord, ...]:
    """Fail the trials found running, in `ledger` too, so that their slots run again; return those of slots given up."""
    from optuna.trial import TrialState

    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    failed = [give_up(study, trial._trial_id, outcome, ledger) for trial in running]
    ours = [record for record in failed if record is not None]
    for record in ours:
        ledger.add(record)
    return tuple(record for record in ours if record.ended)


def give_up(study: Study, trial_id: int, outcome: str, ledger: Ledger, how: str = "") -> TrialRecord | None:
    """Fail a running trial as killed or interrupted; one killed too often, by the ledger, ends its slot as failed.

    Returns its record, for the ledger; None for a trial that belongs to no slot.
    """
    from optuna.trial import TrialState

    trial = study._storage.get_trial(trial_id)
    attempts = ledger.attempts(trial.user_attrs.get("slot", -1))
    times = sum(record.state == "killed" for record in attempts) + 1
    final = outcome == "killed" and times >= MOST_KILLS
    last = f", the last time: {how.rstrip('.')}" if how else ""
    reason = f"its process was killed {times} times while it ran{last}" if final else how or f"{outcome} while it ran"
    for name, value in (("reason", reason), ("outcome", "failed" if final else outcome)):
        study._storage.set_trial_user_attr(trial_id, name, value)  # Optuna has no public way from outside
    return record_of_trial(study.tell(trial.number, state=TrialState.FAIL))
