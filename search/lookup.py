"""Trials by what users call them: `STUDY` for its best one, `STUDY#12` for the one in slot 12."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from search.files import StudyFiles, unknown_study
from search.storage import database
from search.trials import TrialRecord, best, read_study
from zoo.errors import BadValue, ZooError


@dataclass(frozen=True)
class Found:
    """A trial that has ended and the files of its study; `by_slot` tells whether it was asked for by its slot."""

    files: StudyFiles
    record: TrialRecord
    by_slot: bool

    @property
    def recipe(self) -> Path:
        """Where the recipe of the trial lies; that of a trial stopped early ends where it was stopped."""
        return self.files.trial(self.record.slot) / "recipe.json"


def find_trial(trial: str, root: Path | str) -> Found:
    """Return the trial that `STUDY` or `STUDY#12` means.

    Raises UnknownName for a study that there is not, BadValue for a slot that has not ended, and ZooError where no
    trial has finished.
    """
    name, hash_sign, slot = trial.partition("#")
    files = StudyFiles(Path(root).resolve(), name)
    if not files.fingerprint.exists():
        raise unknown_study(name, files.root)
    return Found(files, _record(files, slot if hash_sign else None), bool(hash_sign))


def _record(files: StudyFiles, slot: str | None) -> TrialRecord:
    stored = read_study(database(files.root), files.study)
    if slot is None:
        leaders = best(stored.records, 1, stored.direction)
        if not leaders:
            raise ZooError(f"study {files.study} has no finished trial yet; run `zoo tune` first.")
        return leaders[0]
    ended = {record.slot: record for record in stored.records if record.ended}
    if not slot.isdecimal() or int(slot) not in ended:
        raise BadValue(f"{files.study} has no ended trial '{slot}'; it has {len(ended)}, counted from 0. Try #0.")
    return ended[int(slot)]
