"""How rows of a table are prepared: texts encoded, times parted, gaps filled, numbers put on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

import numpy as np

from zoo.dataset import Dataset
from zoo.lazy import chunks_of
from zoo.preparation import PREPARATIONS
from zoo.registry import register
from zoo.space import Choice, Int, Parameter, When

if TYPE_CHECKING:
    from zoo.plans import Fit

SKEWED = 2.0  # of a column that other scales may serve better: that of an exponential distribution
ENOUGH = 1000  # rows: with fewer, three scales are told apart by luck
LOOKED_AT = 10_000  # rows


@register()
def table(
    dataset: Dataset,
    *,
    numbers: Annotated[
        str,
        Choice(
            "standardise", "quantile", "uniform", "log", "piecewise", search=("standardise", "quantile", "piecewise")
        ),
    ] = "standardise",
    bins: Annotated[int, Int(2, 256, grid="doubling", search=()), When("numbers", ("piecewise",))] = 16,
    least: Annotated[int, Int(1, 10_000, search=())] = 2,
) -> list[Fit]:
    """Texts become columns of 0 and 1, times their parts, gaps are filled and marked; `numbers` says what these become.

    They are standardised; spread by rank, as normal numbers (quantile) or from -1 to 1 (uniform); standardised after
    the logarithm of those that are skewed (log); or cut into at most `bins` bins each (piecewise). A text that fewer
    than `least` training rows show is rare, and shares its column with the others.
    """
    texts = tuple(dataset.columns.index(column) for column in dataset.categories)
    numeric = [column for column in dataset.columns if column not in dataset.categories]  # these stand first then
    times = tuple(map(numeric.index, dataset.dates))
    encode = [partial(PREPARATIONS.get("encode").fit, columns=texts, least=least)] if texts else []
    dates = [partial(PREPARATIONS.get("dates").fit, columns=times)] if times else []
    return [*encode, *dates, PREPARATIONS.get("impute").fit, *_scales(numbers, bins)]


def narrowed(dataset: Dataset, space: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the space with `numbers` at its default unless a column of numbers is skewed and rows are many."""
    if len(dataset.x) >= ENOUGH and _is_skewed(dataset):
        return dict(space)
    return {**space, "numbers": space["numbers"].narrowed(())}


def _scales(numbers: str, bins: int) -> list[Fit]:
    if numbers in ("quantile", "uniform"):
        return [partial(PREPARATIONS.get("quantile").fit, normal=numbers == "quantile")]
    if numbers == "piecewise":
        return [partial(PREPARATIONS.get("piecewise").fit, bins=bins)]
    log = [PREPARATIONS.get("logarithm").fit] if numbers == "log" else []
    return [*log, PREPARATIONS.get("standardise").fit]


def _is_skewed(dataset: Dataset) -> bool:
    from zoo.preparation.logarithm import skewness

    head = next(chunks_of(dataset.x, LOOKED_AT))
    others = (*dataset.categories, *dataset.dates)
    numeric = [place for place, column in enumerate(dataset.columns) if column not in others]
    columns = [head[:, place][~np.isnan(head[:, place])] for place in numeric]
    return any(len(cells) and abs(skewness(cells[:, np.newaxis])[0]) > SKEWED for cells in columns)
