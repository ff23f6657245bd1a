"""What study.json keeps of a study, checked as it is read: the one reader of that file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.aims import FORMAT, Aims, read_limits
from search.drawing.ranges import as_range
from search.drawing.spaces import SHARED
from search.files import StudyFiles, read_json, studies, unknown_study
from search.settings import KEPT
from zoo.errors import BadData, ZooError
from zoo.recipe import DATA_OPTIONS, SOURCE_TYPES

_TYPES: dict[str, tuple[Any, str]] = {
    **dict.fromkeys(("space", "asked"), (dict, "an object")),
    **dict.fromkeys(("goal", "experiment", "asked.sampler", "asked.pruner"), (str, "text")),
    "asked.data": (str | None, "text or null"),
    "asked.goal": (str | list | None, "text, a list or null"),
    "asked.limit": (list, "a list"),
    "asked.precision": (str, "text"),
    **{f"asked.{name}": SOURCE_TYPES[name] for name in DATA_OPTIONS},
    **dict.fromkeys(("threads", "asked.threads", "asked.trials", "asked.seed"), (int, "a whole number")),
    **dict.fromkeys(("asked.fixed", "asked.narrowed"), (dict, "an object")),
    **dict.fromkeys(("asked.augment", "asked.builders"), (list, "a list")),
    "asked.workers": (int | None, "a whole number or null"),
    "asked.trial_timeout": (float | int | None, "a number or null"),
    "asked.stop_after_no_gain": (int | None, "a whole number or null"),
    "asked.from_study": (str | None, "text or null"),
    "asked.hypermodel": (str | None, "text or null"),
    "asked.finalists": (int, "a whole number"),
    "asked.repeats": (int, "a whole number"),
    "asked.folds": (int | None, "a whole number or null"),
    "asked.compress": (bool, "true or false"),
    "asked.device": (str | None, "text or null"),
    "asked.plugins": (list, "a list"),
}
_FIRST = ("target", "reader", "threads")  # options of the very first version
_LATER = [name for name in (*DATA_OPTIONS, *KEPT) if name not in _FIRST]
_ADDED = {
    **dict.fromkeys(_LATER),
    "ignore": [],
    "augment": [],
    "limit": [],
    "precision": "float32",
    "finalists": 3,
    "repeats": 1,
    "folds": None,
    "compress": False,
    "device": None,
    "plugins": [],
}  # options that studies of earlier versions do not have


@dataclass(frozen=True)
class StoredStudy:
    """A study as it was set up: `asked` are the settings that go on with it, `searched` the names it varies.

    `goal` is the metric among the `goals`; `limits` are texts as `--limit` takes them.
    """

    goal: str
    experiment: str
    threads: int
    asked: Mapping[str, Any]
    searched: Mapping[str, tuple[str, ...]]
    goals: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    precision: str = "float32"
    format: str = FORMAT

    @property
    def members(self) -> int:
        """How many trainings a trial has that the pruner does not stop."""
        return (self.asked["folds"] or 1) * self.asked["repeats"]

    @property
    def aims(self) -> Aims:
        """What the study aims at."""
        goals, limits = self.goals or (self.goal,), read_limits(self.limits)
        return Aims(self.goal, goals, limits, self.precision, format=self.format)


def read_stored(files: StudyFiles) -> StoredStudy:
    """Return what a study's study.json keeps.

    Raises UnknownName when there is no such study and BadData, naming the file, when it is not one that `zoo tune`
    wrote.
    """
    if not files.fingerprint.exists():
        raise unknown_study(files.study, files.root)
    values = read_json(files.fingerprint)
    try:
        values["asked"] = {**_ADDED, **values["asked"]}
        _require_types(values)
        asked = {name.removeprefix("asked."): _at(values, name) for name in _TYPES if name.startswith("asked.")}
        for name, given in asked["narrowed"].items():
            as_range(name, given)
        known = (values[name] for name in ("goal", "experiment", "threads"))
        aims = tuple(values.get("goals", [values["goal"]])), tuple(values.get("limits", ()))
        file = values.get("precision", "float32"), values.get("format", FORMAT)
        return StoredStudy(*known, asked, _searched_in(values["space"]), *aims, *file)
    except (ZooError, KeyError, TypeError, AttributeError) as error:
        reason = f"it has no key {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise BadData(
            f"{files.fingerprint} is not as `zoo tune` wrote it: {reason}. Restore it, or start another study with "
            "--study."
        ) from error


def experiment_of(root: Path, study: str | None) -> str | None:
    """Return the MLflow experiment of `study`, by default of the study that was written to last; None without any."""
    latest = max(studies(root), key=lambda name: StudyFiles(root, name).folder.stat().st_mtime, default=None)
    chosen = study or latest
    return read_stored(StudyFiles(root, chosen)).experiment if chosen else None


def _require_types(values: Any) -> None:
    """Raise TypeError for a value of another type, KeyError for a key that is missing."""
    if not isinstance(values, dict):
        raise TypeError("it holds no object")
    for name, (types, what) in _TYPES.items():
        value = _at(values, name)
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            raise TypeError(f"{name} is {value!r}; it must be {what}")


def _at(values: Mapping[str, Any], name: str) -> Any:
    """Return the value of a dotted name."""
    part, _, rest = name.partition(".")
    return values[part][rest] if rest else values[part]


def _searched_in(space: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return the dotted names that a stored space varies for each builder."""
    varied = {part: [name for name, drawn in own.items() if _varies(drawn)] for part, own in space.items()}
    varied = {"preparation": [], "augment": [], "compress": [], **varied}  # studies of earlier versions have none
    shared = tuple(f"{part}.{name}" for part in SHARED for name in varied.pop(part))
    return {builder: (*(f"model.{name}" for name in names), *shared) for builder, names in varied.items()}


def _varies(drawn: Mapping[str, Any]) -> bool:
    return len(drawn["values"]) > 1 if "values" in drawn else drawn["low"] < drawn["high"]
