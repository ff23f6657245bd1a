"""Measuring trials as they would ship: costs before they are trained, goals and limits on the file that they make."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from search.aims import FORMAT, OF_A_FILE, Aims
from search.attempt import OverLimit
from search.runners import Finished
from search.spaces import StudySpace
from zoo.errors import ConversionFailed, Infeasible
from zoo.formats import Variant
from zoo.recipe import Recipe

if TYPE_CHECKING:
    from zoo.artifact import Artifact
    from zoo.converter import Converter
    from zoo.dataset import Splits

LATENCY = "latency"  # the one cost that follows from the machine as well


@dataclass(frozen=True)
class Measured:
    """What a trial is worth on validation rows, and what its model takes, both by name."""

    metrics: Mapping[str, float]
    costs: Mapping[str, float] = field(default_factory=dict)

    def known(self) -> dict[str, float]:
        """Return both together."""
        return {**self.metrics, **self.costs}


@dataclass(frozen=True)
class Scales:
    """What measures the trials of a study over `space`; the `converter` makes files in the precision of the aims.

    Safe for several threads.
    """

    aims: Aims
    space: StudySpace
    converter: Converter | None = None
    _costs: dict[str, dict[str, float]] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def forecast(self, recipe: Recipe, splits: Callable[[], Splits]) -> dict[str, float]:
        """Return the costs that the aims ask for and that follow from the recipe's structure, once for each structure.

        Raises OverLimit for a structure beyond a limit, Infeasible for one that does not convert or does not tell.
        """
        wanted = [name for name in self.aims.costs if name in OF_A_FILE and name != LATENCY]
        if not wanted:
            return {}
        key = self._structure(recipe)
        with self._turn:
            if key not in self._costs:
                from zoo.weighing import weigh_untrained

                self._costs[key] = _costs(
                    _or_infeasible(weigh_untrained, recipe, splits(), self._variant, self.converter)
                )
        known = {name: self._costs[key][name] for name in wanted if name in self._costs[key]}
        for name in wanted:
            if name not in known:
                raise Infeasible(f"{name} cannot be told of a file with loops. Leave --goal and --limit {name} away.")
        require_within(self.aims, known)
        return known

    def measure(self, finished: Finished, recipe: Recipe, folder: Path, splits: Callable[[], Splits]) -> Measured:
        """Return what a trained trial is worth: where no file is needed, what its training says.

        Its weights lie in `folder`; `splits` returns its rows. Raises OverLimit for a trial beyond a limit, Infeasible
        for a model that does not convert and Diverged for a file whose answers are not finite.
        """
        metrics, costs = finished.metrics, {"params": finished.parameters}
        costs |= self._costs.get(self._structure(recipe), {})
        if self.aims.precision != "float32" or LATENCY in self.aims.costs:
            from zoo.trained import Trained, load_weights
            from zoo.weighing import weigh

            rows = splits()
            model = load_weights(Trained(recipe, rows.task, ()), folder / "weights.npz")
            timed = {"timed": LATENCY in self.aims.costs}
            file = _or_infeasible(weigh, model, rows, self._variant, self.converter, **timed)
            metrics, costs = file.validation.metrics, {**costs, **_costs(file)}
        measured = Measured(metrics, costs)
        require_within(self.aims, measured.known())
        return measured

    @property
    def _variant(self) -> Variant:
        return Variant(FORMAT, self.aims.precision)

    def _structure(self, recipe: Recipe) -> str:
        """Return what recipes share whose files take the same: all of the model that is not Live, and its input."""
        space = self.space.builders[recipe.builder]
        fixed = {name: value for name, value in recipe.model.items() if not space[name].live}
        return json.dumps([recipe.builder, fixed, dict(recipe.preparation)], sort_keys=True)


def require_within(aims: Aims, known: Mapping[str, float]) -> None:
    """Raise OverLimit, naming every broken limit, when `known` metrics and costs are beyond one."""
    broken = aims.broken(known)
    if broken:
        words = "; ".join(limit.broken(value) for limit, value in broken.items())
        raise OverLimit(f"{words}.", sum(limit.excess(value) for limit, value in broken.items()))


def _costs(file: Artifact) -> dict[str, float]:
    costs = {"bytes": file.bytes, "ram": file.facts.arena_bytes, "macs": file.facts.macs, LATENCY: file.latency_ms}
    return {name: value for name, value in costs.items() if value is not None}


def _or_infeasible(weigh: Callable[..., Artifact], *given: object, **named: object) -> Artifact:
    try:
        return weigh(*given, **named)
    except ConversionFailed as error:
        raise Infeasible(str(error)) from error
