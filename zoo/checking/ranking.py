"""What each column of a table predicts alone, measured on rows that were held out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zoo.checking.association import auc, line_r2, mean_of, spearman
from zoo.dataset import Dataset
from zoo.lazy import in_memory

FOLDS = 3
MOST_BINS, ROWS_OF_BIN, LEAST_BINS = 256, 20, 4
MOST_CLASSES = 20  # the most frequent ones; each is told from all the rest
MOST_CELLS, LEAST_ROWS = 5_000_000, 5_000
PRIOR_ROWS = {"auc": 5.0, "r2": 1.0}  # so many rows of the average answer are added to each bin


@dataclass(frozen=True)
class Ranked:
    """A column and what it predicts alone: `auc`, macro over the classes, or `r2` (never below 0) of a quantity.

    `spearman` is the rank correlation with a quantity, without sign; None for classes.
    """

    column: str
    measure: str
    score: float
    spearman: float | None = None

    @property
    def shown(self) -> str:
        """The score for reading: `AUC .931`, or `R2 .478, rank correlation .68`."""
        score = f"{self.measure.upper()} {_share(self.score)}"
        return score if self.spearman is None else f"{score}, rank correlation {_share(self.spearman)}"

    def to_json(self) -> dict[str, Any]:
        """Return the column, the measure and the scores."""
        return asdict(self)


def _share(score: float) -> str:
    return f"{score:.3f}".removeprefix("0")


@dataclass(frozen=True)
class _Target:
    """Answers of rows and the fold that each is held out in, both (rows,).

    A class is its place among the `outputs` most frequent, or `outputs` if it is none of them; a quantity is centred.
    """

    answers: np.ndarray
    folds: np.ndarray
    outputs: int
    measure: str


def ranking(dataset: Dataset, rows: np.ndarray, seed: int = 0) -> tuple[Ranked, ...]:
    """Return every column of a table, the most telling first, judged by those `rows` (places) of it alone.

    Values fall into bins of equal counts, texts into one bin each; a bin answers with the mean of its rows in two
    thirds of the data, a little drawn to the mean of all (Micci-Barreca 2001), and is judged by the other third, so
    what differs in each row predicts nothing. A quantity is also tried with a straight line; the better counts. Rows
    of one group are held out together. Beyond 5 million cells fewer rows are looked at, drawn with `seed`.
    """
    if dataset.modality != "table" or dataset.y.ndim > 1 or len(rows) < 2 * FOLDS:
        return ()
    rows = sampled(rows, max(LEAST_ROWS, MOST_CELLS // len(dataset.columns)), seed)
    target, texts = _target(dataset, rows, seed), set(dataset.categories)
    cells = in_memory(dataset.x[rows])
    found = [_ranked(name, cells[:, place], name in texts, target) for place, name in enumerate(dataset.columns)]
    return tuple(sorted(found, key=lambda one: -one.score))


def sampled(rows: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Return at most `most` of the places `rows`, in their order, drawn with `seed`."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _target(dataset: Dataset, rows: np.ndarray, seed: int) -> _Target:
    groups = None if dataset.groups is None else dataset.groups[rows]
    folds, y = _folds(len(rows), groups, seed), dataset.y[rows]
    if not dataset.classes:
        return _Target(y - y.mean(), folds, 1, "r2")
    counts = np.bincount(y, minlength=len(dataset.classes))
    most = 1 if len(counts) == 2 else MOST_CLASSES  # the second of two is told apart as the first is
    frequent = np.argsort(-counts, kind="stable")[:most]
    places = np.full(len(counts), len(frequent))
    places[frequent] = np.arange(len(frequent))
    return _Target(places[y], folds, len(frequent), "auc")


def _folds(rows: int, groups: np.ndarray | None, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    if groups is None:
        return random.permutation(rows) % FOLDS
    distinct, place = np.unique(groups, return_inverse=True)
    return (random.permutation(len(distinct)) % FOLDS)[place]


def _ranked(name: str, values: np.ndarray, is_text: bool, target: _Target) -> Ranked:
    bins = _text_bins(values) if is_text else _number_bins(values)
    score = _mean_score(bins, target)
    if target.measure == "auc":
        return Ranked(name, "auc", score)
    if is_text:
        return Ranked(name, "r2", max(0.0, score))
    answers = target.answers
    best = max(0.0, score, line_r2(values, answers, target.folds))
    return Ranked(name, "r2", best, spearman(values, answers))


def _text_bins(values: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), -1, values).astype(np.int64) + 1


def _number_bins(values: np.ndarray) -> np.ndarray:
    """Return the bin of each number, (rows,): one a distinct value where these are few, else of equal counts."""
    filled = values[np.isfinite(values)]
    most = int(np.clip(len(values) // ROWS_OF_BIN, LEAST_BINS, MOST_BINS))
    edges = np.unique(filled)
    if len(edges) > most:
        edges = np.unique(np.sort(filled)[np.linspace(0, len(filled) - 1, most + 1).astype(int)[1:]])
    return np.where(np.isfinite(values), np.searchsorted(edges, values), len(edges))


def _mean_score(bins: np.ndarray, target: _Target) -> float:
    """Return the mean over the folds of what the bins' means are worth on the held-out rows."""
    rows, sums = _tables(bins, target)
    is_auc, scores = target.measure == "auc", []
    for fold in range(FOLDS):
        kept_rows, kept = rows.sum(axis=0) - rows[fold], sums.sum(axis=0) - sums[fold]
        if rows[fold].any() and kept_rows.any():
            means = _means(kept, kept_rows, PRIOR_ROWS[target.measure])
            held = target.answers[target.folds == fold]
            scores.append(
                _mean_auc(means, sums[fold], rows[fold]) if is_auc else _r2(means, sums[fold], rows[fold], held)
            )
    return mean_of(scores, 0.5 if is_auc else 0.0)


def _tables(bins: np.ndarray, target: _Target) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of each fold in each bin, (folds, bins), and the sums of answers, (folds, bins, outputs)."""
    count = int(bins.max()) + 1
    cells = target.folds * count + bins
    if target.measure == "r2":
        rows = np.bincount(cells, minlength=FOLDS * count).reshape(FOLDS, count)
        sums = np.bincount(cells, target.answers, FOLDS * count).reshape(FOLDS, count, 1)
        return rows, sums
    width = target.outputs + 1
    counts = np.bincount(cells * width + target.answers, minlength=FOLDS * count * width)
    counts = counts.reshape(FOLDS, count, width)
    return counts.sum(axis=2), counts[:, :, :-1]


def _means(sums: np.ndarray, rows: np.ndarray, prior_rows: float) -> np.ndarray:
    """Return each bin's mean answer, (bins, outputs), drawn to the mean of all by `prior_rows` rows of it."""
    prior = sums.sum(axis=0) / rows.sum()
    return (sums + prior_rows * prior) / (rows[:, np.newaxis] + prior_rows)


def _mean_auc(means: np.ndarray, positives: np.ndarray, rows: np.ndarray) -> float:
    areas = [auc(scores, of, rows - of) for scores, of in zip(means.T, positives.T, strict=True)]
    return mean_of([area for area in areas if not np.isnan(area)], 0.5)


def _r2(means: np.ndarray, sums: np.ndarray, rows: np.ndarray, answers: np.ndarray) -> float:
    """Return the share of the variance of `answers` that the bins' means explain."""
    error = np.square(answers).sum() - 2 * (means * sums).sum() + (means[:, 0] ** 2 * rows).sum()
    total = np.square(answers - answers.mean()).sum()
    return float(1 - error / total) if total else 0.0
