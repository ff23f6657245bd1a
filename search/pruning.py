"""Pruners by name: what stops a hopeless trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoo.errors import unknown
from zoo.training.rungs import FIRST_RUNG, REDUCTION

if TYPE_CHECKING:
    from optuna import Study
    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial

PRUNERS = ("asha", "none")


def pruner(name: str) -> BasePruner:
    """Return the pruner `name`; raise UnknownName with the nearest match.

    asha is asynchronous successive halving (Li 2018): at each rung about the best third goes on.
    """
    if name not in PRUNERS:
        raise unknown("pruner", name, PRUNERS)
    from optuna.pruners import BasePruner, NopPruner, SuccessiveHalvingPruner

    if name == "none":
        return NopPruner()

    class LivingPruner(BasePruner):
        """Successive halving among trials that did not fail: a killed trial must not compete with its own retry."""

        halving = SuccessiveHalvingPruner(min_resource=FIRST_RUNG, reduction_factor=REDUCTION)

        def prune(self, study: Study, trial: FrozenTrial) -> bool:
            """Return whether `trial` shall stop."""
            return self.halving.prune(_Living(study), trial)

    return LivingPruner()


class _Living:
    """A study whose failed trials cannot be seen."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def __getattr__(self, name: str) -> Any:
        return getattr(self._study, name)

    def get_trials(self, deepcopy: bool = True) -> list[FrozenTrial]:
        """Return the trials that run, wait or ended well."""
        from optuna.trial import TrialState

        return [trial for trial in self._study.get_trials(deepcopy=deepcopy) if trial.state is not TrialState.FAIL]
