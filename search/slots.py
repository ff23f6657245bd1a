"""The loop of a study: N slots, each run until it has ended exactly once, whatever is killed in between.

Slot k is the k-th trial of the study. Optuna's trials are attempts at slots: one that was killed or interrupted is
marked as failed, and the next attempt at its slot draws the same values. The database is the only memory, so the loop
can stop anywhere: what is to be done next is read from it each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from search.attempt import Objective, Outcome, Slot, attempt
from search.storage import path_of, storage_errors
from search.trials import TrialRecord, Trials, counts, record_of
from zoo.errors import ZooError

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

MOST_KILLS = 5  # a slot that takes its process down this often is given up
FIRST_FAILURES = 3  # a study whose first trials all fail has a bug, not bad luck


def run_slots(
    study: Study,
    target: int,
    objective: Objective,
    *,
    sampler_for: Callable[[int], BaseSampler],
    on_end: Callable[[TrialRecord], None] = lambda record: None,
    stop: Callable[[], bool] = lambda: False,
) -> Trials:
    """Run slots until `target` have ended; return the counts. The caller holds the study's lock.

    `sampler_for(slot)` must depend on the slot alone. `on_end` hears of each slot that ended here; a kill may come
    between the end and the call, so it must do nothing that the database could not tell again. `stop` is asked
    between slots. Ctrl-C and trouble of the machine, such as a full disk, pass through, and the slot they hit runs
    again. Raises ZooError when the first trials all failed for bugs.
    """
    with storage_errors(path_of(study)):
        try:
            _remember(study, target)
            for record in _give_up_running(study, "killed"):
                on_end(record)
            while not stop() and _start_next(study, target, sampler_for):
                ended = _run(study, study.ask(), objective)
                on_end(ended)
                if ended.state == "failed":
                    _require_some_success(study, target)
        except BaseException:
            with suppress(Exception):  # what happened first is what the user must hear of
                _give_up_running(study, "interrupted")
            raise
        return counts(records(study), target)


def records(study: Study) -> tuple[TrialRecord, ...]:
    """Return every attempt of the study, in order."""
    found = (_record(trial) for trial in study.get_trials(deepcopy=False))
    return tuple(record for record in found if record is not None)


def _start_next(study: Study, target: int, sampler_for: Callable[[int], BaseSampler]) -> bool:
    """Make the study ready for `ask`: the slot's own sampler, and a waiting trial; False when all slots have ended."""
    attempts = records(study)
    ended = {record.slot for record in attempts if record.ended}
    slot = next((slot for slot in range(target) if slot not in ended), None)
    if slot is None:
        return False
    waiting = next((record for record in attempts if record.state == "waiting"), None)
    study.sampler = sampler_for(waiting.slot if waiting else slot)
    if waiting is None:
        earlier = [record for record in attempts if record.slot == slot]
        # Values and slot go in together: a trial is never without its slot, wherever the process dies.
        study.enqueue_trial(_values_drawn(study, earlier), user_attrs={"slot": slot, "attempt": len(earlier)})
    return True


def _values_drawn(study: Study, earlier: Sequence[TrialRecord]) -> dict[str, Any]:
    # A draw cut short is drawn anew: the slot's sampler gives the same values again, in the same order.
    whole = [record.number for record in earlier if record.values]
    return study.get_trials(deepcopy=False)[whole[-1]].params if whole else {}


def _run(study: Study, trial: Trial, objective: Objective) -> TrialRecord:
    from optuna.exceptions import UpdateFinishedTrialError

    slot = Slot(trial)
    try:
        outcome = attempt(objective, slot)
        _end(study, trial, slot, outcome)
    except UpdateFinishedTrialError:
        pass  # somebody else has ended this trial: theirs counts
    return _record(study.get_trials(deepcopy=False)[trial.number])


def _end(study: Study, trial: Trial, slot: Slot, outcome: Outcome) -> None:
    from optuna.trial import TrialState

    trial.set_user_attr("facts", slot.facts)  # one write of a millisecond, not one a fact
    if outcome.reason:
        trial.set_user_attr("reason", outcome.reason)
    if outcome.impossible:
        trial.set_constraint("possible", 1.0)  # above zero: samplers keep away, which they would not from FAIL
    study.tell(trial, outcome.value, state=TrialState[outcome.state], skip_if_finished=True)


def _give_up_running(study: Study, outcome: str) -> list[TrialRecord]:
    """Fail the trials found running, so that their slots run again; return those of slots that are given up."""
    from optuna.trial import TrialState

    kills = [record.slot for record in records(study) if record.state == "killed"]
    given_up = []
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        times = kills.count(trial.user_attrs.get("slot")) + 1
        final = outcome == "killed" and times >= MOST_KILLS
        reason = f"its process was killed {times} times while it ran" if final else f"{outcome} while it ran"
        for name, value in (("reason", reason), ("outcome", "failed" if final else outcome)):
            study._storage.set_trial_user_attr(trial._trial_id, name, value)  # Optuna has no public way from outside
        ended = _record(study.tell(trial.number, state=TrialState.FAIL))
        given_up += [ended] if final else []
    return given_up


def _require_some_success(study: Study, target: int) -> None:
    ended = [record for record in records(study) if record.ended]
    if len(ended) < min(FIRST_FAILURES, target) or any(record.state != "failed" for record in ended):
        return
    raise ZooError(
        f"all {len(ended)} trials so far failed, the last by {ended[-1].reason}."
        " Mend that and run the same command again; failed trials count, so add --trials for more."
    )


def _remember(study: Study, target: int) -> None:
    if study.user_attrs.get("target") != target:
        study.set_user_attr("target", target)


def _record(trial: FrozenTrial) -> TrialRecord | None:
    seconds = trial.duration.total_seconds() if trial.duration else None
    value = trial.values[0] if trial.values else None
    return record_of(trial.number, trial.state.name, value, trial.user_attrs, seconds)
