"""The trials of a study: Optuna's study opened, its slots run, their ends recorded."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from search.children.runners import Here
from search.choosing.champion import KEPT_WEIGHTS, drop_weights
from search.choosing.members import progress
from search.claiming.attempt import Slot
from search.claiming.elsewhere import ForeignRecord
from search.claiming.leases import LeaseLost, Leases
from search.claiming.owners import CONDUCTOR, Owner
from search.claiming.reopening import reopen
from search.claiming.slots import run_slots
from search.claiming.storage import open_study
from search.claiming.threads import Threads
from search.costs.measuring import Scales
from search.fingerprint import study_id
from search.log import StudyLog
from search.objective import objective
from search.planning import Plan
from search.record.recorder import TRIAL_WAIT, Recorder
from search.record.shipping import Shipping
from search.stopping.pruning import pruner
from search.trials import TrialRecord, Trials
from search.watcher import Watcher
from zoo.aside import sweep
from zoo.errors import NothingMet, ZooError

if TYPE_CHECKING:
    from search.children.workers import Crew
    from zoo.converter import Converter


class Trialling:
    """The open study of a plan. Trials train in its `crew`, without one in this process.

    Who runs the study, its `kind` of owner says so, holds its lock; who joins it does not.

    The `converter` makes the files of trials whose goals or limits ask for them.
    """

    def __init__(
        self,
        plan: Plan,
        recorder: Recorder,
        watcher: Watcher,
        crew: Crew | None = None,
        converter: Converter | None = None,
        kind: str = CONDUCTOR,
    ) -> None:
        self.plan, self.recorder, self.watcher, self.crew, self.converter = plan, recorder, watcher, crew, converter
        self._deadline = time.monotonic() + (plan.settings.timeout or float("inf"))
        self.log = StudyLog(plan.files.log)
        study = open_study(plan.files.root, plan.files.study, plan.aims.directions, study_id(plan.files))
        study.pruner = pruner(plan.settings.pruner, plan.epochs)
        self.leases = Leases(study, plan.files.folder, Owner.here(kind))
        self._opened = reopen(study, self.leases, partial(progress, plan.files))
        self._ledger = self._opened.ledger
        self._shipping: Shipping | None = None
        self._kept = self._keepers()
        self._ended_elsewhere: list[TrialRecord] = []
        self.trained: Counter[str] = Counter()  # slots that ended in this process, by how

    def mend(self) -> None:
        """Do what a kill kept an earlier process from doing; what others run now is left alone.

        For the process that runs the study, not for those that join it.
        """
        files, records = self.plan.files, self.records()
        runs = {record.slot for record in records if record.state == "running"}
        cut_short = {files.trial(record.slot) for record in records if not record.ended and record.slot not in runs}
        for folder in (files.folder, files.exports, *cut_short):
            sweep(folder)
        drop_weights(files, records, self._keepers())
        for slot in {record.slot for record in records if record.ended}:
            self._drop_checkpoint(slot)
        given_up = self._opened.given_up  # whose ends `run` tells of
        self.recorder.catch_up(record for record in records if record not in given_up)

    def records(self) -> tuple[TrialRecord, ...]:
        """Return every attempt at every slot, in the order in which they began."""
        return self._ledger.records()

    def counts(self) -> Trials:
        """Return how far the study is."""
        return self._ledger.counts(self.plan.settings.trials)

    def run(self) -> None:
        """Run the slots that have not ended, within the time limit."""
        before = self.counts()
        self.log.write(f"begun at {before.total} of {before.target} trials by {self.leases.owner.name}")
        target, crew = self.plan.settings.trials, self.crew
        threads = Threads(len(crew.workers), crew.close) if crew else Threads()
        asked = {"sampler_for": self.plan.draws, "on_end": self._on_end, "stop": self._is_over, "threads": threads}
        with Shipping(partial(self.recorder.ship, TRIAL_WAIT)) as self._shipping:
            done = run_slots(self._opened, target, self._one_trial(), **asked)
        if done.total < target:
            self.watcher.said(self._why_over())

    def catch_up(self) -> None:
        """Write into the study's record how slots ended whose processes ended them and were killed then."""
        self.recorder.catch_up(self._ended_elsewhere)

    def let_crew_go(self) -> None:
        """End the workers: what comes after the last training needs their memory and their cores."""
        if self.crew is not None:
            self.crew.close()

    @property
    def is_late(self) -> bool:
        """Whether the time of this command is up, so that nothing more is trained."""
        return time.monotonic() > self._deadline

    @property
    def has_stalled(self) -> bool:
        """Whether so many trials in a row were no better that no more are begun."""
        most = self.plan.settings.stop_after_no_gain
        return most is not None and self._ledger.without_gain >= most

    def _one_trial(self) -> Any:
        runner = self.crew or Here(self.plan.workspace)
        asked = {"plan": self.plan, "recorder": self.recorder, "runner": runner}
        asked["scales"] = Scales(self.plan.aims, self.plan.space, self.converter)
        return partial(self._leased, asked)

    def _leased(self, asked: Mapping[str, Any], slot: Slot) -> Any:
        """Return what a trial is worth that this process may run up to its end."""
        try:
            return objective(slot, callbacks=[self.watcher, slot.lease, self._shipping], **asked)
        except LeaseLost:
            self.recorder.leave_trial(slot.slot, slot.attempt)  # what became of its slot another process tells
            raise

    def front(self) -> tuple[TrialRecord, ...]:
        """Return the champion-to-be and the other trials that none dominates, the best by the first goal first.

        Of a study of one goal that is its best trial. Without a finished trial the study's run ends as failed; raises
        ZooError saying why.
        """
        found = self._ledger.front()
        if found:
            return tuple(sorted(found, key=self.plan.aims.rank))
        ended = [record for record in self.records() if record.ended]
        reason = f"none of {len(ended)} trials finished" + (f", the last: {ended[-1].reason}" if ended else "")
        self.recorder.fail_study(reason)
        if self.plan.aims.limits and ended and all(record.state == "pruned" for record in ended):
            raise NothingMet(f"{reason.rstrip('.')}. Loosen a --limit, add --trials, or widen the --space.")
        raise ZooError(f"{reason.rstrip('.')}. Add --trials, or begin a study of another --set or --space.")

    def leaders(self, count: int) -> tuple[TrialRecord, ...]:
        """Return the `count` best finished trials; of several goals those of the front, best by the first goal first.

        Raises what `front` raises.
        """
        return self._ledger.best(count) if len(self.plan.aims.goals) < 2 else self.front()[:count]

    def _keepers(self) -> tuple[TrialRecord, ...]:
        """Return the trials whose weights are kept: the best five, and the front of several goals."""
        front = self._ledger.front() if len(self.plan.aims.goals) > 1 else ()
        return (*self._ledger.best(KEPT_WEIGHTS), *front)

    def _is_over(self) -> bool:
        self.watcher.heed()
        time_is_up = self.is_late and self.trained.total() > 0  # or a short time, TensorFlow's start, would get nowhere
        return time_is_up or self.has_stalled

    def _why_over(self) -> str:
        if self.has_stalled:
            return f"{self._ledger.without_gain} trials in a row were no better, so the study ends here"
        limit = self.plan.settings.timeout
        return f"{limit:g} s are up; the same command goes on with the trials that are left"

    def _on_end(self, record: TrialRecord) -> None:
        keepers = self._keepers()
        drop_weights(self.plan.files, (record, *self._kept), keepers)
        self._kept, leaders = keepers, self._ledger.best(1)
        self._drop_checkpoint(record.slot)
        if isinstance(record, ForeignRecord):
            self._ended_elsewhere.append(record)
        else:
            self._record(record)
        front = self._ledger.front() if len(self.plan.aims.goals) > 1 else ()
        self.recorder.tell(self.counts(), self._ledger.best(KEPT_WEIGHTS), front)
        self._shipping.ask()
        self.watcher.trial_ended(record, self.counts(), leaders[0] if leaders else None)

    def _record(self, record: TrialRecord) -> None:
        self.recorder.end_trial(record)
        self.trained[record.state] += 1
        reason = f": {record.reason}" if record.reason else ""
        self.log.write(f"#{record.slot} {record.builder} {record.state} {record.value} {dict(record.values)}{reason}")

    def _drop_checkpoint(self, slot: int) -> None:
        shutil.rmtree(self.plan.files.checkpoint(slot), ignore_errors=True)
