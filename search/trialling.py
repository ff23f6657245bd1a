"""The trials of a study: Optuna's study opened, its slots run, their ends recorded."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from search.champion import drop_weights
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
from zoo.errors import ZooError


class _TimeIsUp(Exception):
    """The study's time limit has passed; no further trial begins."""


class Trialling:
    """The open study of a plan; the caller holds its lock."""

    def __init__(self, plan: Plan, recorder: Recorder, watcher: Watcher) -> None:
        self.plan, self.recorder, self.watcher = plan, recorder, watcher
        self._study = open_study(plan.files.root, plan.files.study)
        self._study.pruner = pruner(plan.settings.pruner)
        drop_weights(plan.files, self.records())  # as catch_up does: what a kill kept from being done
        recorder.catch_up(self.records())

    def records(self) -> tuple[TrialRecord, ...]:
        """Return every attempt at every slot."""
        return records(self._study)

    def counts(self) -> Trials:
        """Return how far the study is."""
        return counts(self.records(), self.plan.settings.trials)

    def run(self) -> None:
        """Run the slots that have not ended, within the time limit."""
        deadline = time.monotonic() + (self.plan.settings.timeout or float("inf"))
        one_trial = partial(objective, plan=self.plan, recorder=self.recorder)
        on_end = partial(self._on_end, deadline)
        try:
            run_slots(self._study, self.plan.settings.trials, one_trial, sampler_for=self._sampler, on_end=on_end)
        except _TimeIsUp:
            limit = self.plan.settings.timeout
            self.watcher.said(f"{limit:g} s are up; the same command goes on with the trials that are left")

    def leader(self) -> TrialRecord:
        """Return the best finished trial; raise ZooError with the last reason when there is none."""
        attempts = self.records()
        leaders = best(attempts, 1)
        if leaders:
            return leaders[0]
        ended = [record for record in attempts if record.ended]
        reason = f", the last: {ended[-1].reason}" if ended else ""
        raise ZooError(f"none of {len(ended)} trials finished{reason}. Add --trials, or change --space.")

    def _sampler(self, slot: int) -> Any:
        settings = self.plan.settings
        return sampler(settings.sampler, slot_seed(settings.seed, slot, "sampler"))

    def _on_end(self, deadline: float, record: TrialRecord) -> None:
        attempts = self.records()
        leaders = best(attempts, 1)
        drop_weights(self.plan.files, attempts)
        self.recorder.end_trial(record)
        self.recorder.ship(TRIAL_WAIT)
        progress = counts(attempts, self.plan.settings.trials)
        self.watcher.trial_ended(record, progress, leaders[0] if leaders else None)
        if time.monotonic() > deadline and progress.total < progress.target:
            raise _TimeIsUp
