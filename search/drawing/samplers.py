"""Samplers by name: what draws the values of a trial. One is made for each slot, with the slot's own seed."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from zoo.errors import Unsupported, unknown

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

GRID = "grid"  # every point of the space once: which one is a slot's, `search.drawing.draws` knows
STARTUP_TRIALS = 8
POPULATION = 10  # of each generation; with Optuna's own 50 the usual twenty trials would all be random
EXTRAS = {"cmaes": "cmaes", "gp": "torch"}  # packages that do not come with this one


def sampler(name: str, seed: int) -> BaseSampler:
    """Return the sampler `name`; raise UnknownName with the nearest match, Unsupported where a package is missing.

    tpe is the multivariate tree-structured Parzen estimator (Bergstra 2011, Falkner 2018). It is grouped, since each
    builder has its own parameters. The first eight trials are random: 40 % of the usual twenty, and fixed, because a
    number that followed `--trials` would draw other points after a resume. nsga2 (Deb 2002) and nsga3 (Deb and Jain
    2014) breed generations of ten, cmaes (Hansen 2001) moves a Gaussian over numbers, qmc is a Sobol sequence and gp a
    Gaussian process.
    """
    require_sampler(name)
    import optuna.samplers

    with warnings.catch_warnings(action="ignore"):  # grouping and some samplers are called experimental
        return _MAKERS[name](optuna.samplers, seed)


def require_sampler(name: str) -> None:
    """Raise what `sampler` raises for a name that there is not, or a package that is missing."""
    if name not in SAMPLERS:
        raise unknown("sampler", name, SAMPLERS)
    package = EXTRAS.get(name)
    if package is not None and find_spec(package) is None:
        raise Unsupported(f"sampler {name} needs {package}, which is not there. Try pip install {package}.")


_MAKERS: Mapping[str, Callable[[Any, int], BaseSampler]] = {
    "tpe": lambda made, seed: made.TPESampler(
        seed=seed, multivariate=True, group=True, n_startup_trials=STARTUP_TRIALS
    ),
    "random": lambda made, seed: made.RandomSampler(seed=seed),
    GRID: lambda made, seed: made.RandomSampler(seed=seed),  # for what is not on the grid, which is nothing
    "nsga2": lambda made, seed: made.NSGAIISampler(seed=seed, population_size=POPULATION),
    "nsga3": lambda made, seed: made.NSGAIIISampler(seed=seed, population_size=POPULATION),
    "cmaes": lambda made, seed: made.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "qmc": lambda made, seed: made.QMCSampler(seed=seed, warn_independent_sampling=False),
    "gp": lambda made, seed: made.GPSampler(seed=seed),
}
SAMPLERS = tuple(_MAKERS)
FIXED_START = ("tpe", "random", GRID, "nsga2", "nsga3")  # whose first trials do not depend on how others ended
