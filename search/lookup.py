"""Trials by what users call them: `STUDY` for its champion, `STUDY#12` for the one in slot 12."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from search.claiming.storage import database
from search.files import StudyFiles, unknown_study
from search.standing import named_champion
from search.stored import read_stored
from search.trials import StudyRecord, TrialRecord, read_study
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

    A study means the champion that was named last; one that has none yet, the best trial by its first goal of those
    that none dominates.

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
        return _leader(files, stored)
    ended = {record.slot: record for record in stored.records if record.ended}
    if not slot.isdecimal() or int(slot) not in ended:
        raise BadValue(f"{files.study} has no ended trial '{slot}'; it has {len(ended)}, counted from 0. Try #0.")
    return ended[int(slot)]


def _leader(files: StudyFiles, stored: StudyRecord) -> TrialRecord:
    front = read_stored(files).aims.front(stored.records)
    if not front:
        raise ZooError(f"study {files.study} has no finished trial yet; run `zoo tune` first.")
    champion = named_champion(files)
    slot = front[0].slot if champion is None else champion
    return next((record for record in stored.records if record.ended and record.slot == slot), front[0])
