"""Taking a study up where it was left: what dead processes were cut short in is free to run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.claiming.elsewhere import ForeignRecord
from search.claiming.leases import Claim, Leases
from search.claiming.ledger import Ledger, record_of_trial, records
from search.claiming.storage import path_of, storage_errors
from search.claiming.tables import engine_of, running_without
from search.trials import TrialRecord

if TYPE_CHECKING:
    from optuna import Study

MOST_IN_VAIN = 3  # a slot whose process is killed so often in a row, and whose checkpoint stands still, is given up
_IN_VAIN = "in_vain"  # the user attribute of a killed trial that counts them


@dataclass(frozen=True)
class Opened:
    """A study whose dead trials are ended, and its ledger; `given_up` are slots that were settled by its opening.

    `leases` say what this process may run, `progress_of(slot)` how far a slot's checkpoint is, by any count.
    """

    study: Study
    ledger: Ledger
    leases: Leases
    progress_of: Callable[[int], int]
    given_up: tuple[TrialRecord, ...] = ()


def reopen(study: Study, leases: Leases | None = None, progress_of: Callable[[int], int] = lambda slot: 0) -> Opened:
    """Return the study ready to go on beside the processes that run trials of it; those of the dead are given up.

    Without `leases` they are those of a study whose folder lies beside its database.
    """
    with storage_errors(path_of(study)):
        leases = leases or Leases(study, path_of(study).parent / "studies" / study.study_name)
        stale = leases.stale()  # before the trials are read: what the dead have left is there then
        ways = [direction.name.lower() for direction in study.directions]
        opened = Opened(study, Ledger(records(study), ways[0], ways[1:]), leases, progress_of)
        given_up = tuple(record for record in reap(opened, stale) if record.ended)
        _end_strangers(study)
        leases.bury()
        return Opened(study, opened.ledger, leases, progress_of, given_up)


def reap(opened: Opened, stale: tuple[Claim, ...]) -> Iterator[TrialRecord]:
    """Fail the trials of dead owners, and those that nobody claims; yield what they came to, taken into the ledger.

    The ledger must have been read after `stale`. Optuna is told first, then the claim is settled: so nobody takes a
    slot whose trial may yet end.
    """
    for claim in stale:
        record = _attempt(opened.ledger, claim.slot, claim.attempt)
        runs = record is not None and record.state == "running"
        if runs:
            record = _given_up(opened, record, claim.fate, claim.began)
        opened.leases.take_from(claim, "ended" if record is not None and record.ended else "lost")
        if runs:
            yield record
    yield from _reap_unclaimed(opened)


def give_up_own(opened: Opened, outcome: str) -> None:
    """Fail the trials that this process runs, so that their slots run again at once, wherever that is."""
    for (slot, attempt), began in opened.leases.held().items():
        record = _attempt(opened.ledger, slot, attempt)
        if record is not None and record.state == "running":
            record = _given_up(opened, record, outcome, began)
        opened.leases.settle(slot, attempt, "ended" if record is not None and record.ended else "lost")


def give_up(
    study: Study, trial_id: int, outcome: str, ledger: Ledger, how: str = "", in_vain: bool = True
) -> TrialRecord | None:
    """Fail a running trial as killed or interrupted; one killed too often in a row, each time `in_vain`, ends its slot.

    Returns its record, for the ledger; a trial that others have ended meanwhile keeps their end, and is foreign. None
    for a trial that belongs to no slot.
    """
    from optuna.exceptions import UpdateFinishedTrialError
    from optuna.trial import TrialState

    storage = study._storage  # Optuna has no public way from outside
    try:
        for name, value in _judged(study, trial_id, outcome, ledger, how, in_vain).items():
            storage.set_trial_user_attr(trial_id, name, value)
        storage.set_trial_state_values(trial_id, TrialState.FAIL)
    except UpdateFinishedTrialError:
        record = record_of_trial(storage.get_trial(trial_id))
        return None if record is None else ForeignRecord(**vars(record))
    return record_of_trial(storage.get_trial(trial_id))


def _judged(study: Study, trial_id: int, outcome: str, ledger: Ledger, how: str, in_vain: bool) -> dict[str, str | int]:
    """Return what is written to a trial that is given up."""
    if outcome != "killed":
        return {"reason": how or f"{outcome} while it ran", "outcome": outcome}
    slot = study._storage.get_trial(trial_id).user_attrs.get("slot", -1)
    times = _times_before(study, ledger, slot) + 1 if in_vain else 0
    if times < MOST_IN_VAIN:
        return {"reason": how or "killed while it ran", "outcome": outcome, _IN_VAIN: times}
    last = f", the last time: {how.rstrip('.')}" if how else ""
    reason = f"its process was killed {times} times in a row while it ran, without progress{last}"
    return {"reason": reason, "outcome": "failed", _IN_VAIN: times}


def _times_before(study: Study, ledger: Ledger, slot: int) -> int:
    killed = [record.number for record in ledger.attempts(slot) if record.state == "killed"]
    return study._storage.get_trial(_id(study, killed[-1])).user_attrs.get(_IN_VAIN, 0) if killed else 0


def _given_up(opened: Opened, record: TrialRecord, outcome: str, began: int) -> TrialRecord:
    """Give up a trial that runs by the ledger, and take what it came to into that."""
    in_vain = opened.progress_of(record.slot) == began
    found = give_up(opened.study, _id(opened.study, record.number), outcome, opened.ledger, in_vain=in_vain)
    opened.ledger.add(found)
    return found


def _attempt(ledger: Ledger, slot: int, attempt: int) -> TrialRecord | None:
    return next((record for record in ledger.attempts(slot) if record.attempt == attempt), None)


def _end_strangers(study: Study) -> None:
    """Fail the running trials that belong to no slot: Optuna made them, and was killed before it was told the slot."""
    for trial_id in running_without(engine_of(study), study._study_id, "slot"):
        give_up(study, trial_id, "killed", Ledger())


def _reap_unclaimed(opened: Opened) -> Iterator[TrialRecord]:
    """Fail the trials that run without a claim: of an earlier version, or of one who lost it while it began."""
    running = opened.ledger.running()  # read before the claims are: each trial is claimed before it is there
    claimed = {(claim.slot, claim.attempt) for claim in opened.leases.running()} if running else set()
    for record in running:
        if (record.slot, record.attempt) not in claimed:
            yield _given_up(opened, record, "killed", 0)


def _id(study: Study, number: int) -> int:
    return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)
