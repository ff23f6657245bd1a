"""Draws: the sampler of each slot, by its number alone; slots whose values are known before get those."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from search.drawing.enumeration import all_points
from search.drawing.samplers import GRID, sampler
from search.drawing.seeds import slot_seed
from search.drawing.spaces import StudySpace

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler

Point = Mapping[str, Any]  # by the names that are asked: model.builder, mlp.units, train.learning_rate ...


class Draws:
    """Samplers of slots: `first` are the points of slots 0, 1, 2 ..., then `name` draws, of `grid` where it is one.

    What a point does not say, because the space has grown since, or no longer allows, is drawn.
    """

    def __init__(self, name: str, seed: int, first: Sequence[Point] = (), grid: Sequence[Point] = ()) -> None:
        self._name, self._seed = name, seed
        self.first = tuple(first)
        self._known = (*first, *(point for point in grid if point not in first))

    @property
    def points(self) -> int | None:
        """How many slots there are points for; None when a sampler draws without end."""
        return len(self._known) if self._name == GRID else None

    def __call__(self, slot: int) -> BaseSampler:
        """Return the sampler of `slot`; the same slot always gets an equal one."""
        drawing = sampler(self._name, slot_seed(self._seed, slot, "sampler"))
        return given(self._known[slot], drawing) if slot < len(self._known) else drawing


def grid_of(name: str, space: StudySpace, seed: int) -> tuple[Point, ...]:
    """Return all points of `space` for the sampler grid, in an order that `seed` decides; () for other samplers.

    A study of fewer trials than points so meets all parts of the grid. Raises BadValue for a range of numbers.
    """
    if name != GRID:
        return ()
    found = list(all_points(space))
    random.Random(seed).shuffle(found)
    return tuple(found)


def given(point: Point, otherwise: BaseSampler) -> BaseSampler:
    """Return a sampler that answers as `point` says, and with `otherwise` where it is silent or out of range."""
    from optuna.samplers import BaseSampler

    class Given(BaseSampler):
        """Answers as a point says."""

        def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
            """Return no space: each value is asked for by itself."""
            return {}

        def sample_relative(self, study: Any, trial: Any, search_space: Any) -> dict[str, Any]:
            """Return nothing."""
            return {}

        def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
            """Return the point's value, where there is one that the distribution has."""
            if param_name in point and _allows(param_distribution, point[param_name]):
                return point[param_name]
            return otherwise.sample_independent(study, trial, param_name, param_distribution)

        def reseed_rng(self) -> None:
            """Do nothing: a point is no chance."""

    return Given()


def _allows(distribution: Any, value: Any) -> bool:
    if hasattr(distribution, "choices"):
        return any(type(choice) is type(value) and choice == value for choice in distribution.choices)
    return distribution._contains(distribution.to_internal_repr(value))
