"""The record that a compression leaves for MLflow: a parent run, and a child run a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from search.compressing.attempts import to_text
from search.compressing.rows import Row
from search.compressing.subjects import Subject
from search.files import plain_name, require_ignored
from search.record.addresses import track
from search.record.spool import Spool, sent_path, spool_folder, spool_path

if TYPE_CHECKING:
    from search.compressing.answers import Compressed

LONGEST_KEY = 50  # bytes of a study's name; the folder's own is at most 109 and a file's key adds 30
WAIT_S = 30.0  # for which a lock on MLflow's tables is waited for


class Record:
    """Writes the spools of one compression, and ships them when it is left; nothing here ends a compression."""

    def __init__(self, subject: Subject, warn: Callable[[str], None], tracking_uri: str | None = None) -> None:
        self._subject, self._warn = subject, warn
        study = plain_name(subject.folder.parts[-3], LONGEST_KEY)
        self._key = f"compressed-{study}-{subject.folder.name}"
        spool_folder(subject.root).mkdir(parents=True, exist_ok=True)
        require_ignored(subject.root / "mlruns")
        track(subject.root, tracking_uri, warn)
        self._parent = Spool(subject.root, self._key, warn=warn)

    def __enter__(self) -> Self:
        params = {"model": self._subject.name, "goal": self._subject.goal}
        tags = {"zoo.kind": "compression", "zoo.state": "running"}
        name = f"{Path(self._subject.name).name} compressed"
        self._parent.start(self._subject.experiment, name, params=params, tags=tags)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None and issubclass(kind, Exception):
            self._parent.tags({"zoo.state": "failed"})
            self._parent.end("FAILED", " ".join(str(error).split()))
        self._parent.close()
        if kind is not KeyboardInterrupt:  # the next command ships, so that none waits
            self._ship()

    def catch_up(self, rows: Iterable[Row]) -> None:
        """Write a run for each of `rows` that a kill kept from having one."""
        places = ((row, spool_path(self._subject.root, self._key_of(row))) for row in rows)
        self.add(row for row, place in places if not (place.exists() or sent_path(place).exists()))

    def add(self, rows: Iterable[Row]) -> None:
        """Write a run for each of `rows`."""
        for row in rows:
            with Spool(self._subject.root, self._key_of(row), warn=self._warn) as spool:
                self._write(spool, row)

    def end(self, answer: Compressed) -> None:
        """End the parent run: the file to ship, and what it is worth."""
        pick = answer.pick
        if pick is not None:
            self._parent.metrics(0, {"objective": pick.validation[answer.bounds.goal], **pick.costs})
            self._parent.metrics(0, {f"test/{name}": value for name, value in (answer.test or {}).items()})
        for name in ("report.json", "front.png"):
            if (self._subject.folder / name).exists():
                self._parent.artifact(self._subject.folder / name)
        self._parent.tags({"zoo.state": "finished", "zoo.pick": answer.summary()})
        self._parent.end("FINISHED")

    def _key_of(self, row: Row) -> str:
        return f"{self._key}-{'-'.join(row.key)}"

    def _write(self, spool: Spool, row: Row) -> None:
        params = {"steps": to_text(row.steps), "method": row.method, "format": row.format, "precision": row.precision}
        tags = {"zoo.kind": "file", "zoo.state": "skipped" if row.skipped else "finished"}
        spool.start(self._subject.experiment, f"{row.method} {row.file}", self._key, params, tags)
        validation = {f"val/{name}": value for name, value in (row.validation or {}).items()}
        known = {**validation, **row.costs}
        if row.validation is not None:
            known["objective"] = row.validation[self._subject.goal]
        if row.gzip_bytes is not None:
            known["gzip_bytes"] = row.gzip_bytes
        if known:
            spool.metrics(0, known)
        spool.end("KILLED" if row.skipped else "FINISHED", row.skipped or "")

    def _ship(self) -> None:
        from search.tracking import ship

        for warning in ship(self._subject.root, WAIT_S).warnings:
            self._warn(warning)
