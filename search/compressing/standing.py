"""How the compressions of a study stand: what was made, what ships, how to go on; read without TensorFlow."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from search.aims import FORMAT
from search.claiming.lock import holder
from search.compressing.answers import TESTS, Compressed
from search.compressing.asked import ASKED, Asked
from search.compressing.rows import JOURNAL, Journal, Row, incomparable, plain_of
from search.files import StudyFiles, read_json
from search.standing import named_champion
from search.stored import read_stored
from zoo.errors import ZooError

_FOLDER = re.compile(r"(\d{4,})-[0-9a-f]+")


@dataclass(frozen=True)
class Compression:
    """The compression of a `trial` as it stands: what was `asked` last, and the `answer` as far as it goes.

    `rows` are the files of the answer, which has none of them while the model as it is, which others are compared
    with, was not measured. `command` goes on with it, or prints its answer again; `runner` is the process that runs
    it, None when nobody does. `reason` says why the command would not go on, "" where it would.
    """

    trial: str
    asked: Asked
    answer: Compressed
    rows: tuple[Row, ...]
    command: str
    runner: int | None = None
    reason: str = ""

    @property
    def state(self) -> str:
        """`running`, `finished` once all was tried, or `unfinished`: it was stopped, or its time was up."""
        if self.runner is not None:
            return "running"
        return "finished" if self.answer.is_over else "unfinished"

    @property
    def files(self) -> dict[str, int]:
        """How many files were made, how many of these hold, how many failed their proof, and how many were not made."""
        made = [row for row in self.rows if not row.skipped]
        failed = sum(row.proof is not None and not row.proof["passed"] for row in made)
        held = sum(map(self.answer.bounds.holds, self.answer.rows))
        return {"made": len(made), "held": held, "failed": failed, "skipped": len(self.rows) - len(made)}

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo compress --json` prints, and how it stands; null is what is not known yet."""
        known = {"trial": self.trial, "state": self.state, "runner": self.runner, "command": self.command}
        asked = {"device": self.asked.device, "files": self.files, "reason": self.reason or None}
        unknown = {} if self.answer.rows else {"validation": None, "floor": None}
        return {**known, **asked, **self.answer.to_json(), **unknown}


@dataclass(frozen=True)
class Damaged:
    """A compression whose files cannot be read, and why."""

    trial: str
    folder: str
    reason: str
    state: str = "unreadable"

    def to_json(self) -> dict[str, Any]:
        """Return the keys that tell how every compression stands; null is what cannot be read."""
        unknown = dict.fromkeys(("runner", "command", "device", "files", "pick"))
        return {**vars(self), **unknown, "variants": []}


def compressions(files: StudyFiles) -> tuple[Compression | Damaged, ...]:
    """Return the compressions of a study's trials by their slots; one that cannot be read hides no other.

    Raises as `search.stored.read_stored` does.
    """
    goal = read_stored(files).goal
    there = _inside(files.compressed)
    begun = (folder for folder in there if (folder / ASKED).exists() or (folder / JOURNAL).exists())
    return tuple(_read(files, folder, goal) for folder in begun if _FOLDER.fullmatch(folder.name))


def compressions_of(studies: Iterable[str], root: Path) -> dict[str, tuple[Compression | Damaged, ...]]:
    """Return the compressions of several studies by their names, without a study that is deleted just now."""
    found = {}
    for study in studies:
        with suppress(ZooError):
            found[study] = compressions(StudyFiles(root.resolve(), study))
    return found


def _inside(folder: Path) -> list[Path]:
    """Return what lies in a folder, nothing where it is not there, or goes just now."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _read(files: StudyFiles, folder: Path, goal: str) -> Compression | Damaged:
    trial = f"{files.study}#{_slot(folder)}"
    try:
        return _compression(files, folder, trial, goal)
    except (ZooError, OSError) as error:
        return Damaged(trial, files.relative(folder), str(error))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        cure = "Remove what is damaged in it, or all of it, and compress once more."
        return Damaged(trial, files.relative(folder), f"{folder} is damaged ({type(error).__name__}: {error}). {cure}")


def _compression(files: StudyFiles, folder: Path, trial: str, goal: str) -> Compression:
    every, runner = Journal(folder / JOURNAL).rows(), holder(folder)
    told = _told(folder, every)
    asked = Asked.from_json(told)
    rows = asked.kept(every, files.root)
    plain = plain_of(rows)
    reason = "" if plain is None else incomparable(plain, folder)
    score = None if plain is None or plain.validation is None else plain.validation[goal]
    answer = Compressed(
        name=told.get("model", trial),
        bounds=asked.bounds(goal, score or 0.0),
        score=score or 0.0,
        max_drop=asked.max_drop,
        rows=() if score is None else rows,
        folder=files.relative(folder),
        is_over=bool(told["over"]),
        validation_rows=told.get("validation_rows", 0),
    )
    model = files.study if _slot(folder) == named_champion(files) else trial
    command = shlex.join(["zoo", "compress", model, *asked.options])
    return Compression(trial, asked, _tested(answer, folder), rows, command, runner, reason)


def _told(folder: Path, every: Sequence[Row]) -> Mapping[str, Any]:
    """Return what was asked last; earlier versions kept that of compressions that ended alone, others are as usual."""
    if (folder / ASKED).exists():
        return read_json(folder / ASKED)
    if not (folder / "report.json").exists():
        return {**Asked(device=_device(every)).to_json(), "over": False}
    report = read_json(folder / "report.json")
    formats = {one.get("format", FORMAT) for one in report["variants"]}
    known = Asked(device=_device(row for row in every if row.format in formats)).to_json()
    ended = {name: report[name] for name in ("model", "max_drop", "over")}
    return {**known, **ended, "limit": report["limits"], "validation_rows": report.get("validation_rows", 0)}


def _device(rows: Iterable[Row]) -> str | None:
    return next((row.footprint["device"] for row in rows if row.footprint), None)


def _tested(answer: Compressed, folder: Path) -> Compressed:
    """Return an answer with what was measured on test rows, which are opened once all was tried."""
    pick, kept = answer.pick, folder / TESTS
    if pick is None or not answer.is_over or not kept.exists():
        return answer
    return replace(answer, **read_json(kept).get(pick.path, {}))


def _slot(folder: Path) -> int:
    return int(_FOLDER.fullmatch(folder.name)[1])
