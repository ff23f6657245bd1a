"""What a study answers, as values that survive JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from search.trials import TrialRecord, Trials
from zoo.errors import BadData
from zoo.goals import COSTS, gain

_SHOWN_OF_VARIANTS = ("format", "precision", "bytes", "test", "path", "proof", "skipped")


@dataclass(frozen=True)
class BaselineScore:
    """A baseline's metrics; `test` is null until the test split was opened."""

    name: str
    validation: Mapping[str, float]
    test: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Champion:
    """The best trial: `trial` is its id, `parameters` its count of weights, `variants` its exported files.

    `validation`, `test` and `costs` are those of the file that the study's goals are measured on. `finalists` are the
    trials that it was chosen from, {trial, selected, fresh}: the score in the search, and those of the recipe on fresh
    seeds, null where one failed. `optimism` is by how much it looks better on validation rows than on test rows; null
    in answers of earlier versions, which have no finalists either. Of several trainings `validation` is the mean and
    `spread` the standard deviation, while `test` and the files are of the first one's model.
    """

    trial: str
    builder: str
    values: Mapping[str, Any]
    parameters: int
    epochs: int
    validation: Mapping[str, float]
    test: Mapping[str, float] | None
    test_interval: tuple[float, float] | None
    recipe: str
    variants: tuple[Mapping[str, Any], ...] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    finalists: tuple[Mapping[str, Any], ...] = ()
    optimism: float | None = None
    spread: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyResult:
    """A study's answer; `searched` are the dotted names that it varied by builder, `top` its best trials.

    `goal` is the metric among `goals`, which stand in the order they were asked for. Of several ones `front` are the
    other trials besides the champion that none dominates. `limits` and goals are those of a file in `precision`.
    """

    study: str
    goal: str
    trials: Trials
    baselines: tuple[BaselineScore, ...] = ()
    champion: Champion | None = None
    tracking: Mapping[str, Any] | None = None
    top: tuple[TrialRecord, ...] = ()
    searched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folder: str = ""
    goals: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    precision: str = "float32"
    front: tuple[TrialRecord, ...] = ()

    @property
    def measured(self) -> tuple[str, ...]:
        """The costs that are goals or have limits, but for the parameters, which every table shows."""
        limited = (limit.partition("=")[0] for limit in self.limits)
        return tuple(dict.fromkeys(name for name in (*self.goals, *limited) if name in COSTS and name != "params"))

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo tune --json` prints."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> StudyResult:
        """Return the result that `to_json` wrote; raise BadData for anything else."""
        try:
            champion = values["champion"]
            answer = cls(
                **{name: values[name] for name in ("study", "goal", "tracking", "searched", "folder")},
                trials=Trials(**values["trials"]),
                baselines=tuple(BaselineScore(**baseline) for baseline in values["baselines"]),
                champion=None if champion is None else Champion(**champion),
                **{name: tuple(map(_record, values.get(name, ()))) for name in ("top", "front")},
                **{name: tuple(values.get(name, ())) for name in ("goals", "limits")},
                precision=values.get("precision", "float32"),
            )
            answer._require_parts()
        except KeyError as error:
            raise BadData(f"not the answer of a study: it has no key {error}.") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise BadData(f"not the answer of a study: {error}.") from error
        return answer

    def _require_parts(self) -> None:
        """Raise KeyError or TypeError where what is shown of a score or of a file is missing."""
        dict(self.tracking or {})
        scored = [one for one in (self.champion, *self.baselines) if one is not None]
        for scores in [part for one in scored for part in (one.validation, one.test) if part is not None]:
            float(scores[self.goal])
        for variant in self.champion.variants if self.champion else ():
            missing = [key for key in _SHOWN_OF_VARIANTS if key not in variant]
            if missing:
                raise KeyError(missing[0])

    def best_baseline(self) -> BaselineScore | None:
        """Return the baseline with the best validation score, None when there is none."""
        return max(self.baselines, key=lambda one: gain(self.goal, one.validation[self.goal]), default=None)

    def _repr_html_(self) -> str:
        """Show the champion's files as a table in a notebook."""
        columns, variants = ("format", "precision", "bytes", "path"), self.champion.variants if self.champion else ()
        rows = [[str(variant[column]) for column in columns] for variant in variants]
        cells = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        head = "".join(f"<th>{column}</th>" for column in columns)
        return f"<p>{escape(self.summary())}</p><table><tr>{head}</tr>{cells}</table>"

    def summary(self) -> str:
        """Return the champion in one line."""
        if self.champion is None:
            return f"{self.study}: {self.trials.total} of {self.trials.target} trials, no champion yet"
        champion, goal = self.champion, self.goal
        test = "" if champion.test is None else f", test {champion.test[goal]:.4f}"
        return f"{champion.trial} {champion.builder}: {goal} on validation {champion.validation[goal]:.4f}{test}"


@dataclass(frozen=True)
class Unreadable:
    """A study whose files cannot be read, and why."""

    study: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return the study and the reason as plain JSON values."""
        return asdict(self)


def _record(values: Mapping[str, Any]) -> TrialRecord:
    return TrialRecord(**{**values, "scores": tuple(values.get("scores", ()))})
