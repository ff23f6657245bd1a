"""A data set in words: what its rows and its answers are, and the command that comes next."""

from __future__ import annotations

import shlex

import numpy as np

from zoo.checking.finding import listed
from zoo.data import as_asked, in_memory
from zoo.dataset import Dataset
from zoo.goals import plain
from zoo.lazy import LazyRows, chunks_of
from zoo.recipe import Source

CLASSES_SHOWN = 6


def rows_in_words(dataset: Dataset) -> str:
    """Return how many rows there are in all, and of what: `48,842 rows of 14 columns`."""
    total = len(dataset.y) + (0 if dataset.y_test is None else len(dataset.y_test))
    return f"{total:,} {_THINGS[dataset.modality](dataset)}"


def answers_in_words(dataset: Dataset) -> str:
    """Return what is learned: `10 classes`, `a quantity from 1 to 5`, `the next 12 values from 104 to 622`."""
    if dataset.classes:
        return f"{len(dataset.classes):,} classes"
    low, high = apart(float(dataset.y.min()), float(dataset.y.max()))
    if "horizon" in dataset.facts:
        what = "the next value" if dataset.horizon == 1 else f"the next {dataset.horizon:,} values"
        return f"{what} from {low} to {high}"
    return f"a quantity from {low} to {high}"


def answers_in_detail(dataset: Dataset) -> str:
    """Return the classes with their rows, the largest first, or where a quantity lies."""
    if not dataset.classes:
        quarters = [plain(float(value)) for value in np.quantile(dataset.y, (0.25, 0.5, 0.75))]
        return "quarters at {}, {} and {}".format(*quarters)
    counts = np.bincount(dataset.y, minlength=len(dataset.classes))
    order = np.argsort(-counts, kind="stable")
    named = [f"{dataset.classes[place]}: {counts[place]:,} ({counts[place] / len(dataset.y):.0%})" for place in order]
    return listed(named, CLASSES_SHOWN)


def apart(low: float, high: float) -> tuple[str, str]:
    """Return two quantities for reading, with as many digits as it takes to tell them apart."""
    if low == high or plain(low) != plain(high):
        return plain(low), plain(high)
    pairs = ((f"{low:,.{digits}g}", f"{high:,.{digits}g}") for digits in range(5, 18))
    return next(pair for pair in pairs if pair[0] != pair[1])


def tune_command(source: Source) -> str | None:
    """Return the `zoo tune` command with the options that `source` was read with; None for data in memory."""
    if in_memory(source):
        return None
    words = ["zoo", "tune", source.path]
    for name, value in as_asked(source).items():
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        words += [word for one in values for word in (f"--{name}", str(one))]
    return shlex.join(words)


def _table(dataset: Dataset) -> str:
    count = len(dataset.columns)
    return f"rows of {count:,} {'column' if count == 1 else 'columns'}"


def _image(dataset: Dataset) -> str:
    if isinstance(dataset.x, LazyRows) or dataset.x.dtype.kind == "O":
        return f"images{_sizes(dataset)}"
    height, width, channels = dataset.x.shape[1:]
    return f"images {height}x{width}" + (f"x{channels}" if channels > 1 else "")


def _sizes(dataset: Dataset) -> str:
    if isinstance(dataset.x, LazyRows):
        return ""
    shapes = sorted({row.shape[:2] for row in dataset.x}, key=lambda shape: shape[0] * shape[1])
    return " of {}x{} to {}x{}".format(*shapes[0], *shapes[-1]) if len(shapes) > 1 else " {}x{}".format(*shapes[0])


def _series(dataset: Dataset) -> str:
    steps, channels = next(chunks_of(dataset.x[:1])).shape[1:]
    what = "windows" if "lookback" in dataset.facts else "series"
    return f"{what} of {steps:,} steps" + (f" in {channels} channels" if channels > 1 else "")


def _text(dataset: Dataset) -> str:
    if isinstance(dataset.x, LazyRows):
        return "texts"
    lengths = np.array([len(text.split()) for text in dataset.x])
    return f"texts of {lengths.min():,} to {lengths.max():,} words, {int(np.median(lengths)):,} in the middle"


def _audio(dataset: Dataset) -> str:
    rate = dataset.facts.get("rate")
    at_rate = f" at {rate:,} Hz" if rate else ""
    if isinstance(dataset.x, LazyRows) or not rate:
        return f"recordings{at_rate}"
    lengths = [len(wave) / rate for wave in dataset.x]
    return f"recordings of {min(lengths):.3g} to {max(lengths):.3g} s{at_rate}"


_THINGS = {"table": _table, "image": _image, "series": _series, "text": _text, "audio": _audio}
