"""What is odd about numbers, rows and the target: outliers, codes, skew, caps, blanks, weights, imbalance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zoo.checking.columns import numbers_of
from zoo.checking.finding import DOUBT, NOTE, Finding, listed, row_name, rows_of
from zoo.data._notes import counts_rows
from zoo.dataset import Dataset
from zoo.goals import plain
from zoo.lazy import LazyRows
from zoo.metrics import SMALL_SHARE, smallest_share

FAR = 8  # scaled median absolute deviations; 3.5 (Iglewicz & Hoaglin 1993) would name a tenth of skewed columns
SCALE = 1.4826  # makes the median absolute deviation of normal numbers their standard deviation
SKEWED = 3.0  # the third standardised moment from which a column is called skewed
DISTINCT = 20  # numbers of fewer values are codes or counts: neither outliers nor skew are looked for
CAPPED, TIMES = 0.01, 10  # the share of rows at an end, and how often it occurs there against any other number


def imbalance(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of a class with less than a fifth of its fair share of the rows."""
    if not dataset.classes or smallest_share(dataset.y, dataset.classes) >= SMALL_SHARE:
        return
    counts = np.bincount(dataset.y, minlength=len(dataset.classes))
    name, count = dataset.classes[int(counts.argmin())], int(counts.min())
    cure = "--space train.class_weight=none,balanced tries weights"
    yield Finding(DOUBT, f"classes are unbalanced: '{name}' has {count:,} of {len(dataset.y):,} rows; {cure}")


def odd_numbers(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of numbers far from all others in a table's columns, and of skewed columns.

    An outlier lies more than 8 scaled median absolute deviations from the median. A repeated extreme of nines alone
    that lies further from the next number than that from the other end is taken for a code.
    """
    outliers, skewed = [], []
    for name, cells in numbers_of(dataset).items():
        filled = cells[~np.isnan(cells)]
        values, counts = np.unique(filled, return_counts=True)
        if len(values) <= DISTINCT or counts_rows(cells):
            continue
        code = _code(values, counts)
        if code is not None:
            rows = np.flatnonzero(cells == code)
            where = f"{rows_of(len(rows))}, such as {row_name(dataset, int(rows[0]))}"
            yield Finding(DOUBT, f"column '{name}' is {plain(code)} in {where}, far from all else: a code for missing?")
            filled = filled[filled != code]
        outliers += _outliers(dataset, name, cells, filled, code)
        skewed += _skewed(name, filled)
    if outliers:
        most = [text for _, text in sorted(outliers, key=lambda found: -found[0])]
        yield Finding(NOTE, f"far from the rest (over {FAR} deviations by the median): {listed(most)}")
    if skewed:
        yield Finding(NOTE, f"skewed: {listed(skewed)}; preparation.numbers quantile or log suits such columns")


def odd_target(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of a quantity that many rows hold at its very end, or that has outliers."""
    if dataset.classes or dataset.y.ndim > 1:
        return
    values, counts = np.unique(dataset.y, return_counts=True)
    if len(values) <= DISTINCT:
        return
    for end, word in ((-1, "largest"), (0, "smallest")):
        count, usual = int(counts[end]), float(np.mean(np.delete(counts, end)))
        if count >= CAPPED * len(dataset.y) and count > TIMES * usual:
            row = row_name(dataset, int(np.argmax(dataset.y == values[end])))
            what = f"{rows_of(count)} of {len(dataset.y):,} hold exactly the {word} target, {plain(float(values[end]))}"
            yield Finding(DOUBT, f"{what} (such as {row}): it may be capped there")
    for _, example in _outliers(dataset, "the target", dataset.y, dataset.y, None):
        yield Finding(NOTE, f"targets far from the rest (over {FAR} deviations by the median): {example}")


def blanks(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of rows without content: one colour, silence, one value throughout.

    Empty texts are counted where they are read.
    """
    if dataset.modality in ("table", "text") or isinstance(dataset.x, LazyRows) or dataset.times is not None:
        return
    blank = np.array([_is_blank(row) for row in dataset.x], bool)
    if blank.any():
        what = {"image": "of one colour", "audio": "silent"}.get(dataset.modality, "constant")
        row, count = row_name(dataset, int(np.argmax(blank))), int(blank.sum())
        verb = "is" if count == 1 else "are"
        yield Finding(DOUBT, f"{rows_of(count)} of {len(blank):,} {verb} {what} (such as {row})")


def odd_weights(dataset: Dataset) -> Iterator[Finding]:
    """Return what is to be said of the weights of rows."""
    if dataset.weights is None:
        return
    weights = dataset.weights
    nothing = int((weights == 0).sum())
    spread = f"weights of rows run from {plain(float(weights.min()))} to {plain(float(weights.max()))}"
    extra = f"; {rows_of(nothing)} {'weighs' if nothing == 1 else 'weigh'} nothing" if nothing else ""
    mute = [f"'{name}'" for place, name in enumerate(dataset.classes) if not weights[dataset.y == place].any()]
    if mute:
        yield Finding(DOUBT, f"no row of class {listed(mute)} has a weight: it cannot be learned")
    heaviest = row_name(dataset, int(weights.argmax()))
    share = float(weights.max() / weights.sum())
    yield Finding(NOTE, f"{spread}{extra}; the heaviest, {heaviest}, has {share:.1%} of all weight")


def _code(values: np.ndarray, counts: np.ndarray) -> float | None:
    """Return the extreme of sorted `values` that stands for something else; None where there is none."""
    for end, beside, other in ((-1, -2, 0), (0, 1, -1)):
        digits = f"{abs(values[end]):.0f}"
        gap, rest = abs(values[end] - values[beside]), abs(values[beside] - values[other])
        if counts[end] > 1 and set(digits) == {"9"} and gap > rest:
            return float(values[end])
    return None


def _outliers(
    dataset: Dataset, name: str, cells: np.ndarray, filled: np.ndarray, code: float | None
) -> Iterator[tuple[int, str]]:
    """Return how many cells are far from the rest, and in words which column and the farthest; nothing for none."""
    largest = np.abs(filled).max() or 1.0  # so that no sum of large values overflows
    middle = np.median(filled / largest)
    deviation = SCALE * np.median(np.abs(filled / largest - middle))
    if not deviation:
        return
    distance = np.where(np.isnan(cells) | (cells == code), 0.0, np.abs(cells / largest - middle)) / deviation
    count = int((distance > FAR).sum())
    if count:
        row = int(distance.argmax())
        yield count, f"{name} {count:,} ({plain(float(cells[row]))} in {row_name(dataset, row)})"


def _skewed(name: str, filled: np.ndarray) -> Iterator[str]:
    """Return in words that the cells of a column are skewed, by their median and mean; nothing where they are not."""
    largest = np.abs(filled).max()
    scaled = filled / largest if largest else filled
    deviation = scaled.std()
    skew = float(np.mean(((scaled - scaled.mean()) / deviation) ** 3)) if deviation else 0.0
    if abs(skew) > SKEWED:
        median, mean = plain(float(np.median(filled))), plain(float(scaled.mean() * largest))
        yield f"{name} (median {median}, mean {mean})"


def _is_blank(row: np.ndarray) -> bool:
    with_values = row[~np.isnan(row)] if row.dtype.kind == "f" else row
    return not with_values.size or bool(np.ptp(with_values) == 0)
