"""Pruners by name: what stops a hopeless trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from search.stopping.halving import REPORTED, Halving, brackets_of
from zoo.errors import BadValue, unknown
from zoo.training.rungs import FIRST_RUNG

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial

NONE = "none"
OF_SEVERAL_GOALS = ("asha", NONE, "hyperband")


def pruner(name: str, epochs: int) -> BasePruner:
    """Return the pruner `name` for trials of at most `epochs`; raise UnknownName with the nearest match.

    asha is asynchronous successive halving (Li 2018): at each rung about the best third goes on. hyperband (Li 2017)
    lets some trials be until later rungs, for slow starters; median and percentile compare a trial with all others.
    """
    if name not in PRUNERS:
        raise unknown("pruner", name, PRUNERS)
    return _MAKERS[name](epochs)


def require_pruner(name: str, goals: int = 1) -> None:
    """Raise UnknownName for a pruner that there is not, BadValue for one that serves no study of so many goals."""
    if name not in PRUNERS:
        raise unknown("pruner", name, PRUNERS)
    if goals > 1 and name not in OF_SEVERAL_GOALS:
        raise BadValue(f"pruner is {name}, which looks at one goal; this study has {goals}. Try --pruner asha.")


def reported(trial: Trial, value: float, epoch: int) -> bool:
    """Store a trial's score after `epoch`; return whether its study's pruner stops it there."""
    study = getattr(trial, "study", None)  # a trial of given values has none
    if study is None or len(study.directions) == 1:
        trial.report(value, epoch)
        return trial.should_prune()
    # Optuna's own `report` refuses studies of several goals, and its TPE sampler fails where they have such scores
    trial.set_user_attr(f"{REPORTED}{epoch}", value)
    return study.pruner.prune(study, study._storage.get_trial(trial._trial_id))


def _at_rungs(halving: Halving) -> BasePruner:
    from optuna.pruners import BasePruner

    class RungPruner(BasePruner):
        """Stops what `Halving` stops: it remembers scores, so that no report reads all trials."""

        def prune(self, study: Study, trial: FrozenTrial) -> bool:
            """Return whether `trial` shall stop at the epoch that it reported last."""
            return halving.stops(study, trial)

    return RungPruner()


def _among_living(chosen: BasePruner) -> BasePruner:
    from optuna.pruners import BasePruner

    class LivingPruner(BasePruner):
        """Prunes among trials that did not fail: a killed trial must not compete with its own retry."""

        def prune(self, study: Study, trial: FrozenTrial) -> bool:
            """Return whether `trial` shall stop."""
            return chosen.prune(_Living(study), trial)

    return LivingPruner()


class _Living:
    """A study whose failed trials cannot be seen."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def get_trials(self, deepcopy: bool = True, states: Any = None) -> list[FrozenTrial]:
        """Return the trials that run, wait or ended well."""
        from optuna.trial import TrialState

        found = self._study.get_trials(deepcopy=deepcopy, states=states)
        return [trial for trial in found if trial.state is not TrialState.FAIL]


def _nothing() -> BasePruner:
    from optuna.pruners import NopPruner

    return NopPruner()


def _percentile(percent: float) -> BasePruner:
    from optuna.pruners import PercentilePruner

    return PercentilePruner(percent, n_warmup_steps=FIRST_RUNG)


_MAKERS: Mapping[str, Callable[[int], BasePruner]] = {
    "asha": lambda epochs: _at_rungs(Halving()),
    NONE: lambda epochs: _nothing(),
    "hyperband": lambda epochs: _at_rungs(Halving(brackets_of(epochs))),
    "median": lambda epochs: _among_living(_percentile(50.0)),
    "percentile": lambda epochs: _among_living(_percentile(25.0)),
}
PRUNERS = tuple(_MAKERS)
