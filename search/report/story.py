"""Story: all that the pictures of a study are drawn from, read from disk or handed over at its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from search.aims import Aims
from search.choosing.importances import Importances, importances
from search.claiming.database import read_reported, read_spans
from search.claiming.storage import database
from search.files import StudyFiles, read_json
from search.redaction import portable
from search.report.validated import FILE, Validated, load_validated
from search.result import StudyResult
from search.stored import read_stored
from search.trials import TrialRecord, best, read_study
from zoo.errors import UnknownName
from zoo.goals import GOALS, SHARES, direction, shown

CURVES = 5  # trials: the champion and the next best
BUILDER = "model.builder"


@dataclass(frozen=True)
class Curve:
    """A trial's metrics by epoch; `epoch`, counted from 1, is the one that its weights come from, 0 for none."""

    slot: int
    history: tuple[Mapping[str, float], ...]
    epoch: int = 0

    def values(self, metric: str) -> list[float | None]:
        """Return one metric by epoch, None where it was not measured."""
        return [logs.get(metric) for logs in self.history]


@dataclass(frozen=True)
class Story:
    """A study as its pictures need it.

    `logarithmic` are the names that were searched on a logarithmic scale.
    `spans` are (start, end) in seconds since 1970, by Optuna's number. `curves` are those of the best trials, the
    champion's first, `others` those of the other finished ones; `stopped` holds what the stopped ones reported.
    Without `aims` the study has one goal and no limit.
    """

    study: str
    goal: str
    target: str = "target"
    trials: tuple[TrialRecord, ...] = ()
    searched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spans: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    logarithmic: frozenset[str] = frozenset()
    curves: tuple[Curve, ...] = ()
    others: tuple[Curve, ...] = ()
    stopped: tuple[Curve, ...] = ()
    champion: int | None = None
    validated: Validated | None = None
    importances: Importances = Importances()
    aims: Aims | None = None
    members: int = 1  # trainings of a trial that is not stopped

    def __post_init__(self) -> None:
        if self.aims is None:
            object.__setattr__(self, "aims", Aims(self.goal, (self.goal,)))

    @property
    def front(self) -> tuple[TrialRecord, ...]:
        """The finished trials that none dominates, the best by the first goal first; of one goal the best one."""
        return self.aims.front(self.trials)

    @property
    def kind(self) -> str:
        """The kind of answer: classification or regression."""
        return "regression" if self.goal in GOALS["regression"] else "classification"

    @property
    def direction(self) -> str:
        """The goal's direction: maximize or minimize."""
        return direction(self.goal)

    def trial_name(self, slot: int) -> str:
        """Return how a trial is called: the champion #3, or trial #3."""
        return f"{'The champion' if slot == self.champion else 'Trial'} #{slot}"

    def words(self, metric: str) -> str:
        """Return a metric with its unit, as an axis bears it."""
        if metric in SHARES:
            return f"{metric} (share of rows)"
        units = {"log_loss": "nats", "rmse": f"units of {self.target}", "mae": f"units of {self.target}"}
        return f"{metric} ({units[metric]})" if metric in units else metric

    def names(self, trial: TrialRecord) -> tuple[str, ...]:
        """Return the dotted names that the study varied for a trial's builder."""
        return self.searched.get(trial.builder or "", ())

    def searched_pairs(self) -> list[tuple[str, str]]:
        """Return what was searched, as (builder, name); "" stands for every builder."""
        several = [("", BUILDER)] if len(self.searched) > 1 else []
        pairs = [(_owner(builder, name, self.searched), name) for builder, own in self.searched.items() for name in own]
        return [*several, *dict.fromkeys(pairs)]

    def describe(self, trial: TrialRecord) -> str:
        """Return a trial in one line: slot, state, value, builder and what was searched."""
        values = ", ".join(f"{name.partition('.')[2]} {_plain(trial.values.get(name))}" for name in self.names(trial))
        return f"#{trial.slot} {trial.builder or ''} {trial.state} {shown(self.goal, trial.value)}: {values}"


def read_story(files: StudyFiles, answer: StudyResult, validated: Validated | None = None) -> Story:
    """Return the story of a study on disk; `answer` says how it stands, `validated` stands in for what is not there.

    Raises UnknownName when there is no such study and BadData for files that cannot be read.
    """
    stored, path = read_stored(files), database(files.root)
    trials = _records(files)
    goal, slot = stored.goal, None if answer.champion is None else int(answer.champion.trial.rpartition("#")[2])
    if validated is None and slot is not None:
        validated = load_validated(files.champion / FILE)
    curves = _curves(files, trials, goal, slot)
    return Story(
        study=files.study,
        goal=goal,
        target=stored.asked.get("target") or "target",
        trials=trials,
        searched=stored.searched,
        spans=read_spans(path, files.study, time.time()),
        logarithmic=_logarithmic(read_json(files.fingerprint)["space"]),
        curves=curves[:CURVES],
        others=curves[CURVES:],
        stopped=_stopped(read_reported(path, files.study), trials, goal),
        champion=slot,
        validated=validated,
        importances=importances(path, files.study, direction(goal), trials),
        aims=stored.aims,
        members=stored.members,
    )


def _records(files: StudyFiles) -> tuple[TrialRecord, ...]:
    """Return the trials with reasons that may be shown to others, in every picture alike."""
    try:
        records = read_study(database(files.root), files.study).records
    except UnknownName:
        return ()
    return tuple(replace(record, reason=portable(record.reason, files.root)) for record in records)


def _curves(files: StudyFiles, trials: tuple[TrialRecord, ...], goal: str, champion: int | None) -> tuple[Curve, ...]:
    """Return the champion's curve first, then those of the next best trials whose history lies on disk."""
    slots = [trial.slot for trial in best(trials, len(trials), direction(goal))]
    ordered = sorted(slots, key=lambda slot: slot != champion)
    return tuple(curve for slot in ordered if (curve := _curve(files, slot)) is not None)


def _stopped(
    reported: Mapping[int, Mapping[int, float]], trials: tuple[TrialRecord, ...], goal: str
) -> tuple[Curve, ...]:
    """Return curves of the stopped trials that are known at rungs only."""
    pruned = [
        (trial.slot, reported[trial.number]) for trial in trials if trial.state == "pruned" and trial.number in reported
    ]
    name = f"val/{goal}"
    return tuple(
        Curve(slot, tuple({name: steps[epoch]} if epoch in steps else {} for epoch in range(1, max(steps) + 1)))
        for slot, steps in pruned
    )


def _curve(files: StudyFiles, slot: int) -> Curve | None:
    path = files.trial(slot) / "history.json"
    if not path.exists():
        return None
    values = read_json(path)
    return Curve(slot, tuple(values["history"]), values.get("epoch", 0))


def _logarithmic(space: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the dotted names that a stored space draws from a logarithmic scale."""
    drawn = [("train" if part == "train" else "model", own) for part, own in space.items()]
    return frozenset(f"{part}.{name}" for part, own in drawn for name, domain in own.items() if domain.get("log"))


def _owner(builder: str, name: str, searched: Mapping[str, tuple[str, ...]]) -> str:
    """Return the builder that a name belongs to; training, and the one builder of a study, need none."""
    return builder if name.startswith("model.") and len(searched) > 1 else ""


def _plain(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
