"""Sending spools: everything that a run's lines tell, in any number of tries, each thing once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from search.care.moving import follow
from search.record.spool import THIS_RUN
from search.record.spooled import Event, Spooled, open_spool, points, retire, unsent
from search.tracking._inputs import dataset_input
from search.tracking._registry import register
from search.tracking._runs import SENT_TAG, Runs
from search.tracking._store import import_mlflow, only_shipper, open_client, open_server, warning
from zoo.errors import ZooError

if TYPE_CHECKING:
    from mlflow.entities import Run

_NO_WAY = (
    "the server keeps files at a place of its own that leads not through it ({}); they stay below mlruns and are not"
    " sent. Start it with --serve-artifacts, which it does by itself, to send those of later studies."
)
_NAME_LIMIT, _PARAM_LIMIT, _TAG_LIMIT = 250, 6000, 8000  # characters; mlflow.utils.validation


@dataclass(frozen=True)
class Shipped:
    """What one call of `ship` did: runs brought up to date, points and files sent, spools that must wait."""

    runs: int = 0
    points: int = 0
    artifacts: int = 0
    waiting: int = 0
    warnings: tuple[str, ...] = ()

    def __add__(self, other: Shipped) -> Shipped:
        waiting, warnings = self.waiting + other.waiting, self.warnings + other.warnings
        runs, sent = self.runs + other.runs, self.points + other.points
        return Shipped(runs, sent, self.artifacts + other.artifacts, waiting, warnings)


def prepare(root: Path, wait_s: float = 5.0) -> tuple[str, ...]:
    """Import mlflow and make its database ahead of need (2 to 3 s, once a root); return warnings, at most one."""
    try:
        import_mlflow()  # before the lock is taken: beside TensorFlow's import it takes many seconds
        with only_shipper(root, wait_s):
            open_client(root, wait_s)
    except Exception as error:  # tracking never stops training, whatever MLflow raises
        return (warning("MLflow", error),)
    return ()


def ship(root: Path, wait_s: float = 5.0) -> Shipped:
    """Bring MLflow up to date with every unsent spool; wait at most about `wait_s` for another process's lock.

    Where another process (or thread) is shipping and goes on for longer, all spools count as waiting and none is sent.
    """
    waiting = len(unsent(root))
    try:
        if not waiting:
            return Shipped(warnings=follow(root, wait_s))
        import_mlflow()
        with only_shipper(root, wait_s):
            moved = Shipped(warnings=follow(root, wait_s))
            return moved + _Shipper(Runs(open_client(root, wait_s), Path(root).absolute())).ship()
    except BlockingIOError:
        return Shipped(waiting=waiting)
    except Exception as error:  # tracking never stops training, whatever MLflow raises
        return Shipped(waiting=waiting, warnings=(warning("MLflow", error),))


@dataclass(frozen=True)
class _Shipper:
    """One pass over the unsent spools."""

    runs: Runs

    def ship(self) -> Shipped:
        opened = [spooled for spooled in map(open_spool, unsent(self.runs.root)) if spooled.starts]
        opened.sort(key=lambda spooled: spooled.starts[0]["parent"] is not None)  # parents first
        done = Shipped()
        for place, spooled in enumerate(opened):
            tried = self._try(spooled)
            if tried.waiting and (away := self._away()):
                return done + Shipped(waiting=len(opened) - place, warnings=(away,))
            done += tried
        return replace(done, warnings=tuple(dict.fromkeys(done.warnings)))

    def _away(self) -> str | None:
        """Return what to say of a server that has gone in the middle: the other spools need not be tried then."""
        try:
            if self.runs.is_remote:
                open_server(self.runs.client.tracking_uri)
        except ConnectionError as error:
            return warning("MLflow", error)
        return None

    def _try(self, spooled: Spooled) -> Shipped:
        try:
            return self._send(spooled)
        except Exception as error:  # one bad spool must not hold up the others
            return Shipped(waiting=1, warnings=(warning(spooled.path.name, error),))

    def _send(self, spooled: Spooled) -> Shipped:
        run = self.runs.run_of(spooled)
        sent = int(run.data.tags.get(SENT_TAG, 0))
        files, models = spooled.of_kind("artifact", sent), spooled.of_kind("model", sent)
        complaints = [self._send_file(run, event) for event in files]
        count = self._send_values(run, spooled, sent)
        self._set_state(run, spooled)
        complaints += [self._send_model(run, event) for event in models]  # last: it takes most, and may have to wait
        self.runs.settle(spooled)
        self._put_away(run, spooled)
        told = tuple(text for text in complaints if text is not None)
        return Shipped(1, count, len(complaints) - len(told), 0, told)

    def _send_file(self, run: Run, event: Event) -> str | None:
        path = self.runs.root / event["path"]
        if not self.runs.takes_files(run):
            return _NO_WAY.format(urlsplit(run.info.artifact_uri).scheme or "a folder")
        if not path.exists():
            return f"{event['path']} is gone and not tracked."
        self.runs.client.log_artifact(run.info.run_id, str(path), event["folder"] or None)
        return None

    def _send_model(self, run: Run, event: Event) -> str | None:
        if not self.runs.takes_files(run):
            return None  # its files have said why
        try:
            register(self.runs.client, run, event, self.runs.root / event["path"])
        except (ZooError, PackageNotFoundError) as error:  # no later try would end otherwise
            return f"{event['key']} is not registered as a model: {error}"
        return None

    def _send_values(self, run: Run, spooled: Spooled, sent: int) -> int:
        from mlflow.entities import Metric, Param, RunTag

        client = self.runs.client
        metrics = [Metric(_name(name), *point) for name, *point in points(spooled.events[sent:])]
        params = {_name(name): _cut(value, _PARAM_LIMIT) for name, value in spooled.starts[-1]["params"].items()}
        fresh = [Param(name, value) for name, value in params.items() if name not in run.data.params]
        tags = [RunTag(_name(name), _tag(run, value)) for name, value in spooled.tags(sent).items()]
        client.log_batch(run.info.run_id, metrics, fresh, tags)  # cut by the client into batches MLflow accepts
        inputs = [dataset_input(event) for event in spooled.of_kind("input", sent)]
        if inputs:  # MLflow knows those that it has by name and digest
            client.log_inputs(run.info.run_id, inputs)
        for event in spooled.of_kind("experiment", sent):
            for name, value in event["values"].items():
                client.set_experiment_tag(run.info.experiment_id, name, _linked(run, value))
        return len(metrics)

    def _set_state(self, run: Run, spooled: Spooled) -> None:
        if spooled.status != "RUNNING":
            end = spooled.events[-1]["time"]
            self.runs.client.set_terminated(run.info.run_id, spooled.status, end_time=end)
        elif run.info.status != "RUNNING":
            self.runs.client.update_run(run.info.run_id, status="RUNNING")

    def _put_away(self, run: Run, spooled: Spooled) -> None:
        count = len(spooled.events)
        if spooled.status == "RUNNING" or not retire(spooled.path, count):
            self.runs.client.set_tag(run.info.run_id, SENT_TAG, str(count))


def _name(text: str) -> str:
    return re.sub(r"[^\w\-. :/]", "_", text)[:_NAME_LIMIT]


def _tag(run: Run, value: str) -> str:
    return _cut(_linked(run, value), _TAG_LIMIT)


def _linked(run: Run, text: str) -> str:
    """Return a text whose links to the run's own page lead there, wherever the server lies."""
    return text.replace(THIS_RUN, f"#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}")


def _cut(text: str, limit: int) -> str:
    note = f" ... (cut from {len(text)} characters)"
    return text if len(text) <= limit else text[: limit - len(note)] + note
