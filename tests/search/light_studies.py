"""Whole studies of wine in processes that can be killed, with trainings that take no TensorFlow and milliseconds."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import search.claiming.joining
import search.claiming.trialling
from search.children.hands import Hands
from search.children.runners import Finished
from search.children.succession import WorkerClosed
from search.claiming.joining import Joined, join
from search.claiming.leases import Leases
from search.claiming.lock import study_lock
from search.claiming.storage import database
from search.claiming.trialling import Trialling
from search.files import read_json, write_json
from search.fingerprint import require_same
from search.planning import make_plan
from search.record.recorder import Recorder, recording
from search.settings import Settings
from search.trials import TrialRecord, Trials, read_study
from search.watcher import Watcher, one_at_a_time
from zoo.errors import UnknownName

from .whole_studies import asked, ended, said

EPOCHS = 4
STUDY = "wine"


class LightCrew:
    """A crew whose trainings answer by the recipe alone, an epoch each `pause_s`, and go on from a state."""

    pause_s = 0.01

    def __init__(self, count: int, threads: int = 1) -> None:
        self.workers, self.memory, self._closed = tuple(range(count)), 2**30, Event()

    def start(self) -> None:
        """Do nothing: nothing has to be ready."""

    def expect(self, source: Any, preparation: Any) -> None:
        """Do nothing: no data is read."""

    def run(self, recipe, folder, callbacks=(), waits=(), *, checkpoint=None, limit_s=None) -> Finished:
        """Train as `search.children.runners.Runner` says."""
        draw = random.Random(f"{sorted(recipe.values().items())} {recipe.seed}")
        curve = [{"val/accuracy": draw.random(), "train/log_loss": draw.random()} for _ in range(recipe.train.epochs)]
        begun = len(list(checkpoint.glob("*.npz")))
        self._call(callbacks, "on_begun", 77)
        if begun:
            self._call(callbacks, "on_resume", curve[:begun])
        for epoch, logs in enumerate(curve[begun:], start=begun + 1):
            if self._closed.wait(self.pause_s):
                raise WorkerClosed("closed")
            self._call(callbacks, "heed")
            self._call(callbacks, "on_epoch_end", epoch, logs)
            checkpoint.mkdir(parents=True, exist_ok=True)
            (checkpoint / f"checkpoint-0-{epoch - 1:08}-0.npz").touch()
        self._call(callbacks, "on_trained")
        best = max(range(len(curve)), key=lambda at: curve[at]["val/accuracy"])
        write_json(folder / "history.json", {"epoch": best + 1, "history": curve, "begun": begun})
        (folder / "weights.npz").write_text(str(curve[best]))
        return Finished({"accuracy": curve[best]["val/accuracy"]}, len(curve), best + 1, 77)

    def close(self) -> None:
        """End the trainings of other threads."""
        self._closed.set()

    @staticmethod
    def _call(callbacks, name, *given):
        for callback in callbacks:
            if hasattr(callback, name):
                getattr(callback, name)(*given)


class Slow(LightCrew):
    """Trainings long enough to be met by whoever looks for them."""

    pause_s = 0.2


@contextmanager
def light(crew: type[LightCrew], ships: bool = False, **leases: float) -> Iterator[None]:
    """Let studies of this process train in such a crew, with other `leases`, and send to MLflow only if asked to."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search.claiming.joining, "Hands", partial(Hands, crew_of=crew))
        patched.setattr(search.claiming.trialling, "Leases", partial(Leases, **leases))
        if not ships:
            patched.setattr(Recorder, "ship", lambda self, wait_s=0.0: None)
        yield


def conduct(
    root: Path, workers: int = 1, crew: type[LightCrew] = LightCrew, watcher: Watcher | None = None, **changes: Any
) -> Trials:
    """Run the trials of the study as `tune` does, up to its champion; return how far it is."""
    watcher = one_at_a_time(watcher or Watcher())
    own = {name: changes.pop(name) for name in ("ships", "beat_s", "grace_s") if name in changes}
    options = {"trials": 8, "sampler": "random", "pruner": "none", "workers": workers, **changes}
    plan = make_plan(Settings(options.pop("data", STUDY), **asked(root, **options)), watcher)
    plan.files.make()
    recorder = Recorder(plan.files, plan.experiment, watcher.said)
    with light(crew, **own), study_lock(plan.files.folder), recording(recorder):
        require_same(plan.files, {**plan.fingerprint(), "workers": 1})
        write_json(plan.files.fingerprint, {**read_json(plan.files.fingerprint), "jit_compile": {}})
        trials = Trialling(plan, recorder, watcher, crew(workers))
        trials.mend()
        recorder.open_study(plan)
        trials.run()
        trials.catch_up()
        return trials.counts()


def helped(
    root: Path, workers: int = 1, crew: type[LightCrew] = LightCrew, watcher: Watcher | None = None, **own: Any
) -> Joined:
    """Join the study as `zoo worker` does."""
    with light(crew, **own):
        return join(STUDY, root, workers, watcher)


def records(root: Path) -> tuple[TrialRecord, ...]:
    """Return every attempt; none of a study that is not there yet."""
    try:
        return read_study(database(root), STUDY).records
    except UnknownName:
        return ()


def outcome(root: Path) -> list[Any]:
    """Return what must not depend on who ran the slots, nor on what was killed: the curves included."""
    folder = root / "mlruns" / "studies" / STUDY / "trials"
    whole = ended(records(root))
    return [(said(record), read_json(folder / f"{record.slot:04d}" / "history.json")["history"]) for record in whole]


def wait_until(is_so, seconds: float = 60.0) -> None:
    """Wait for something that is sure to come."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)
