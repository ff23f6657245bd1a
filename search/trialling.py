"""The trials of a study: Optuna's study opened, its slots run, their ends recorded."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from search.champion import drop_weights
from search.fingerprint import study_id
from search.log import StudyLog
from search.objective import objective
from search.planning import Plan
from search.pruning import pruner
from search.recording import TRIAL_WAIT, Recorder
from search.samplers import sampler
from search.seeds import slot_seed
from search.slots import records, run_slots
from search.storage import open_study
from search.trials import TrialRecord, Trials, best, counts
from search.watcher import Watcher
from zoo.aside import sweep
from zoo.errors import ZooError


class Trialling:
    """The open study of a plan; the caller holds its lock."""

    def __init__(self, plan: Plan, recorder: Recorder, watcher: Watcher) -> None:
        self.plan, self.recorder, self.watcher = plan, recorder, watcher
        self._deadline = time.monotonic() + (plan.settings.timeout or float("inf"))
        self.log = StudyLog(plan.files.log)
        self._study = open_study(plan.files.root, plan.files.study, plan.direction, study_id(plan.files))
        self._study.pruner = pruner(plan.settings.pruner)
        self._mend()

    def _mend(self) -> None:
        """Do what a kill kept an earlier process from doing."""
        files, records = self.plan.files, self.records()
        cut_short = {files.trial(record.slot) for record in records if not record.ended}
        for folder in (files.folder, files.exports, *cut_short):
            sweep(folder)
        drop_weights(files, records, self.plan.direction)
        self.recorder.catch_up(records)

    def records(self) -> tuple[TrialRecord, ...]:
        """Return every attempt at every slot."""
        return records(self._study)

    def counts(self) -> Trials:
        """Return how far the study is."""
        return counts(self.records(), self.plan.settings.trials)

    def run(self) -> None:
        """Run the slots that have not ended, within the time limit."""
        before = self.counts()
        self.log.write(f"begun at {before.total} of {before.target} trials")
        one_trial = partial(objective, plan=self.plan, recorder=self.recorder, callbacks=[self.watcher])
        target = self.plan.settings.trials
        done = run_slots(
            self._study, target, one_trial, sampler_for=self._sampler, on_end=self._on_end, stop=self._time_is_up
        )
        if done.total < target:
            limit = self.plan.settings.timeout
            self.watcher.said(f"{limit:g} s are up; the same command goes on with the trials that are left")

    def leader(self) -> TrialRecord:
        """Return the best finished trial; without one, end the study's run as failed and raise ZooError saying why."""
        attempts = self.records()
        leaders = best(attempts, 1, self.plan.direction)
        if leaders:
            return leaders[0]
        ended = [record for record in attempts if record.ended]
        reason = f"none of {len(ended)} trials finished" + (f", the last: {ended[-1].reason}" if ended else "")
        self.recorder.fail_study(reason)
        raise ZooError(f"{reason.rstrip('.')}. Add --trials, or begin a study of another --set or --space.")

    def _sampler(self, slot: int) -> Any:
        settings = self.plan.settings
        return sampler(settings.sampler, slot_seed(settings.seed, slot, "sampler"))

    def _time_is_up(self) -> bool:
        self.watcher.heed()
        return time.monotonic() > self._deadline and self.counts().total > 0  # with no trial there is no answer

    def _on_end(self, record: TrialRecord) -> None:
        attempts = self.records()
        leaders = best(attempts, 1, self.plan.direction)
        drop_weights(self.plan.files, attempts, self.plan.direction)
        self.recorder.end_trial(record)
        self.recorder.ship(TRIAL_WAIT)
        progress = counts(attempts, self.plan.settings.trials)
        reason = f": {record.reason}" if record.reason else ""
        self.log.write(f"#{record.slot} {record.builder} {record.state} {record.value} {dict(record.values)}{reason}")
        self.watcher.trial_ended(record, progress, leaders[0] if leaders else None)
