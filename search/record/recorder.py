"""The record that a study leaves for MLflow: one spool a run, shipped beside the trials and at its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.choosing.optimism import figures, finalists_line
from search.claiming.lock import holder
from search.drawing.suggest import asked
from search.files import StudyFiles
from search.fingerprint import study_id
from search.record import crowning, tensorboard
from search.record.contents import TABLE_TAGS, environment_tags, input_of, params_of
from search.record.describing import NOTE, REPORT, ended, trial_note
from search.record.environment import environment
from search.record.introducing import about_data, begun
from search.record.leaderboard import aims_tags, costs_of, view_tags
from search.record.spool import Spool, Status, is_held, spool_path, trial_key
from search.record.spool_ends import lacks_end, was_started
from search.record.telling import Telling
from search.trials import TrialRecord, Trials
from zoo.errors import ZooError

if TYPE_CHECKING:
    from search.planning import Plan
    from search.result import Champion, StudyResult

TRIAL_WAIT, LAST_WAIT = 0.1, 30.0  # seconds for which a lock on MLflow's tables is waited for
SEED = "seed"  # a tag: among the values, pages that compare trials would draw an axis of it
REGISTERED = ("tflite", "float32")  # format and precision: answers as Keras does, and needs no TensorFlow
STATUS: Mapping[str, Status] = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED"}


class Recorder:
    """Writes the spools of one study; `warn` hears each different warning once. Nothing here stops a study."""

    def __init__(self, files: StudyFiles, experiment: str, warn: Callable[[str], None]) -> None:
        self.files, self.experiment = files, experiment
        self._warn, self._warned = warn, set[str]()
        self._study: Spool | None = None
        self._trials: dict[str, Spool] = {}  # those that are open, by their keys
        self.telling: Telling | None = None  # of who opened the study

    @cached_property
    def key(self) -> str:
        """The key of the parent's spool: with the study's id in it, a later study of this name is another run."""
        return f"{self.files.study}-{study_id(self.files)}"

    @property
    def study(self) -> Spool:
        """The parent's spool."""
        if self._study is None:
            self._study = Spool(self.files.root, self.key, warn=self.warn)
        return self._study

    def warn(self, text: str) -> None:
        """Pass a warning on unless it was passed on before."""
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)

    def open_study(self, plan: Plan) -> None:
        """Start the parent run, or go on with it."""
        where, source = environment(self.files.root), plan.dataset.source
        asked_for = begun(plan, self._command(), where)
        self.telling = Telling(self.study, plan.goal, asked_for)
        tags = {"zoo.kind": "study", "zoo.state": "running", "zoo.trials": plan.settings.trials}
        tags |= {**aims_tags(plan.aims), **environment_tags(where), NOTE: asked_for}
        self.study.start(self.experiment, self.files.study, params=params_of(plan), tags=tags)
        self.study.input(plan.dataset.name, source.sha256 or "", **input_of(plan))
        view = view_tags(plan.goal, asked(plan.space), costs_of(plan.aims))
        self.study.experiment({**view, NOTE: about_data(plan)})

    def tell(self, trials: Trials, best: Iterable[TrialRecord], front: Iterable[TrialRecord] = ()) -> None:
        """Write how the study stands into its run's description, now and then; who did not open it says nothing."""
        if self.telling is not None:
            self.telling.tell(trials, best, front)

    def _command(self) -> str:
        """Return what begins this study, as its files tell it; "" where they do not."""
        from search.standing import command

        try:
            return command(self.files.study, self.files.root)
        except ZooError:
            return ""

    def end_study(
        self,
        answer: StudyResult,
        report: Path,
        pictures: Iterable[Path] = (),
        records: Iterable[TrialRecord] = (),
    ) -> None:
        """Write the champion's scores, the report, the `pictures` and a table of `records`; register the champion.

        The champion's own run gets its test scores. Then the parent run ends and everything is shipped.
        """
        champion, step = answer.champion, answer.trials.total
        self.study.metrics(step, {f"test/{name}": value for name, value in champion.test.items()})
        self.study.metrics(step, {"objective": champion.validation[answer.goal], **champion.costs})
        self.study.metrics(step, figures(champion))
        self.study.artifact(report)
        for picture in pictures:
            self.study.artifact(picture, "" if picture.name == REPORT else "pictures")
        self._crown(answer, tuple(records))
        self._register(champion, answer.summary())
        others = ", ".join(f"#{record.slot}" for record in answer.front)
        told = {"zoo.state": "finished", "zoo.champion": champion.trial, NOTE: self._whole(answer)}
        self.study.tags(told | ({"zoo.front": others} if others else {}))
        self.study.tags({"zoo.finalists": finalists_line(answer)} if champion.finalists else {})
        self.study.end("FINISHED")
        self.close()
        self.ship()

    def fail_study(self, reason: str) -> None:
        """End the parent run of a study that has no champion."""
        self.study.tags({"zoo.state": "failed"})
        self.study.end("FAILED", reason)

    def open_trial(self, slot: int, attempt: int, params: Mapping[str, Any]) -> Spool:
        """Start a child run and return its spool."""
        key = self._key(slot, attempt)
        spool = self._trials[key] = Spool(self.files.root, key, warn=self.warn)
        self._start(spool, slot, attempt, params)
        return spool

    def leave_trial(self, slot: int, attempt: int) -> None:
        """Let go of the spool of an attempt that was cut short; it is shipped as killed."""
        spool = self._trials.pop(self._key(slot, attempt), None)
        if spool is not None:
            spool.close()

    def end_trial(self, record: TrialRecord) -> None:
        """Write the end state of a trial whose slot has ended."""
        key = self._key(record.slot, record.attempt)
        with self._trials.pop(key, None) or Spool(self.files.root, key, warn=self.warn) as spool:
            if not was_started(spool.path):  # it ended while its values were drawn, or was sent without its end
                self._start(spool, record.slot, record.attempt, record.values)
            known = {**({} if record.value is None else {"objective": record.value}), **record.costs}
            known |= {} if record.seconds is None else {"seconds": record.seconds}
            if known:  # a trial over a limit has costs alone
                spool.metrics(record.epochs or 0, known)
            when = {"zoo.epoch": record.epochs} if record.state == "pruned" and record.epochs else {}
            spool.tags({"zoo.state": record.state, **when, NOTE: trial_note(record)})
            spool.end(STATUS[record.state], record.reason or "")

    def catch_up(self, records: Iterable[TrialRecord]) -> None:
        """Write the end states that a kill kept from their spools: the database knows them.

        A spool that another process holds it will end itself.
        """
        for record in records:
            path = spool_path(self.files.root, self._key(record.slot, record.attempt))
            if record.ended and lacks_end(path) and not is_held(path):
                self.end_trial(record)

    def close(self) -> None:
        """Let go of the spools; a run without an end is shipped as killed, until the next command goes on with it."""
        for spool in list(self._trials.values()):
            spool.close()
        if self.telling is not None:
            self.telling.write()
        if self._study is not None:
            self._study.close()

    def ship(self, wait_s: float = LAST_WAIT) -> None:
        """Send what is spooled to MLflow, unless another process runs the study: that one does.

        What cannot be sent now is sent by the next call or command.
        """
        from search.tracking import ship

        if holder(self.files.folder) not in (None, os.getpid()):
            return
        tensorboard.update(self.files, self.warn)  # before what may have to wait for a server
        for warning in ship(self.files.root, wait_s).warnings:
            self.warn(warning)

    def _register(self, champion: Champion, description: str) -> None:
        """Name the champion's file that needs least to run as a version of the model of this study."""
        kept = {(variant["format"], variant["precision"]): variant for variant in champion.variants}
        variant = kept.get(REGISTERED)
        if variant is None or variant["path"] is None:
            self.warn(f"{champion.trial} has no {' '.join(REGISTERED)} file; it is not registered as a model.")
            return
        self.study.model(
            self.files.root / variant["path"],
            variant["sha256"],
            name=self.files.study,
            key=f"{champion.trial} {study_id(self.files)}",  # a later study of this name has champions of its own
            folder=f"models/{int(champion.trial.rpartition('#')[2]):04d}",
            text=description,
        )

    def _whole(self, answer: StudyResult) -> str:
        """Return what the study found and, where this process opened it, what it was asked."""
        return ended(answer) if self.telling is None else self.telling.whole(ended(answer))

    def _crown(self, answer: StudyResult, records: tuple[TrialRecord, ...]) -> None:
        """Write a table of all trials, and into the champion's run what it is worth on test rows."""
        if not records:
            return
        self.study.artifact(crowning.write_table(self.files, records))
        self.study.tags(TABLE_TAGS)
        keys = {record.slot: self._key(record.slot, record.attempt) for record in records if record.ended}
        crowning.crown(self.files.root, self.study.path, answer, keys, self.warn)

    def _start(self, spool: Spool, slot: int, attempt: int, params: Mapping[str, Any]) -> None:
        tags = {"zoo.kind": "trial", "zoo.state": "running", "zoo.slot": slot, "zoo.attempt": attempt}
        tags |= {f"zoo.{name}": value for name, value in params.items() if name == SEED}
        values = {name: value for name, value in params.items() if name != SEED}
        spool.start(self.experiment, f"{self.files.study}#{slot}", self.key, values, tags)

    def _key(self, slot: int, attempt: int) -> str:
        study, _, identity = self.key.rpartition("-")
        return trial_key(study, slot, attempt, identity)


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Yield `recorder` and ship what it holds; after Ctrl-C the next command does, so that none waits."""
    try:
        yield recorder
    finally:
        recorder.close()
    recorder.ship()
