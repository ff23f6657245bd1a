"""One attempt: a model is made smaller, written in some precisions, and each file is proven and measured."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from search.aims import FORMAT
from search.compressing.ladder import Attempt
from search.compressing.rows import FLOATS, Row, Steps, key_of
from search.compressing.subjects import Subject
from search.files import read_json, write_json
from zoo.artifact import Artifact
from zoo.bundle import load
from zoo.compression import apply
from zoo.converter import CURE, Converter
from zoo.dataset import Splits
from zoo.devices import format_for
from zoo.errors import BadData, ConversionFailed, ConverterLost, Diverged, Infeasible, Unsupported
from zoo.exporter import Exporter, exporter
from zoo.formats import Variant
from zoo.proving.latency import latency_ms
from zoo.recipe import Recipe
from zoo.trained import Trained, load_weights, save_weights
from zoo.wishes import Wishes


@dataclass(frozen=True)
class Bench:
    """Where attempts are made, and the `device` that its files are for where that has a `format` of its own."""

    subject: Subject
    converter: Converter
    format: str = FORMAT
    device: str | None = None

    def rows(self, attempt: Attempt) -> Iterator[Row]:
        """Yield a row a precision as each is there; a model that cannot be made smaller in this way gives the reason.

        The seconds of the first one are those of the training as well.
        """
        began = time.monotonic()
        for row in self._made(attempt):
            yield replace(row, seconds=round(time.monotonic() - began, 3))
            began = time.monotonic()

    def _made(self, attempt: Attempt) -> Iterator[Row]:
        try:
            trained = smaller(self.subject, attempt.steps)
        except (Unsupported, Infeasible, Diverged) as error:
            known = {"skipped": str(error), "format": self.format}
            yield from (Row(attempt.steps, precision, **known) for precision in attempt.precisions)
        else:
            yield from self._written(trained, attempt)

    def _written(self, trained: Trained, attempt: Attempt) -> Iterator[Row]:
        wishes = Wishes(force=True, latency=True, strip=True, device=self.device)
        with exporter(trained, self.subject.splits, wishes, self.converter) as maker:
            yield from (self._row(maker, attempt.steps, precision) for precision in attempt.precisions)

    def _row(self, maker: Exporter, steps: Steps, precision: str) -> Row:
        kind = Row(steps, precision, format=self.format)
        artifact = maker.attempt(Variant(self.format, precision), self.subject.folder / "files" / "-".join(kind.key))
        if artifact.path is not None and artifact.latency_ms is None:  # an export times no file that runs elsewhere
            timed = latency_ms(load(artifact.path).model, self.subject.splits.validation.x)
            artifact = replace(artifact, latency_ms=timed)
        return row_of(artifact, steps, maker.trained.parameters, self.subject.root)


def require_running(device: str, converter: Converter, recipe: Recipe, splits: Splits) -> None:
    """Raise Unsupported, with the reason, unless the recipe's model can be written for a `device` in floats.

    What makes models smaller leaves their operators, so no smaller one could either. Raises ConverterLost where the
    converter died over it, which says nothing of the device.
    """
    from zoo.proving.weighing import weigh_untrained

    try:
        weigh_untrained(replace(recipe, compress=()), splits, Variant(format_for(device), FLOATS), converter)
    except ConverterLost:
        raise
    except ConversionFailed as error:
        what = f"the model does not run on device {device}: {str(error).removesuffix(CURE).rstrip(' .')}"
        raise Unsupported(f"{what}. Train one that does: zoo tune DATA --device {device}.") from error


def row_of(artifact: Artifact, steps: Steps, parameters: int, root: Path) -> Row:
    """Return what an artifact of a model with so many `parameters` tells; its path as it reads from `root`."""
    return Row(
        steps=steps,
        precision=artifact.precision,
        bytes=artifact.bytes,
        gzip_bytes=artifact.gzip_bytes,
        ram=artifact.facts.arena_bytes,
        macs=artifact.facts.macs,
        latency=artifact.latency_ms,
        parameters=parameters,
        validation=None if artifact.validation is None else dict(artifact.validation.metrics),
        proof=None if artifact.proof is None else artifact.proof.to_json(),
        path=None if artifact.path is None else _from_root(artifact.path, root),
        skipped=artifact.skipped,
        lost=artifact.lost,
        sha256=artifact.sha256,
        format=artifact.format,
        footprint=None if artifact.footprint is None else artifact.footprint.to_json(),
    )


def _from_root(path: Path, root: Path) -> str:
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def smaller(subject: Subject, steps: Steps) -> Trained:
    """Return the subject's model after `steps`, from the disk where it was made before; each chain is kept there.

    Raises Unsupported, Infeasible or Diverged where a step cannot be taken.
    """
    if not steps:
        return subject.trained
    place = subject.folder / "models" / key_of(steps)
    kept = _kept(subject, place)
    if kept is not None:
        return kept
    before = smaller(subject, steps[:-1])
    made = apply(steps[-1:], before, subject.splits, subject.workspace)
    _keep(made, place)
    return made


def _keep(trained: Trained, place: Path) -> None:
    """Write a model down, its structure last: one without it is not there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    save_weights(trained, place.with_suffix(".npz"))
    write_json(place.with_suffix(".json"), {"recipe": trained.recipe.to_json(), "config": trained.config})


def _kept(subject: Subject, place: Path) -> Trained | None:
    if not place.with_suffix(".json").exists():
        return None
    values: Mapping[str, Any] = read_json(place.with_suffix(".json"))
    try:
        recipe = Recipe.from_json(values["recipe"])
    except KeyError as error:
        raise BadData(
            f"{place.with_suffix('.json')} has no {error}; remove it, and the model is made again."
        ) from error
    before = None if subject.trained.recipe.compress else subject.trained
    empty = Trained(recipe, subject.splits.task, (), config=values["config"], before=before)
    return load_weights(empty, place.with_suffix(".npz"))


def to_text(steps: Steps) -> str:
    """Return a chain as JSON on one line."""
    return json.dumps([dict(step) for step in steps])
