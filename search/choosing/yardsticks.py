"""Yardsticks: what the baselines of a study are worth on validation rows, over the folds that its trials have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from search.choosing.champion import score_baselines
from search.planning import Plan
from search.result import BaselineScore
from zoo.splits import split

if TYPE_CHECKING:
    from zoo.baselines import Baseline


def fitted_baselines(plan: Plan) -> tuple[tuple[Baseline, ...], tuple[BaselineScore, ...]]:
    """Return the baselines as fitted to the study's own rows, and their scores: means over its folds.

    Those of the other folds are fitted to the training rows of these, and not kept.
    """
    from zoo.baselines import baselines

    fitted, source = baselines(plan.splits), plan.dataset.source
    found = [score_baselines(fitted, plan.splits, test=False)]
    for fold in range(1, source.folds or 1):
        splits = split(plan.dataset, source.split_seed, plan.prepared, source.folds, fold)
        found.append(score_baselines(baselines(splits), splits, test=False))
    return fitted, tuple(_mean(scores) for scores in zip(*found, strict=True))


def with_test(scores: Iterable[BaselineScore], fitted: Sequence[Baseline], plan: Plan) -> tuple[BaselineScore, ...]:
    """Return the scores with those on test rows, which are opened here."""
    opened = score_baselines(fitted, plan.splits, test=True)
    return tuple(replace(score, test=one.test) for score, one in zip(scores, opened, strict=True))


def _mean(scores: Sequence[BaselineScore]) -> BaselineScore:
    names = scores[0].validation
    return replace(scores[0], validation={name: fmean(one.validation[name] for one in scores) for name in names})
