"""One attempt at a slot: what its objective is handed, and how it can end."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search.children.failing import failure_of
from search.claiming.leases import Lease, LeaseLost
from search.stopping.halving import COSTS
from search.stopping.pruning import reported
from zoo.errors import Diverged, Infeasible, TooSlow
from zoo.goals import plain

if TYPE_CHECKING:
    from optuna import Trial


class Pruned(Exception):
    """The pruner stopped the trial after `epoch`."""

    def __init__(self, epoch: int, value: float) -> None:
        super().__init__(f"stopped after epoch {epoch} at {plain(value)}: others were better by then")
        self.epoch = epoch


class OverLimit(Infeasible):
    """A model is beyond limits; `excess` says how far, in parts of them."""

    def __init__(self, text: str, excess: float) -> None:
        super().__init__(text)
        self.excess = excess


class Slot:
    """What an objective is handed: where values are asked for, scores reported and facts left.

    `on_drawn` is called once, when all values are drawn or the attempt ends without. The `lease` raises LeaseLost when
    this process was taken for dead and the slot is another's.
    """

    def __init__(self, trial: Trial, on_drawn: Callable[[], None] | None = None, lease: Lease | None = None) -> None:
        self.trial, self._on_drawn, self.lease = trial, on_drawn, lease or Lease()
        self.slot: int = trial.user_attrs["slot"]
        self.attempt: int = trial.user_attrs["attempt"]
        self.facts: dict[str, Any] = {}

    def takes(self, **known: float) -> None:
        """Store at once what the model takes, for pruners of several goals and other processes."""
        self.note(costs={**self.facts.get("costs", {}), **known})
        self.trial.set_user_attr(COSTS, known)

    @property
    def trial_id(self) -> int:
        """Optuna's own number of the attempt, over all studies of the database."""
        return self.trial._trial_id

    def suggest_int(self, name: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        return self.trial.suggest_int(name, low, high)

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Return a number from `low` to `high`, drawn on a log scale if asked to."""
        return self.trial.suggest_float(name, low, high, log=log)

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """Return one of `choices`."""
        return self.trial.suggest_categorical(name, choices)

    def drawn(self, values: dict[str, Any]) -> None:
        """Say that all values are drawn: `values` by dotted name. A later attempt at the slot repeats them."""
        self.trial.set_user_attr("values", values)
        self.let_go()

    def let_go(self) -> None:
        """Let the next slot be claimed, unless that was done."""
        on_drawn, self._on_drawn = self._on_drawn, None
        if on_drawn is not None:
            on_drawn()

    def note(self, **facts: Any) -> None:
        """Leave plain facts that are stored together when the trial ends: builder, parameters (count), epochs ..."""
        json.dumps(facts)  # what cannot be stored fails here, where the trial answers for it
        self.facts.update(facts)

    def report(self, value: float, epoch: int) -> None:
        """Tell the pruner the score after `epoch`; raise Pruned when it says stop, Diverged for a non-finite score."""
        if self._stopped(value, epoch):
            raise Pruned(epoch, value)

    def repeat(self, value: float, epoch: int) -> None:
        """Tell the pruner a score that an earlier attempt had told and went on after; raise Diverged as `report`."""
        self._stopped(value, epoch)

    def _stopped(self, value: float, epoch: int) -> bool:
        self.lease.heed()
        self.note(epochs=epoch)
        _require_finite(value, f"the score after epoch {epoch}")
        self.note(score=value)
        return reported(self.trial, value, epoch)


Objective = Callable[[Slot], float | Sequence[float]]


@dataclass(frozen=True)
class Outcome:
    """How an objective ended: Optuna's state by name, its values, why, and how far beyond what can be had it was.

    `excess` is above zero where samplers shall keep away.
    """

    state: str
    values: tuple[float, ...] = ()
    reason: str | None = None
    excess: float = 0.0


def attempt(objective: Objective, slot: Slot) -> Outcome:
    """Run the objective and say how it ended.

    What is no property of the trial passes through, so that its slot runs again: a broken storage, a full disk, too
    little memory, a trial that others ended or took over.
    """
    from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError

    try:
        answer = objective(slot)
        values = tuple(map(float, answer)) if isinstance(answer, Sequence) else (float(answer),)
        for value in values:
            _require_finite(value, "the score")
        return Outcome("COMPLETE", values, slot.facts.get("stopped"))
    except (Pruned, TooSlow) as error:
        return Outcome("PRUNED", reason=_one_line(error))
    except (Infeasible, Diverged) as error:
        return Outcome("PRUNED", reason=_one_line(error), excess=getattr(error, "excess", 1.0))
    except (StorageInternalError, UpdateFinishedTrialError, LeaseLost, OSError, MemoryError):
        raise
    except Exception as error:
        failure = failure_of(error)
        slot.note(traceback=failure.traceback)
        return Outcome("FAIL", reason=failure.reason)


def _require_finite(value: float, what: str) -> None:
    if not math.isfinite(value):
        raise Diverged(f"{what} is {value}; it must be finite. Try a smaller train.learning_rate.")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]
