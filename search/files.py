"""Where a study keeps what it leaves, below ROOT/mlruns."""

from __future__ import annotations

import errno
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.durable import whole_file
from zoo.errors import BadData, BadValue, UnknownName, ZooError, unknown

LONGEST_NAME = 160  # bytes in UTF-8; with the study's id, a slot and an attempt it makes a spool's key of 200 at most
_NAME = re.compile(r"\w[\w.\-]*")


@dataclass(frozen=True)
class StudyFiles:
    """The paths of one study; making the value makes no folder."""

    root: Path
    study: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.study) or len(self.study.encode()) > LONGEST_NAME:
            rule = f"use letters, digits, '-', '_' and '.', at most {LONGEST_NAME} bytes in UTF-8"
            raise BadValue(f"study is '{self.study}'; {rule}. Try --study {plain_name(self.study)}.")

    @property
    def mlruns(self) -> Path:
        """The folder of every study below this root."""
        return self.root / "mlruns"

    @property
    def folder(self) -> Path:
        """The folder of this study."""
        return self.mlruns / "studies" / self.study

    @property
    def page(self) -> Path:
        """The report as one page of HTML."""
        return self.folder / "report.html"

    @property
    def fingerprint(self) -> Path:
        """What decides the study's results: study.json."""
        return self.folder / "study.json"

    @property
    def data(self) -> Path:
        """What was found in the data, as `zoo check --json` says it."""
        return self.folder / "data.json"

    @property
    def log(self) -> Path:
        """The study's log file."""
        return self.folder / "study.log"

    @property
    def joining(self) -> Path:
        """The lock of who joins the study, and of who deletes it: nobody joins what is being deleted."""
        return self.folder / "joining"

    @property
    def champion(self) -> Path:
        """The folder of the champion."""
        return self.folder / "champion"

    @property
    def report(self) -> Path:
        """The answer of the finished study, as `zoo tune --json` prints it."""
        return self.champion / "report.json"

    @property
    def exports(self) -> Path:
        """The folder that holds a bundle for each format and precision."""
        return self.folder / "exports"

    @property
    def compressed(self) -> Path:
        """The folder that holds one for each trial that was compressed."""
        return self.folder / "compressed"

    @property
    def spool(self) -> Path:
        """The folder in which runs wait to be shipped to MLflow."""
        return self.mlruns / "spool"

    def trial(self, slot: int) -> Path:
        """Return the folder of the trial in `slot`."""
        return self.folder / "trials" / f"{slot:04d}"

    def checkpoint(self, slot: int) -> Path:
        """Return where the trial in `slot` keeps what it goes on from while it runs."""
        return self.trial(slot) / "checkpoint"

    def relative(self, path: Path) -> str:
        """Return `path` as the user would type it from the root."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def make(self) -> None:
        """Make the study's folders; raise ZooError when they cannot be written."""
        try:
            for folder in (self.folder / "trials", self.spool):
                folder.mkdir(parents=True, exist_ok=True)
            require_ignored(self.mlruns)
        except OSError as error:
            raise self._unwritable(error.strerror) from error

    def require_makable(self) -> None:
        """Raise what `make` would raise, as far as can be told without making anything."""
        there = next(place for place in (self.mlruns, *self.mlruns.parents) if place.exists())
        if not there.is_dir():
            raise self._unwritable(os.strerror(errno.ENOTDIR))
        if not os.access(there, os.W_OK):
            raise self._unwritable(os.strerror(errno.EACCES))

    def _unwritable(self, reason: str) -> ZooError:
        return ZooError(f"{self.mlruns} cannot be written ({reason}); choose another with --root.")


def plain_name(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` made fit to name a study, cut between characters to `longest` bytes."""
    plain = re.sub(r"[^\w.\-]+", "-", text).strip("-.")
    return plain.encode()[:longest].decode(errors="ignore").rstrip("-.") or "study"


def studies(root: Path) -> list[str]:
    """Return the names of the studies below `root`."""
    return sorted(path.parent.name for path in (root / "mlruns" / "studies").glob("*/study.json"))


def unknown_study(study: str, root: Path) -> UnknownName:
    """Return the error for a study that does not lie below `root`."""
    names = studies(root)
    if names:
        return unknown("study", study, names)
    place = root / "mlruns"
    return UnknownName(
        f"no study is named '{study}': none lies below {place}. Begin one with `zoo tune`, or give --root."
    )


def write_json(path: Path, value: Any) -> None:
    """Write `value` whole and on disk: no reader, kill or power cut meets half a file."""
    text = json.dumps(value, indent=1) + "\n"
    with whole_file(path) as file:
        file.write(text.encode())


def read_json(path: Path) -> Any:
    """Return the value in a JSON file; raise BadData when it is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadData(f"{path} cannot be read ({error}); restore it, or start another study with --study.") from error


def require_ignored(mlruns: Path) -> None:
    """Keep what studies leave out of the user's repository."""
    ignore = mlruns / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n!.gitignore\n", "utf-8")
