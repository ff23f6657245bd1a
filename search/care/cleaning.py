"""Cleaning: the weights of trials that nobody will ship any more are freed; every trial can be trained again.

What stays: recipes, curves and scores of all trials, the record in MLflow and its spools, bundles, and the weights of
the champion, of the front and of the best. A study that has no champion yet keeps the best five, one of which it will
be, and all that unfinished trials go on from.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from search.care.deletion import require_nobody
from search.choosing.champion import KEPT_WEIGHTS
from search.claiming.lock import brief_lock, study_lock
from search.claiming.storage import database
from search.files import StudyFiles, studies, unknown_study
from search.standing import named_champion, status
from search.stopping.endings import listed
from search.stored import read_stored
from search.trials import StudyRecord, best, read_study
from zoo.errors import BadValue, UnknownName, ZooError

KEEP = 1  # of the best trials, beside the champion and the front


@dataclass(frozen=True)
class Cleaned:
    """What was freed of one study: bytes, and the slots whose weights are gone; `kept` are those that have theirs."""

    study: str
    bytes: int
    trials: tuple[int, ...]
    kept: tuple[int, ...]

    def line(self, dry_run: bool = False) -> str:
        """Return it for reading."""
        verb = "would free" if dry_run else "freed"
        count = f"{len(self.trials)} {'trial' if len(self.trials) == 1 else 'trials'}"
        gone = f"weights of {count} ({listed(self.trials)})" if self.trials else "no weights"
        return f"{self.study}: {verb} {self.bytes:,} bytes, {gone}; kept those of {listed(self.kept) or 'no trial'}"

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo clean --json` lists."""
        return asdict(self)


def clean(
    study: str | None = None,
    root: Path | str = ".",
    keep: int = KEEP,
    dry_run: bool = False,
    said: Callable[[str], None] = lambda text: None,
) -> tuple[Cleaned, ...]:
    """Free the weights of a study's trials but for the champion, the front and the `keep` best; of all without `study`.

    A trial without weights is trained again when it is exported. With `dry_run` nothing is removed. `said` hears of
    studies that are passed over because they run or cannot be read. Raises UnknownName for a study that there is not
    and BadValue for a negative `keep` or a study that runs.
    """
    if keep < 0:
        raise BadValue(f"keep is {keep}; it must be 0 or more. Try --keep {KEEP}.")
    place = Path(root).resolve()
    if study is not None:
        return (_clean(StudyFiles(place, study), keep, dry_run),)
    found = []
    for name in studies(place):
        try:
            found.append(_clean(StudyFiles(place, name), keep, dry_run))
        except ZooError as error:
            said(f"{name} is left as it is: {error}")
    return tuple(found)


def _clean(files: StudyFiles, keep: int, dry_run: bool) -> Cleaned:
    if not files.fingerprint.exists():
        raise unknown_study(files.study, files.root)
    with study_lock(files.folder, instead="clean another study"), brief_lock(files.joining):
        require_nobody(files)
        record = _record(files)
        kept = _keepers(files, record, keep)
        ended = sorted({one.slot for one in record.records if one.ended} - kept)
        trials = tuple(slot for slot in ended if _weights(files, slot).exists())
        paths = [*_freed(files, record, trials)]
        size = sum(_size(path) for path in paths)
        if not dry_run:
            for path in paths:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return Cleaned(
            files.study, size, trials, tuple(slot for slot in sorted(kept) if _weights(files, slot).exists())
        )


def _record(files: StudyFiles) -> StudyRecord:
    """Return the study's trials; none of one that was left before its first."""
    try:
        return read_study(database(files.root), files.study)
    except UnknownName:
        return StudyRecord(files.study, "maximize", 0, ())


def _keepers(files: StudyFiles, record: StudyRecord, keep: int) -> set[int]:
    """Return the slots whose weights stay."""
    is_over = status(files.study, files.root).champion is not None
    leaders = best(record.records, keep if is_over else max(keep, KEPT_WEIGHTS), record.direction)
    champion = named_champion(files)
    front = read_stored(files).aims.front(record.records)
    return {one.slot for one in (*leaders, *front)} | ({champion} if champion is not None else set())


def _freed(files: StudyFiles, record: StudyRecord, trials: tuple[int, ...]) -> Iterator[Path]:
    """Yield what goes: weights, states of trials that have ended, and what killed processes left half written."""
    yield from (_weights(files, slot) for slot in trials)
    ended = {one.slot for one in record.records if one.ended}
    yield from (files.checkpoint(slot) for slot in sorted(ended) if files.checkpoint(slot).is_dir())
    places = (files.folder, files.exports, *(files.trial(slot) for slot in sorted(ended)))
    yield from (left for place in places for left in sorted(place.glob(".*.part")))


def _weights(files: StudyFiles, slot: int) -> Path:
    return files.trial(slot) / "weights.npz"


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())
