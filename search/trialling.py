"""The trials of a study: Optuna's study opened, its slots run, their ends recorded."""

from __future__ import annotations

import shutil
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from search.champion import KEPT_WEIGHTS, drop_weights
from search.fingerprint import study_id
from search.log import StudyLog
from search.measuring import Scales
from search.objective import objective
from search.planning import Plan
from search.pruning import pruner
from search.recording import TRIAL_WAIT, Recorder
from search.reopening import reopen
from search.runners import Here
from search.shipping import Shipping
from search.slots import run_slots
from search.storage import open_study
from search.threads import Threads
from search.trials import TrialRecord, Trials
from search.watcher import Watcher
from zoo.aside import sweep
from zoo.errors import NothingMet, ZooError

if TYPE_CHECKING:
    from search.workers import Crew
    from zoo.converter import Converter


class Trialling:
    """The open study of a plan; the caller holds its lock. Trials train in its `crew`, without one in this process.

    The `converter` makes the files of trials whose goals or limits ask for them.
    """

    def __init__(
        self,
        plan: Plan,
        recorder: Recorder,
        watcher: Watcher,
        crew: Crew | None = None,
        converter: Converter | None = None,
    ) -> None:
        self.plan, self.recorder, self.watcher, self.crew, self.converter = plan, recorder, watcher, crew, converter
        self._deadline = time.monotonic() + (plan.settings.timeout or float("inf"))
        self.log = StudyLog(plan.files.log)
        study = open_study(plan.files.root, plan.files.study, plan.aims.directions, study_id(plan.files))
        study.pruner = pruner(plan.settings.pruner, plan.epochs)
        self._opened = reopen(study)
        self._ledger = self._opened.ledger
        self._shipping: Shipping | None = None
        self._kept = self._keepers()
        self._mend()

    def _mend(self) -> None:
        """Do what a kill kept an earlier process from doing."""
        files, records = self.plan.files, self.records()
        cut_short = {files.trial(record.slot) for record in records if not record.ended}
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
        self.log.write(f"begun at {before.total} of {before.target} trials")
        target, crew = self.plan.settings.trials, self.crew
        threads = Threads(len(crew.workers), crew.close) if crew else Threads()
        asked = {"sampler_for": self.plan.draws, "on_end": self._on_end, "stop": self._is_over, "threads": threads}
        with Shipping(partial(self.recorder.ship, TRIAL_WAIT)) as self._shipping:
            done = run_slots(self._opened, target, self._one_trial(), **asked)
        if crew is not None:
            crew.close()  # what comes now needs its memory and its cores
        if done.total < target:
            self.watcher.said(self._why_over())

    @property
    def has_stalled(self) -> bool:
        """Whether so many trials in a row were no better that no more are begun."""
        most = self.plan.settings.stop_after_no_gain
        return most is not None and self._ledger.without_gain >= most

    def _one_trial(self) -> Any:
        runner = self.crew or Here(self.plan.workspace)
        asked = {"plan": self.plan, "recorder": self.recorder, "callbacks": [self.watcher], "runner": runner}
        asked["scales"] = Scales(self.plan.aims, self.plan.space, self.converter)
        return partial(objective, **asked)

    def front(self) -> tuple[TrialRecord, ...]:
        """Return the champion-to-be and the other trials that none dominates, the best by the first goal first.

        Of a study of one goal that is its best trial. Without a finished trial the study's run ends as failed; raises
        ZooError saying why.
        """
        found = self._ledger.front()
        if found:
            return tuple(sorted(found, key=self._by_first_goal))
        ended = [record for record in self.records() if record.ended]
        reason = f"none of {len(ended)} trials finished" + (f", the last: {ended[-1].reason}" if ended else "")
        self.recorder.fail_study(reason)
        if self.plan.aims.limits and ended and all(record.state == "pruned" for record in ended):
            raise NothingMet(f"{reason.rstrip('.')}. Loosen a --limit, add --trials, or widen the --space.")
        raise ZooError(f"{reason.rstrip('.')}. Add --trials, or begin a study of another --set or --space.")

    def _by_first_goal(self, record: TrialRecord) -> tuple[float, ...]:
        names = self.plan.aims.objectives
        scores = dict(zip(names, record.scores or (record.value,), strict=True))
        return (*(-one for one in self.plan.aims.gains(scores)), record.parameters or 0, record.slot)

    def _keepers(self) -> tuple[TrialRecord, ...]:
        """Return the trials whose weights are kept: the best five, and the front of several goals."""
        front = self._ledger.front() if len(self.plan.aims.goals) > 1 else ()
        return (*self._ledger.best(KEPT_WEIGHTS), *front)

    def _is_over(self) -> bool:
        self.watcher.heed()
        time_is_up = time.monotonic() > self._deadline and self.counts().total > 0  # with no trial there is no answer
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
        self.recorder.end_trial(record)
        self._shipping.ask()
        reason = f": {record.reason}" if record.reason else ""
        self.log.write(f"#{record.slot} {record.builder} {record.state} {record.value} {dict(record.values)}{reason}")
        self.watcher.trial_ended(record, self.counts(), leaders[0] if leaders else None)

    def _drop_checkpoint(self, slot: int) -> None:
        shutil.rmtree(self.plan.files.checkpoint(slot), ignore_errors=True)
