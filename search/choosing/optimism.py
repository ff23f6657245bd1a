"""Optimism: by how much the search flatters a champion, told by fresh seeds and by the test rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any

from zoo.goals import direction, gain, shown

if TYPE_CHECKING:
    from search.result import Champion, StudyResult


@dataclass(frozen=True)
class Finalist:
    """One of the best trials: its score in the search, and those of its recipe on fresh seeds, null where one failed.

    All are of the study's metric, on validation rows.
    """

    trial: str
    selected: float
    fresh: tuple[float | None, ...] = ()

    def worth(self, goal: str) -> float:
        """Return the mean of the selected score and of the fresh ones' mean as a gain: more is better.

        A recipe that failed on a seed comes last.
        """
        if None in self.fresh:
            return float("-inf")
        return gain(goal, fmean((self.selected, fmean(self.fresh or (self.selected,)))))

    def to_json(self) -> dict[str, Any]:
        """Return the row of the answer."""
        return {**asdict(self), "fresh": list(self.fresh)}


def named(finalists: Sequence[Finalist], goal: str) -> int:
    """Return the place of the finalist that becomes champion: the best by what it is worth; of equals the first.

    A selected score is the best of many and flatters; a fresh one does not, but tells of other weights than those
    that ship. Half and half named better weights than fresh scores alone in every simulated study, and better ones
    than the selected scores alone where validation rows are few against what a seed really changes.
    """
    worth = [one.worth(goal) for one in finalists]
    return worth.index(max(worth))


def judged(champion: Champion, goal: str, finalists: Iterable[Finalist]) -> Champion:
    """Return the champion with the scores of all finalists and its optimism."""
    rows = tuple(one.to_json() for one in finalists)
    return replace(champion, finalists=rows, optimism=optimism(goal, champion.validation, champion.test))


def optimism(goal: str, validation: Mapping[str, float], test: Mapping[str, float] | None) -> float | None:
    """Return by how much a model looks better on validation rows than on test rows; None without the latter."""
    return None if test is None else gain(goal, validation[goal]) - gain(goal, test[goal])


def fresh_mean(champion: Champion) -> float | None:
    """Return the mean score of the champion's recipe on fresh seeds; None when there is none."""
    own = next((row["fresh"] for row in champion.finalists if row["trial"] == champion.trial), ())
    return fmean(own) if own and None not in own else None


def figures(champion: Champion) -> dict[str, float]:
    """Return what a study's run in MLflow has of it: its optimism, and its mean score on fresh seeds, where known."""
    found = {"optimism": champion.optimism, "fresh": fresh_mean(champion)}
    return {name: value for name, value in found.items() if value is not None}


def finalists_line(answer: StudyResult, prose: bool = False) -> str:
    """Return all finalists with their selected and fresh scores in one line; "" of a study that has none.

    They are parted by spaces, as columns are, or as `prose` by signs, for pages that make one space of several.
    """
    rows = answer.champion.finalists
    if not any(row["fresh"] for row in rows):
        return ""
    seeds = max(len(row["fresh"]) for row in rows)
    how = "a fresh seed" if seeds == 1 else f"{seeds} fresh seeds"
    told = [f"#{row['trial'].rpartition('#')[2]} {_then(row, answer.goal)}" for row in rows]
    first, between = (": ", "; ") if prose else ("   ", "   ")
    return f"best {len(rows)}, then on {how}{first}{between.join(told)}"


def optimism_line(answer: StudyResult) -> str:
    """Return the champion's optimism, and what its recipe is worth on fresh seeds; "" where it is not known."""
    champion, goal = answer.champion, answer.goal
    if champion.optimism is None:
        return ""
    parts = "validation - test" if direction(goal) == "maximize" else "test - validation"
    fresh = fresh_mean(champion)
    also = "" if fresh is None else f"; validation on fresh seeds {shown(goal, fresh)}"
    return f"optimism {_signed(goal, champion.optimism)} ({parts}){also}"


def _then(row: Mapping[str, Any], goal: str) -> str:
    fresh = ["failed" if score is None else shown(goal, score) for score in row["fresh"]]
    return " then ".join([shown(goal, row["selected"]), " ".join(fresh)]) if fresh else shown(goal, row["selected"])


def _signed(goal: str, value: float) -> str:
    text = shown(goal, abs(value))
    return text if value >= 0 or not text.strip("0.") else f"-{text}"
