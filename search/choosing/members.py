"""Members: the trainings of one trial, R seeds on each of K folds. Those that ended are kept, and not trained again.

Member 0 is the trial's own training, whose model is kept. Only a trial that survives trains the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from search.children.runners import Finished
from search.costs.measuring import Measured
from search.drawing.seeds import slot_seed
from search.files import StudyFiles, read_json, write_json
from search.settings import Settings
from zoo.errors import BadData
from zoo.recipe import Recipe

_STATE = re.compile(r"checkpoint-[0-9a-f]+-(\d{8})-[0-9a-f]+\.npz")
_MOST_STATES = 10**8  # of eight digits


@dataclass(frozen=True)
class Member:
    """One training of a trial, by its number, counted from 0; its files go to `folder`, its states to `checkpoint`."""

    number: int
    recipe: Recipe
    folder: Path
    checkpoint: Path

    @property
    def key(self) -> str:
        """What tells this training from any other: the hash of its recipe."""
        return sha256(json.dumps(self.recipe.to_json(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Ended:
    """How a member ended, and what its model is worth on its validation rows."""

    finished: Finished
    measured: Measured


def members_of(recipe: Recipe, settings: Settings, files: StudyFiles, slot: int) -> tuple[Member, ...]:
    """Return the trainings of the trial in `slot` that has this recipe: all folds with one seed, then with another.

    Each member has a seed of its own, from the study's seed, the slot, the repeat and the fold; member 0 the trial's.
    """
    found = [Member(0, recipe, files.trial(slot), files.checkpoint(slot))]
    for number in range(1, settings.members):
        repeat, fold = divmod(number, settings.folds or 1)
        seed = slot_seed(settings.seed, slot, f"training {repeat}, fold {fold}")
        own = replace(recipe, data=replace(recipe.data, fold=fold), seed=seed)
        places = _folder(files, slot) / f"{number:03}", files.checkpoint(slot) / f"member-{number:03}"
        found.append(Member(number, own, *places))
    return tuple(found)


class Kept:
    """The members of a trial that have ended, in a file that is whole whenever the process is killed.

    One of another recipe, or whose file cannot be read, has not ended.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: dict[str, Any] = {}
        with suppress(BadData, AttributeError, TypeError):
            self._entries = dict(read_json(path).items())

    def of(self, member: Member) -> Ended | None:
        """Return how a member ended, None for one that has to be trained, as member 0 without its weights."""
        entry = self._entries.get(str(member.number))
        if entry is None or entry["key"] != member.key:
            return None
        files = (member.folder / name for name in ("weights.npz", "history.json"))
        if member.number == 0 and not all(file.exists() for file in files):
            return None
        return Ended(Finished(**entry["finished"]), Measured(**entry["measured"]))

    def add(self, member: Member, ended: Ended) -> None:
        """Put a member that has ended on the disk."""
        about = {"fold": member.recipe.data.fold, "seed": member.recipe.seed, "key": member.key}
        self._entries[str(member.number)] = {**about, **asdict(ended)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_json(self.path, self._entries)


def kept_of(files: StudyFiles, slot: int) -> Kept:
    """Return the members of the trial in `slot` that have ended."""
    return Kept(_folder(files, slot) / "members.json")


def retell(ended: Ended, folder: Path, callbacks: Sequence[Any]) -> None:
    """Tell callbacks what a training that has ended, with its files in `folder`, told them."""
    history = read_json(folder / "history.json")["history"]
    for hook, told in (("on_begun", ended.finished.parameters), ("on_resume", history)):
        for callback in callbacks:
            if hasattr(callback, hook):
                getattr(callback, hook)(told)


def averaged(worth: Sequence[Measured]) -> Measured:
    """Return the mean of each metric over members; what the model takes is that of member 0."""
    return Measured({name: fmean(_each(name, worth)) for name in worth[0].metrics}, worth[0].costs)


def spread(worth: Sequence[Measured]) -> dict[str, float]:
    """Return the standard deviation of each metric over at least two members, by n - 1: how far another one may lie."""
    return {name: stdev(_each(name, worth)) for name in worth[0].metrics}


def first_metrics(files: StudyFiles, slot: int) -> Mapping[str, float] | None:
    """Return what member 0 of the trial in `slot` is worth, None where no member has ended."""
    with suppress(BadData, KeyError, TypeError):
        return read_json(_folder(files, slot) / "members.json")["0"]["measured"]["metrics"]
    return None


def progress(files: StudyFiles, slot: int) -> int:
    """Return how far the trial in `slot` is, in steps that only grow: its members that ended, then their states."""
    folder = files.checkpoint(slot)
    with suppress(BadData, TypeError):
        ended = len(read_json(_folder(files, slot) / "members.json"))
        return ended * _MOST_STATES + _states(folder / f"member-{ended:03}")
    return _states(folder)


def _folder(files: StudyFiles, slot: int) -> Path:
    return files.trial(slot) / "members"


def _states(folder: Path) -> int:
    """Return how many states were saved in a folder."""
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return max((int(match[1]) + 1 for match in map(_STATE.fullmatch, names) if match), default=0)


def _each(name: str, worth: Sequence[Measured]) -> list[float]:
    return [one.metrics[name] for one in worth]
