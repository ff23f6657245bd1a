"""How rows of a table are prepared: texts encoded, gaps filled, numbers standardised."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from zoo.dataset import Dataset
from zoo.preparation import PREPARATIONS
from zoo.registry import register

if TYPE_CHECKING:
    from zoo.plans import Fit


@register()
def table(dataset: Dataset) -> list[Fit]:
    """Texts become columns of 0 and 1, gaps are filled and marked, numbers standardised."""
    texts = tuple(dataset.columns.index(column) for column in dataset.categories)
    encode = [partial(PREPARATIONS.get("encode").fit, columns=texts)] if texts else []
    return [*encode, *(PREPARATIONS.get(name).fit for name in ("impute", "standardise"))]
