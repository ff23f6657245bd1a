"""Importances of the searched parameters by PED-ANOVA, or the reason why there are none yet."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from search.claiming.database import read_drawn
from search.trials import TrialRecord

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

FEWEST = 8  # finished trials; two of them are then the best quarter
MANY = 50  # from here on the best tenth holds the five trials that its authors ask for
QUARTER, TENTH = 0.25, 0.1


@dataclass(frozen=True)
class Importances:
    """Shares of one by the names that Optuna knows, as `mlp.units`; `reason` says what they rest on, or lack."""

    shares: Mapping[str, float] = field(default_factory=dict)
    reason: str = "no trial has finished yet"


def importances(path: Path, study: str, direction: str, records: Iterable[TrialRecord]) -> Importances:
    """Return PED-ANOVA's importances (Watanabe 2023, arXiv 2304.10255; conditions: arXiv 2601.20800) by Optuna.

    Only finished trials count: a trial that was stopped early has a value of another epoch.
    """
    finished = {record.number: record.value for record in records if record.state == "finished"}
    if len(finished) < FEWEST:
        return Importances(reason=f"{len(finished)} trials have finished; importances need at least {FEWEST}")
    drawn = read_drawn(path, study)
    names = {name for number in finished for name in drawn.get(number, {})}
    if len(names) < 2:
        return Importances(reason=f"only {names.pop()} was searched" if names else "no parameter was searched")
    if len(set(finished.values())) == 1:
        return Importances(reason="all finished trials have the same value")
    quantile = TENTH if len(finished) >= MANY else QUARTER
    trials = [_trial(value, drawn.get(number, {})) for number, value in finished.items()]
    best = math.ceil(quantile * len(finished))
    few = f" With fewer than {MANY} trials they are a hint, no more." if len(finished) < MANY else ""
    reason = f"PED-ANOVA: what sets the best {best} of {len(finished)} finished trials apart.{few}"
    return Importances(_shares(trials, direction, quantile), reason)


def _shares(trials: list[FrozenTrial], direction: str, quantile: float) -> dict[str, float]:
    import optuna

    with _quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parameters that one trial alone has; they count for little
        study = optuna.create_study(direction=direction)
        study.add_trials(trials)
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=quantile)
        return optuna.importance.get_param_importances(study, evaluator=evaluator)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from logging inside the block; afterwards it says as much as before."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def _trial(value: float, drawn: Mapping[str, tuple[float, str]]) -> FrozenTrial:
    from optuna.distributions import json_to_distribution
    from optuna.trial import create_trial

    distributions = {name: json_to_distribution(text) for name, (_, text) in drawn.items()}
    params = {name: distributions[name].to_external_repr(stored) for name, (stored, _) in drawn.items()}
    return create_trial(value=value, params=params, distributions=distributions)
