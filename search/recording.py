"""The record that a study leaves for MLflow: one spool a run, shipped whenever a trial ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.files import StudyFiles
from search.spool import Spool, Status
from search.spooled import read, unsent
from search.trials import TrialRecord

if TYPE_CHECKING:
    from search.planning import Plan
    from search.result import StudyResult

TRIAL_WAIT, LAST_WAIT = 0.1, 30.0  # seconds for which a lock on MLflow's tables is waited for
STATUS: Mapping[str, Status] = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED"}


class Recorder:
    """Writes the spools of one study; `warn` hears each different warning once. Nothing here stops a study."""

    def __init__(self, files: StudyFiles, experiment: str, warn: Callable[[str], None]) -> None:
        self.files, self.experiment = files, experiment
        self._warn, self._warned = warn, set[str]()
        self.study = Spool(files.root, files.study, warn=self.warn)
        self._trial: Spool | None = None

    def warn(self, text: str) -> None:
        """Pass a warning on unless it was passed on before."""
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)

    def open_study(self, plan: Plan) -> None:
        """Start the parent run, or go on with it."""
        settings, source = plan.settings, plan.dataset.source
        params = {name: getattr(settings, name) for name in ("seed", "sampler", "pruner", "threads")}
        params |= {"data.path": source.path, "data.sha256": source.sha256, "goal": plan.goal}
        tags = {"zoo.kind": "study", "zoo.state": "running", "zoo.trials": settings.trials}
        self.study.start(self.experiment, self.files.study, params=params, tags=tags)

    def end_study(self, answer: StudyResult, report: Path) -> None:
        """Write the champion's scores and the report, end the parent run and ship everything."""
        champion, step = answer.champion, answer.trials.total
        self.study.metrics(step, {f"test/{name}": value for name, value in champion.test.items()})
        self.study.metrics(step, {"objective": champion.validation[answer.goal]})
        self.study.artifact(report)
        self.study.tags({"zoo.state": "finished", "zoo.champion": champion.trial})
        self.study.end("FINISHED")
        self.close()
        self.ship()

    def fail_study(self, reason: str) -> None:
        """End the parent run of a study that has no champion."""
        self.study.tags({"zoo.state": "failed"})
        self.study.end("FAILED", reason)

    def open_trial(self, slot: int, attempt: int, params: Mapping[str, Any]) -> Spool:
        """Start a child run and return its spool."""
        self._trial = Spool(self.files.root, self._key(slot, attempt), warn=self.warn)
        self._start(self._trial, slot, attempt, params)
        return self._trial

    def end_trial(self, record: TrialRecord) -> None:
        """Write the end state of a trial whose slot has ended."""
        key = self._key(record.slot, record.attempt)
        spool = self._trial if self._trial and self._trial.key == key else Spool(self.files.root, key, warn=self.warn)
        self._trial = None
        with spool:
            if not _was_started(spool.path):  # the trial ended while its values were drawn
                self._start(spool, record.slot, record.attempt, record.values)
            if record.value is not None:
                spool.metrics(record.epochs or 0, {"objective": record.value})
            spool.tags({"zoo.state": record.state})
            spool.end(STATUS[record.state], record.reason or "")

    def catch_up(self, records: Iterable[TrialRecord]) -> None:
        """Write the end states that a kill kept from their spools: the database knows them."""
        ended = {self._key(record.slot, record.attempt): record for record in records if record.ended}
        for path in unsent(self.files.root):
            events = read(path)
            if path.stem in ended and events and events[-1]["kind"] != "end":
                self.end_trial(ended[path.stem])

    def close(self) -> None:
        """Let go of the spools; a run without an end is shipped as killed, until the next command goes on with it."""
        if self._trial is not None:
            self._trial.close()
        self.study.close()

    def ship(self, wait_s: float = LAST_WAIT) -> None:
        """Send what is spooled to MLflow; what cannot be sent now is sent by the next call or command."""
        from search.tracking import ship

        for warning in ship(self.files.root, wait_s).warnings:
            self.warn(warning)

    def _start(self, spool: Spool, slot: int, attempt: int, params: Mapping[str, Any]) -> None:
        tags = {"zoo.kind": "trial", "zoo.state": "running", "zoo.slot": slot, "zoo.attempt": attempt}
        spool.start(self.experiment, f"{self.files.study}#{slot}", self.files.study, params, tags)

    def _key(self, slot: int, attempt: int) -> str:
        return f"{self.files.study}-{slot:04d}-{attempt}"


def _was_started(path: Path) -> bool:
    return path.exists() and any(event["kind"] == "start" for event in read(path))
