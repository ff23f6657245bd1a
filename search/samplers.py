"""Samplers by name: what draws the values of a trial. One is made for each slot, with the slot's own seed."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from zoo.errors import unknown

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

SAMPLERS = ("random", "tpe")
STARTUP_TRIALS = 8


def sampler(name: str, seed: int) -> BaseSampler:
    """Return the sampler `name`; raise UnknownName with the nearest match.

    tpe is the multivariate tree-structured Parzen estimator (Bergstra 2011, Falkner 2018). It is grouped, since each
    builder has its own parameters. The first eight trials are random: 40 % of the usual twenty, and fixed, because a
    number that followed `--trials` would draw other points after a resume.
    """
    if name not in SAMPLERS:
        raise unknown("sampler", name, SAMPLERS)
    from optuna.samplers import RandomSampler, TPESampler

    if name == "random":
        return RandomSampler(seed=seed)
    with warnings.catch_warnings(action="ignore"):  # grouping is called experimental
        return TPESampler(seed=seed, multivariate=True, group=True, n_startup_trials=STARTUP_TRIALS)
