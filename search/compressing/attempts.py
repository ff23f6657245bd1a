"""One attempt: a model is made smaller, written in some precisions, and each file is proven and measured."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from search.aims import FORMAT
from search.compressing.ladder import Attempt
from search.compressing.rows import Row, Steps, key_of
from search.compressing.subjects import Subject
from search.files import read_json, write_json
from zoo.artifact import Artifact
from zoo.compression import apply
from zoo.converter import Converter
from zoo.errors import BadData, Diverged, Infeasible, Unsupported
from zoo.exporter import Exporter, exporter
from zoo.formats import Variant
from zoo.recipe import Recipe
from zoo.trained import Trained, load_weights, save_weights
from zoo.wishes import Wishes


@dataclass(frozen=True)
class Bench:
    """Where attempts are made."""

    subject: Subject
    converter: Converter

    def rows(self, attempt: Attempt) -> tuple[Row, ...]:
        """Return a row a precision; a model that cannot be made smaller in this way gives the reason."""
        began = time.monotonic()
        try:
            trained = smaller(self.subject, attempt.steps)
        except (Unsupported, Infeasible, Diverged) as error:
            rows = [Row(attempt.steps, precision, skipped=str(error)) for precision in attempt.precisions]
        else:
            rows = self._written(trained, attempt)
        seconds = round(time.monotonic() - began, 3)
        return tuple(replace(row, seconds=seconds) for row in rows)

    def beside(self, row: Row, formats: Iterable[str], device: str) -> tuple[dict[str, Any], ...]:
        """Write a row's model in other formats of `device`; return what became of each, its path from the root."""
        trained, place = smaller(self.subject, row.steps), self.subject.folder / "files"
        variants = [Variant(name, row.precision) for name in formats]
        with exporter(trained, self.subject.splits, Wishes(force=True, device=device), self.converter) as maker:
            made = [maker.attempt(one, place / f"{key_of(row.steps)}-{'-'.join(one)}") for one in variants]
        root = self.subject.root
        return tuple({**one.to_json(), "path": one.path and _from_root(one.path, root)} for one in made)

    def _written(self, trained: Trained, attempt: Attempt) -> list[Row]:
        wishes = Wishes(force=True, latency=True, strip=True)
        with exporter(trained, self.subject.splits, wishes, self.converter) as maker:
            return [self._row(maker, attempt.steps, precision) for precision in attempt.precisions]

    def _row(self, maker: Exporter, steps: Steps, precision: str) -> Row:
        place = self.subject.folder / "files" / f"{key_of(steps)}-{precision}"
        artifact = maker.attempt(Variant(FORMAT, precision), place)
        return row_of(artifact, steps, maker.trained.parameters, self.subject.root)


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
        sha256=artifact.sha256,
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
