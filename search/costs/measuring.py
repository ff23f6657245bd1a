"""Measuring trials as they would ship: costs before they are trained, goals and limits on the file that they make."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from search.aims import FORMAT, OF_A_FILE, Aims
from search.children.runners import Finished
from search.claiming.attempt import OverLimit
from search.drawing.chains import is_foreseen, is_reshaped
from search.drawing.spaces import StudySpace
from zoo.errors import ConversionFailed, ConverterLost, Infeasible
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
    """What measures the trials of a study over `space`; the `converter` makes files as the aims ask for them.

    Where these are of a device's own format, a structure that cannot be written in it is not trained. Safe for several
    threads.
    """

    aims: Aims
    space: StudySpace
    converter: Converter | None = None
    _costs: dict[str, dict[str, float]] = field(default_factory=dict)
    _refused: dict[str, str] = field(default_factory=dict)  # why a structure does not convert
    _lost: set[str] = field(default_factory=set)  # structures that a converter was lost with
    _turn: Lock = field(default_factory=Lock)

    def forecast(self, recipe: Recipe, splits: Callable[[], Splits]) -> dict[str, float]:
        """Return the costs that follow from the recipe's structure, made once for each; none where none is asked for.

        Nor are there any before training where only training says what structure a compression leaves.

        Limits are for the caller to check, once what is known is noted: `require_within`. Raises Infeasible for a
        structure that does not convert, which is not tried again, or that does not tell what the aims ask for.
        """
        if self.aims.format != FORMAT and self.converter is not None:
            self._weigh_structure(replace(recipe, compress=()), splits)  # methods leave its operators
        if not is_foreseen(recipe):
            return {}
        wanted = [name for name in self.aims.costs if name in OF_A_FILE and name != LATENCY]
        if not wanted:
            self._require_convertible(self._structure(recipe))
            return {}
        known = self._weigh_structure(recipe, splits)
        _require_told(wanted, known)
        return dict(known)

    def measure(self, finished: Finished, recipe: Recipe, folder: Path, splits: Callable[[], Splits]) -> Measured:
        """Return what a trained trial is worth: where no file is needed, what its training says.

        Its weights lie in `folder`; `splits` returns its rows. Limits are for the caller to check. Raises Infeasible
        for a model that does not convert and Diverged for a file whose answers are not finite.
        """
        key = self._structure(recipe)
        costs = {"params": finished.parameters, **(self._costs.get(key, {}) if self.aims.needs_file else {})}
        if not self.aims.weighs_trained and not (self.aims.needs_file and is_reshaped(recipe)):
            return Measured(finished.metrics, costs)
        from zoo.proving.weighing import weigh
        from zoo.trained import Trained, load_weights

        rows = splits()
        model = load_weights(Trained(recipe, rows.task, ()), folder / "weights.npz")
        file = self._weighed(key, weigh, model, lambda: rows, timed=LATENCY in self.aims.costs)
        _require_told((name for name in self.aims.costs if name in OF_A_FILE), _costs(file))
        return Measured(file.validation.metrics, {**costs, **_costs(file)})

    def _weigh_structure(self, recipe: Recipe, splits: Callable[[], Splits]) -> Mapping[str, float]:
        """Return what the file of the recipe's structure takes, made once for each; raise Infeasible for none."""
        from zoo.proving.weighing import weigh_untrained

        key = self._structure(recipe)
        with self._turn:
            if key not in self._costs:
                made = self._weighed(key, weigh_untrained, recipe, splits)
                self._costs[key] = {name: value for name, value in _costs(made).items() if name != LATENCY}
        self._require_convertible(key)
        return self._costs[key]

    def _weighed(
        self, key: str, make: Callable[..., Artifact], model: object, splits: Callable[[], Splits], **named: bool
    ) -> Artifact:
        """Return the file that `make` weighs; why there is none is kept for the other trials of the structure."""
        self._require_convertible(key)
        try:
            return make(model, splits(), self.aims.variant, self.converter, strip=self.aims.strip, **named)
        except ConversionFailed as error:
            if isinstance(error, ConverterLost) and key not in self._lost:
                self._lost.add(key)  # memory may have been short
            elif key not in self._costs:  # else its structure converts, and these weights alone do not
                self._refused[key] = str(error)
            raise Infeasible(str(error)) from error

    def _require_convertible(self, key: str) -> None:
        if key in self._refused:
            raise Infeasible(self._refused[key])

    def _structure(self, recipe: Recipe) -> str:
        """Return what recipes share whose files take the same: all of the model that is not Live, and its input."""
        space = self.space.builders[recipe.builder]
        fixed = {name: value for name, value in recipe.model.items() if not space[name].live}
        reshaped = [dict(step) for step in recipe.compress] if is_reshaped(recipe) else []
        return json.dumps([recipe.builder, fixed, dict(recipe.preparation), *reshaped], sort_keys=True)


def _require_told(wanted: Iterable[str], known: Mapping[str, float]) -> None:
    """Raise Infeasible for a cost that goals or limits ask for and the file does not tell."""
    for name in wanted:
        if name not in known:
            raise Infeasible(f"{name} cannot be told of a file with loops. Leave --goal and --limit {name} away.")


def require_within(aims: Aims, known: Mapping[str, float]) -> None:
    """Raise OverLimit, naming every broken limit, when `known` metrics and costs are beyond one."""
    broken = aims.broken(known)
    if broken:
        words = "; ".join(limit.broken(value) for limit, value in broken.items())
        raise OverLimit(f"{words}.", sum(limit.excess(value) for limit, value in broken.items()))


def _costs(file: Artifact) -> dict[str, float]:
    costs = {"bytes": file.bytes, "ram": file.facts.arena_bytes, "macs": file.facts.macs, LATENCY: file.latency_ms}
    return {name: value for name, value in costs.items() if value is not None}
