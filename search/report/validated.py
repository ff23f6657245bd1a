"""Validated: the champion's answers to the validation rows, kept beside it so that pictures need no model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from search.report.envelopes import envelopes
from zoo.durable import whole_file
from zoo.errors import BadData
from zoo.goals import plain
from zoo.lazy import in_memory
from zoo.raw.arrays import BROKEN

if TYPE_CHECKING:
    from zoo.dataset import Splits

FILE = "validation.npz"
WORST = 16  # rows that are kept whole
NOTED, FAR = 3, 1.0  # the most cells of a row, from this many standard deviations on
LEAST = 1e-7  # as in zoo.metrics
_ARRAYS = ("answers", "truth", "worst", "rows")
_SOUNDS = ("waves", "seconds")
ABSENT = "the champion's answers to the validation rows are not there: they are kept when a study ends"


def _nothing() -> np.ndarray:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Validated:
    """Answers to validation rows in their own order.

    `answers` are (rows, classes) probabilities, or (rows, horizon) quantities in the target's units; `truth` is
    (rows,), indices into `classes` or quantities, or (rows, horizon) where several steps are forecast. With `ordered`,
    rows follow one another in time. `worst` are the rows with the highest loss, worst first, from 0, and `rows`
    what the model was given for these: (worst, *input_shape). `notes` say which of their cells stand out in a table,
    what texts say, and which files rows come from. Of recordings, `waves` are their envelopes (worst, width, 2) and
    `seconds` how long they last.
    """

    answers: np.ndarray
    truth: np.ndarray
    classes: tuple[str, ...]
    modality: str
    worst: np.ndarray
    rows: np.ndarray
    notes: tuple[str, ...] = ()
    ordered: bool = False
    waves: np.ndarray = field(default_factory=_nothing)
    seconds: np.ndarray = field(default_factory=_nothing)

    @cached_property
    def said(self) -> np.ndarray:
        """The most probable classes, or the quantities, of the shape of `truth`."""
        return self.answers.argmax(axis=1) if self.classes else self.answers.reshape(self.truth.shape)

    @cached_property
    def loss(self) -> np.ndarray:
        """The loss of each row: -ln(probability of the true class) in nats, or the mean absolute error of its steps."""
        return _losses(self.answers, self.truth, bool(self.classes))


def validated(answers: np.ndarray, splits: Splits) -> Validated:
    """Return what is kept of prepared answers (rows, outputs) to the validation part."""
    part, task = splits.validation, splits.task
    truth, given = np.asarray(part.y), np.asarray(answers)
    if part.scale is not None:
        given, truth = part.scale.undo(given), part.scale.undo(truth)
    worst = np.argsort(-_losses(given, truth, bool(task.classes)), kind="stable")[:WORST]
    rows = np.asarray(part.x)[worst]
    notes = _NOTES.get(task.modality, _no_notes)(worst, splits)
    ordered = "lookback" in splits.dataset.facts
    sounds = _sounds(worst, splits) if task.modality == "audio" else ()
    return Validated(given, truth, tuple(task.classes), task.modality, worst, rows, notes, ordered, *sounds)


def save_validated(found: Validated, path: Path) -> None:
    """Write an `.npz` without pickles, whole and on disk when this returns."""
    arrays = {name: getattr(found, name) for name in (*_ARRAYS, *_SOUNDS)}
    words = {name: np.array(getattr(found, name), np.str_) for name in ("classes", "notes", "modality")}
    with whole_file(path) as file:
        np.savez_compressed(file, **arrays, **words, ordered=np.array(found.ordered))


def load_validated(path: Path) -> Validated | None:
    """Return what `save_validated` wrote, None where there is none; raise BadData for a broken file."""
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            words = {name: tuple(map(str, stored[name])) for name in ("classes", "notes")}
            arrays, modality = {name: stored[name] for name in _ARRAYS}, str(stored["modality"])
            arrays |= {name: stored[name] for name in _SOUNDS if name in stored}  # not in those of earlier versions
            ordered = "ordered" in stored and bool(stored["ordered"])
            return Validated(**arrays, **words, modality=modality, ordered=ordered)
    except (*BROKEN, KeyError) as error:
        raise BadData(f"{path} cannot be read ({error}); delete it, and the pictures do without.") from error


def _cells(worst: np.ndarray, splits: Splits) -> tuple[str, ...]:
    """Return what stands out in rows of a table, by the mean and spread of the training rows."""
    data, places = splits.dataset, splits.places
    numeric = [name for name in data.columns if name not in (*data.categories, *data.dates)]
    columns = [data.columns.index(name) for name in numeric]
    own, known = (in_memory(data.x[part])[:, columns] for part in (places.validation[worst], places.train))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a column may be empty in the rows that are looked at
        spread = np.nanstd(known, axis=0)
        far = np.nan_to_num((own - np.nanmean(known, axis=0)) / np.where(spread > 0, spread, np.inf))
    return tuple(_note(numeric, *pair) for pair in zip(own, far, strict=True))


def _texts(worst: np.ndarray, splits: Splits) -> tuple[str, ...]:
    """Return the texts of rows."""
    return tuple(" ".join(text.split()) for text in in_memory(splits.dataset.x[splits.places.validation[worst]]))


def _sounds(worst: np.ndarray, splits: Splits) -> tuple[np.ndarray, np.ndarray]:
    """Return what recordings look like, and how long they last."""
    waves = in_memory(splits.dataset.x[splits.places.validation[worst]])
    rate = splits.dataset.facts["rate"]
    return envelopes(waves), np.asarray([len(wave) / rate for wave in waves], np.float32)


def _files(worst: np.ndarray, splits: Splits) -> tuple[str, ...]:
    """Return which files rows come from, as far as they do."""
    names = splits.dataset.names
    return tuple(names[place] for place in splits.places.validation[worst]) if names else ()


def _no_notes(worst: np.ndarray, splits: Splits) -> tuple[str, ...]:
    return ()


_NOTES = {"table": _cells, "text": _texts, "audio": _files, "image": _files}


def _note(names: Sequence[str], row: np.ndarray, far: np.ndarray) -> str:
    """Return the cells that lie farthest from their column's mean, in standard deviations."""
    most = np.argsort(-np.abs(far), kind="stable")[:NOTED]
    return ", ".join(
        f"{names[cell]} {plain(row[cell])} ({far[cell]:+.1f} sd)" for cell in most if abs(far[cell]) >= FAR
    )


def _losses(answers: np.ndarray, truth: np.ndarray, classes: bool) -> np.ndarray:
    if not classes:
        return np.abs(answers - truth.reshape(answers.shape)).mean(axis=1)
    right = answers[np.arange(len(truth)), truth].astype(np.float64)
    return -np.log(np.clip(right, LEAST, 1))
