"""Finalists: the best trials of a study, of which one is named champion once all were trained on fresh seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.choosing.fresh import Kept, train_all
from search.choosing.optimism import Finalist, named
from search.trials import TrialRecord
from zoo.goals import COSTS

if TYPE_CHECKING:
    from search.claiming.trialling import Trialling
    from search.result import StudyResult


@dataclass(frozen=True)
class Named:
    """How a champion was chosen: itself and the trials of its front, itself first; and the finalists' scores."""

    front: tuple[TrialRecord, ...]
    finalists: tuple[Finalist, ...] = ()


def name_champion(trials: Trialling) -> Named:
    """Train the study's finalists again, as far as its time allows, and return which one is the champion.

    Scores that an earlier command measured are not measured again. Unless all finalists have all their fresh scores,
    the best trial of the search is named. The weights that ship are those of the search: no fresh training replaces
    a trial that met the limits. Raises ZooError when no trial has finished.
    """
    front, plan = trials.front(), trials.plan
    found = contenders(trials)
    if not found:
        return Named(front)
    kept = Kept(plan.files.folder)
    train_all(trials, [record.slot for record in found], kept)
    rows = tuple(_finalist(record, trials, kept) for record in found)
    if any(len(row.fresh) < plan.settings.repeats for row in rows):
        trials.watcher.said(f"no time is left to train the best {len(rows)} on fresh seeds; the best is named as it is")
        return Named(front, rows)
    champion = found[named(rows, plan.goal)]
    others = (record for record in front if record.slot != champion.slot) if len(plan.aims.goals) > 1 else ()
    return Named((champion, *others), rows)


def contenders(trials: Trialling) -> tuple[TrialRecord, ...]:
    """Return the finalists, best first; none where there is no choice, or where the first goal is a cost.

    What a structure costs is the same on every seed.
    """
    plan = trials.plan
    if plan.settings.finalists < 2 or (plan.aims.goals or (plan.goal,))[0] in COSTS:
        return ()
    found = trials.leaders(plan.settings.finalists)
    return found if len(found) > 1 else ()


def is_settled(answer: StudyResult, trials: Trialling) -> bool:
    """Return whether the finalists of a stored answer are those of its study now, with all their fresh scores.

    So are those of an answer that an earlier version stored, which has none.
    """
    if answer.champion.optimism is None:
        return True
    rows, study = answer.champion.finalists, trials.plan.files.study
    same = [row["trial"] for row in rows] == [f"{study}#{record.slot}" for record in contenders(trials)]
    return same and all(len(row["fresh"]) >= trials.plan.settings.repeats for row in rows)


def _finalist(record: TrialRecord, trials: Trialling, kept: Kept) -> Finalist:
    plan = trials.plan
    return Finalist(f"{plan.files.study}#{record.slot}", record.value, kept.scores(record.slot, plan.settings))
