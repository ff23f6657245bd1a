"""The local record of one run: JSON lines that training appends and the tracker ships later (`spooled.py` reads them).

A spool is `mlruns/spool/KEY.jsonl`; once all of it is with the tracker it lies in `mlruns/spool/sent/`. Lines, each
with `kind` and `time` (milliseconds since 1970):

    start       experiment, name, parent (the parent's key or null), params {dotted name: text}, tags {name: text}
    metrics     step, values {name: number, or "nan", "inf", "-inf"}
    artifact    path (relative to the root), folder (inside the run's artifacts)
    input       name, digest, source (where the data lies), schema and profile (JSON as text), context
    tags        values {name: text}
    experiment  values {name: text}, tags of the experiment that the run belongs to
    model       path of a bundle (relative to the root), sha256, name, key, folder (inside the run's artifacts), text
    end         status (FINISHED, KILLED or FAILED), reason

Where `THIS_RUN` stands in the text of a tag, the tracker puts the address of the run's own page.

A run that goes on, such as a resumed study, appends another `start` to its spool. A trial that is tried again is
another run: give each attempt a key of its own, such as `digits-0012-1`. The writer holds a lock (flock) while it
lives, so a spool with no `end` and no lock tells that its writer was killed.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import re
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Self

from zoo.errors import BadValue

Status = Literal["FINISHED", "KILLED", "FAILED"]
THIS_RUN = "#this-run"

_LOCK_ATTEMPTS, _LOCK_PAUSE = 20, 0.005  # seconds; the tracker holds a spool's lock for a rename only


class Spool:
    """The writer of one run's spool. What cannot be written now is kept, warned of once, and written later."""

    def __init__(
        self,
        root: Path,
        key: str,
        clock: Callable[[], float] = time.time,
        warn: Callable[[str], None] = warnings.warn,
    ) -> None:
        self.root, self.key, self.path = Path(root).absolute(), key, spool_path(root, key)
        self._clock, self._warn, self._warned = clock, warn, False
        self._pending, self._descriptor = b"", None

    def start(
        self,
        experiment: str,
        name: str,
        parent: str | None = None,
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        """Open the run, or open it again; `parent` is the key of another spool."""
        texts = {"params": _texts(params or {}), "tags": _texts(tags or {})}
        self._append({"kind": "start", "experiment": experiment, "name": name, "parent": parent, **texts})

    def metrics(self, step: int, values: Mapping[str, float], fsync: bool = False) -> None:
        """Add one point to each metric; `fsync` also makes everything so far survive a power cut (1.5 to 4 ms)."""
        self._append({"kind": "metrics", "step": int(step), "values": _numbers(values)}, fsync)

    def artifact(self, path: Path, folder: str = "") -> None:
        """Name a file below the root to keep with the run; it is copied when the spool is shipped."""
        self._append({"kind": "artifact", "path": self._inside(path), "folder": folder})

    def model(self, bundle: Path, sha256: str, **texts: str) -> None:
        """Name a bundle below the root, by its hash, to become the champion among the versions of a registered model.

        The texts are `name`, the model's; `key`: one key is one version, however often it is named; `folder`, where
        the run's artifacts keep it; and `text`, which describes it.
        """
        self._append({"kind": "model", "path": self._inside(bundle), "sha256": sha256, **texts})

    def input(self, name: str, digest: str, **texts: str) -> None:
        """Name the data that the run learns from; the texts are `source`, `schema`, `profile` and `context`."""
        self._append({"kind": "input", "name": name, "digest": digest, **texts})

    def experiment(self, values: Mapping[str, Any]) -> None:
        """Set or replace tags of the experiment, which all its runs share."""
        self._append({"kind": "experiment", "values": _texts(values)})

    def tags(self, values: Mapping[str, Any]) -> None:
        """Set or replace tags."""
        self._append({"kind": "tags", "values": _texts(values)})

    def end(self, status: Status, reason: str = "") -> None:
        """Say how the run ended, on disk before this returns; `close` afterwards, or the tracker takes it as open."""
        self._append({"kind": "end", "status": status, "reason": reason}, fsync=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._pending:
            self._try_flush(fsync=False)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _inside(self, path: Path) -> str:
        """Return a path as it reads from the root."""
        place = Path(path)
        return (place.absolute().relative_to(self.root) if place.is_absolute() else place).as_posix()

    def _append(self, event: dict[str, Any], fsync: bool = False) -> None:
        event["time"] = round(self._clock() * 1000)
        self._pending += json.dumps(event, separators=(",", ":")).encode() + b"\n"
        self._try_flush(fsync)

    def _try_flush(self, fsync: bool) -> None:
        try:
            self._flush(fsync)
        except OSError as error:
            if not self._warned:
                self._warn(
                    f"{self.path} cannot be written ({error}); training goes on, what is tracked waits in memory."
                )
            self._warned = True

    def _flush(self, fsync: bool) -> None:
        if self._descriptor is None:
            self._descriptor = _open_locked(self.path)
        while self._pending:  # one write a line; a full disk may take part of it
            self._pending = self._pending[os.write(self._descriptor, self._pending) :]
        if fsync:
            os.fsync(self._descriptor)


def spool_path(root: Path, key: str) -> Path:
    """Return where the spool of a run lies until it is sent; raise BadValue for a key unfit as a file name."""
    if not re.fullmatch(r"\w[\w.\- ]*", key) or len(key.encode()) > 200:
        raise BadValue(
            f"the run key is {key!r}; use letters, digits, '.', '-' and '_', at most 200 bytes. Try 'digits'."
        )
    return spool_folder(root) / f"{key}.jsonl"


def trial_key(study: str, slot: int, attempt: int, identity: str) -> str:
    """Return the key of one attempt at a slot, of the study with this id."""
    return f"{study}-{slot:04d}-{attempt}-{identity}"


def spool_folder(root: Path) -> Path:
    """Return the folder of spools below a root."""
    return Path(root).absolute() / "mlruns" / "spool"


def sent_path(path: Path) -> Path:
    """Return where a spool lies once the tracker has all of it."""
    return path.parent / "sent" / path.name


def lock(descriptor: int) -> bool:
    """Take a file's lock until it is closed, or tell that somebody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Return whether the writer of the spool at `path` lives: this process, too, where it has it open."""
    try:
        with path.open("rb") as file:
            return not lock(file.fileno())
    except FileNotFoundError:
        return False


def _open_locked(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_LOCK_ATTEMPTS):
        descriptor = _open(path)
        if lock(descriptor) and _lies_at(descriptor, path):
            _cut_torn_line(descriptor)
            return descriptor
        os.close(descriptor)
        time.sleep(_LOCK_PAUSE)
    raise BlockingIOError("another process holds it")


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND
    with suppress(FileNotFoundError):
        return os.open(path, flags)
    with suppress(FileNotFoundError):
        sent_path(path).rename(path)  # the run goes on: one run, one spool
    return os.open(path, flags | os.O_CREAT, 0o644)


def _lies_at(descriptor: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _cut_torn_line(descriptor: int) -> None:
    content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    os.ftruncate(descriptor, content.rfind(b"\n") + 1)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _numbers(values: Mapping[str, float]) -> dict[str, float | str]:
    numbers = {name: float(value) for name, value in values.items()}
    return {name: value if math.isfinite(value) else str(value) for name, value in numbers.items()}
