"""Bundle: a folder with one model file and all that is needed to use, judge and repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zoo.errors import BadData
from zoo.formats import FORMATS, Variant, file_of
from zoo.formats._borders import Border
from zoo.inputs import rows_of_file, unseen
from zoo.lazy import LazyRows
from zoo.manifest import AGAIN, Manifest, hashes_of, read_manifest, write_json
from zoo.parts import LABELS, PARTS, read_parts
from zoo.portions import of_raw
from zoo.preparation import Preparation
from zoo.raw.frames import is_frame
from zoo.rows import frame_rows

if TYPE_CHECKING:
    import pandas as pd

    from zoo.formats._facts import Facts
    from zoo.trained import Trained


@dataclass(frozen=True)
class Predictions:
    """One answer a row: `labels` and the `probabilities` behind them, (rows, classes) in `classes` order.

    Where a quantity was learned there are only `quantities` instead, (rows,) float64 in the target's own units, or
    (rows, horizon) where several steps are forecast. A label is empty where an answer is not a finite number. `notes`
    say what is odd about the rows; `rows` are their names, such as those of files, or () where they have none.
    """

    labels: tuple[str, ...] = ()
    probabilities: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    quantities: np.ndarray | None = None
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the predictions as plain JSON values, `rows` only of rows with names; no finite number is null."""
        named = {"rows": list(self.rows)} if self.rows else {}
        if self.quantities is not None:
            return {**named, "predictions": _finite(self.quantities), "probabilities": None}
        labels = [label or None for label in self.labels] if "" not in self.classes else list(self.labels)
        return {**named, "predictions": labels, "probabilities": _finite(self.probabilities)}


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, each of whose files was as its manifest says when it was loaded, but for those `unlisted`."""

    path: Path
    variant: Variant
    sha256: str
    classes: tuple[str, ...]
    preparation: Preparation
    recipe: Mapping[str, Any]
    report: Mapping[str, Any]
    proof: Mapping[str, Any]
    unlisted: tuple[str, ...] = ()

    @cached_property
    def model(self) -> Any:
        """The opened model file; its `predict(x)` takes prepared rows."""
        return FORMATS.get(self.variant.format).open(self.path / file_of(self.variant.format))

    @property
    def facts(self) -> Facts:
        """What the model file says of itself."""
        return FORMATS.get(self.variant.format).facts(self.path / file_of(self.variant.format))

    def predict(self, rows: np.ndarray | pd.DataFrame) -> Predictions:
        """Return what the model says of raw rows, as the data set had them before any preparation.

        The columns of a data frame are found by name, in any order, and others are left aside. Rows on the disk
        (np.memmap, LazyRows) are read and answered chunk by chunk.
        """
        raw = frame_rows(rows, self.preparation) if is_frame(rows) else rows
        answers = of_raw(lambda chunk: self.model.predict(self.preparation.apply(chunk)), raw)
        scale = self.preparation.target
        are_finite = np.isfinite(answers).all(axis=1)
        notes = (*unseen(raw, self.preparation), *_not_finite(int((~are_finite).sum()), len(answers)))
        if scale is not None:
            shaped = answers[:, 0] if answers.shape[1] == 1 else answers
            return Predictions(quantities=scale.of(_levelled(raw, self.preparation)).undo(shaped), notes=notes)
        best = zip(answers.argmax(axis=1), are_finite, strict=True)
        labels = tuple(self.classes[index] if is_finite else "" for index, is_finite in best)
        return Predictions(labels, answers, self.classes, notes=notes)


def predict(bundle: Bundle | Path | str, rows: np.ndarray | pd.DataFrame | Path | str) -> Predictions:
    """Return what a bundle, or the one at a path, says of raw rows, or of those in a file or a folder.

    That is a table, an .npz or .npy file, or texts, images or recordings, whatever the model learned from.
    """
    loaded = bundle if isinstance(bundle, Bundle) else load(bundle)
    if not isinstance(rows, str | Path):
        return loaded.predict(rows)
    read = rows_of_file(rows, loaded.preparation, loaded.recipe["data"])
    found = loaded.predict(read.rows)
    return replace(found, notes=(*read.notes, *found.notes), rows=read.names)


def load(path: Path | str) -> Bundle:
    """Return the bundle at `path`; raise BadData, naming the file, when one is missing, changed or odd."""
    folder = Path(path)
    manifest = read_manifest(folder)
    _require_listed(folder, manifest)
    manifest.verify(folder)
    unlisted = tuple(manifest.unlisted(folder))
    return Bundle(folder, manifest.variant, manifest.hash(folder), unlisted=unlisted, **read_parts(folder, manifest))


def pack(
    folder: Path,
    variant: Variant,
    trained: Trained,
    borders: Sequence[Border] = (),
    stripped: bool = False,
    **parts: Mapping[str, Any],
) -> str:
    """Complete the `folder` that holds a model file to a bundle, with one JSON file a part; return its hash.

    The parts are `preparation`, `report` and `proof`, as JSON values; the recipe comes from `trained`. `borders` are
    those of the file where it tells them, else it takes and gives what the model does.
    """
    recipe = {**trained.recipe.to_json(), "export": variant._asdict()}
    for part, values in {**parts, "recipe": recipe}.items():
        write_json(folder / f"{part}.json", values)
    task = trained.task
    (folder / LABELS).write_text("".join(map(_line, task.classes)), "utf-8", newline="\n")
    batch = parts["report"].get("batch")  # null: any number of rows at once
    shapes = [batch, *task.input_shape], [batch, task.outputs]
    ends = borders or (Border(task.dtype), Border("float32"))
    tensors = [{**end.to_json(), "shape": shape} for end, shape in zip(ends, shapes, strict=True)]
    manifest = Manifest(variant, *tensors, hashes_of(folder), stripped)
    manifest.write(folder)
    return manifest.hash(folder)


def _levelled(raw: Any, preparation: Preparation) -> np.ndarray:
    """Return raw rows in the shape in which windows of a forecast have a level."""
    has_levels = preparation.target is not None and preparation.target.window != "none"
    is_flat = has_levels and not isinstance(raw, LazyRows)
    return np.reshape(raw, (len(raw), *preparation.raw_shape)) if is_flat else raw


def _finite(numbers: np.ndarray) -> list[Any]:
    return np.where(np.isfinite(numbers), numbers, None).tolist()


def _not_finite(count: int, rows: int) -> list[str]:
    return [f"{count:,} of {rows:,} answers are not finite numbers"] if count else []


def _line(label: str) -> str:
    """Return a label as its line of labels.txt; a line break inside it becomes a space."""
    return " ".join(label.splitlines()) + "\n"


def _require_listed(folder: Path, manifest: Manifest) -> None:
    missing = {LABELS, *(f"{part}.json" for part in PARTS)} - set(manifest.files)
    if missing:
        raise BadData(f"the manifest of {folder} does not list {min(missing)}. {AGAIN}")
