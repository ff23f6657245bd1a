"""Joining a study: a process beside the one that runs it, or after it, trains free slots until none is left."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.children.hands import Hands
from search.claiming.lock import brief_lock, holder
from search.claiming.owners import WORKER, Owner, living
from search.claiming.storage import database
from search.claiming.trialling import Trialling
from search.costs.compiling import recorded
from search.files import StudyFiles
from search.fingerprint import require_joinable, study_id
from search.planning import Plan, make_plan
from search.record.recorder import Recorder, recording
from search.settings import Settings, settings_of
from search.stored import StoredStudy, read_stored
from search.trials import ENDED, Trials, counts, read_study
from search.watcher import Watcher, one_at_a_time
from zoo.converter import Converter
from zoo.errors import BadData, BadValue, UnknownName, Unsupported

_PAUSE = 0.2  # seconds, between two looks at what another process decides
_WORDS = {"finished": "finished", "pruned": "stopped early", "failed": "failed"}


@dataclass(frozen=True)
class Joined:
    """What a worker did for a study: how many slots it ended, by how they did, and how far the study is by now."""

    study: str
    trials: Trials
    trained: Mapping[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """Return it in a line."""
        here, done = sum(self.trained.values()), f"{self.trials.total} of {self.trials.target} have ended"
        if not here:
            return f"trained no trial of {self.study}: {done} and none is free"
        parts = ", ".join(f"{self.trained[state]} {_WORDS[state]}" for state in ENDED if self.trained.get(state))
        return f"trained {here} {'trial' if here == 1 else 'trials'} of {self.study}: {parts}; {done}"


def join(study: str, root: Path | str = ".", workers: int = 1, watcher: Watcher | None = None) -> Joined:
    """Train free slots of a study that `tune` began, in `workers` processes, until none is left; return what was done.

    Everything is read from the study's folder. Neither is a champion named nor anything exported, which `tune` does,
    that may run at the same time. Of a finished study nothing is trained. Raises UnknownName for a study that there is
    not, BadData for one of data in memory, Unsupported with other versions of what decides numbers.
    """
    files = StudyFiles(Path(root).resolve(), study)
    stored = read_stored(files)
    settings = _settings(files, stored, workers)
    progress = _progress(files, stored)
    if progress.total >= progress.target:
        return Joined(study, progress)
    return _join(settings, files, one_at_a_time(watcher or Watcher()))


def champion_by(done: Joined, root: Path | str) -> str:
    """Return the command that names the champion of a study whose slots have ended; "" when one does, or did."""
    from search.standing import command, status
    from search.terminal.columns import root_option

    files = StudyFiles(Path(root).resolve(), done.study)
    is_open = done.trials.total < done.trials.target or holder(files.folder) is not None
    return "" if is_open or status(done.study, root).champion else command(done.study, root) + root_option(Path(root))


def place(root: Path | None, storage: str | None) -> Path:
    """Return the root that is meant by a folder, or by the address of the database in it; by default this folder.

    Raises Unsupported for a database that is no study's own file, BadValue for two places.
    """
    if storage is None:
        return root or Path()
    meant = _root_of(storage)
    if root is not None and root.resolve() != meant.resolve():
        raise BadValue(f"root is {root}, but storage lies below {meant}; a study has one place. Give one of them.")
    return meant


def owners(files: StudyFiles) -> tuple[Owner, ...]:
    """Return the processes that run trials of a study now: `pid`, `host` and `kind`, conductor or worker, of each."""
    return living(files.folder)


def helping(files: StudyFiles) -> str:
    """Return the command that joins a study, as it is typed in this folder."""
    where = [] if files.root == Path.cwd() else ["--root", str(files.root)]
    return shlex.join(["zoo", "worker", files.study, *where])


def _root_of(storage: str) -> Path:
    scheme, mark, rest = storage.partition("://")
    path = Path(rest.partition("?")[0].removeprefix("/"))
    own = database(Path())  # as it reads from the root
    if mark and scheme.partition("+")[0] == "sqlite" and path.parts[-len(own.parts) :] == own.parts:
        return path.parents[len(own.parts) - 1]
    # an address may hold a password: its kind alone is repeated
    said = f"a {scheme} address" if mark and scheme.partition("+")[0] != "sqlite" else f"'{storage}'"
    raise Unsupported(
        f"storage is {said}; trials leave files beside their database, so it must be that of a root:"
        f" sqlite:///FOLDER/{own}. Give that, or --root FOLDER, of a folder that this machine sees."
    )


def _settings(files: StudyFiles, stored: StoredStudy, workers: int) -> Settings:
    data = stored.asked["data"]
    if data is None:
        raise BadData(
            f"study {files.study} was tuned on data in memory, which no other process has. Go on with it where it was"
            " begun, or save the data as a file and tune that."
        )
    data = _found(data, files.root)
    where = {"data": data, "root": files.root, "study": files.study}
    where["plugins"] = [_found(path, files.root) for path in stored.asked["plugins"]]
    changed: dict[str, Any] = {**where, "workers": workers, "finalists": 0}  # those are for the process that crowns
    return settings_of(**{**stored.asked, **changed})


def _found(path: str, root: Path) -> str:
    """Return where a file lies that a study names: here, or at the root, where the study was begun."""
    return str(root / path) if not Path(path).exists() and (root / path).exists() else path


def _progress(files: StudyFiles, stored: StoredStudy) -> Trials:
    try:
        records = read_study(database(files.root), files.study).records
    except UnknownName:  # the study is set up and its database is to come
        records = ()
    return counts(records, stored.asked["trials"])


def _join(settings: Settings, files: StudyFiles, watcher: Watcher) -> Joined:
    identity = study_id(files)
    with Hands(settings) as hands, ExitStack() as stack:
        plan = make_plan(settings, watcher)
        require_joinable(files, plan.fingerprint())
        _take_over_decisions(plan, watcher)
        converter = stack.enter_context(Converter())
        recorder = Recorder(files, plan.experiment, watcher.said)
        with brief_lock(files.joining):  # or the study may be deleted, and would be begun anew
            read_stored(files)
            _require_same_id(files, identity)
            trials = Trialling(plan, recorder, watcher, converter=converter, kind=WORKER)
            stack.enter_context(trials.leases)
        stack.enter_context(recording(recorder))
        watcher.planned(plan, trials.counts())
        trials.crew = hands.crew(plan)
        watcher.stage("starting TensorFlow")
        if trials.crew is None:
            _ = plan.workspace
        watcher.searching()
        trials.run()
        return Joined(files.study, trials.counts(), dict(trials.trained))


def _require_same_id(files: StudyFiles, identity: str) -> None:
    if study_id(files) != identity:
        raise BadValue(f"study {files.study} was deleted and begun anew meanwhile. Run the same command again.")


def _take_over_decisions(plan: Plan, watcher: Watcher) -> None:
    """Wait for what the process that runs a new study decides before its first trial; raise BadValue without one."""
    while (decisions := recorded(plan.files)) is None:
        if holder(plan.files.folder) is None:
            raise BadValue(f"study {plan.files.study} was left before its first trial. Go on with `zoo tune` first.")
        watcher.heed()
        time.sleep(_PAUSE)
    plan.jit_compile.update(decisions)
