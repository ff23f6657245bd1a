"""Plans: which preparation rows of a kind get; a file a modality, whose signature is the space of `preparation.*`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zoo.registry import Registry
from zoo.space import Parameter, checked, space_of

if TYPE_CHECKING:
    from zoo.dataset import Dataset
    from zoo.plans._fitting import Fit, fit_preparation, narrowed

__all__ = ["PLANS", "Fit", "fit_preparation", "narrowed", "plan_of", "plan_space"]

PLANS = Registry("zoo.plans", "plan of preparation")


def plan_space(dataset: Dataset) -> dict[str, Parameter]:
    """Return what the preparation of `dataset` takes, searched as far as such data may gain by it."""
    plan = PLANS.get(dataset.modality)
    space = space_of(plan)
    narrow = getattr(sys.modules[plan.__module__], "narrowed", None)
    return space if narrow is None else narrow(dataset, space)


def plan_of(dataset: Dataset, values: Mapping[str, Any]) -> list[Fit]:
    """Return what fits the steps of `dataset`, one after the other; raise UnknownName or BadValue for wrong values."""
    plan = PLANS.get(dataset.modality)
    return plan(dataset, **checked(space_of(plan), values, "preparation"))


def __getattr__(name: str) -> Any:
    """Return a public name at its first use: listing the plans loads no NumPy."""
    if name not in __all__:
        raise AttributeError(f"module 'zoo.plans' has no attribute '{name}'")
    from zoo.plans import _fitting

    return getattr(_fitting, name)
