"""Weighing: what one file of a model takes and is worth, without a bundle, a proof or a look at the test rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from zoo import manifest
from zoo.artifact import Artifact
from zoo.converter import Converter, Order
from zoo.dataset import Splits
from zoo.evaluation import evaluate
from zoo.exporter import exporter
from zoo.formats import FORMATS, Variant, file_of
from zoo.formats._convert import parameters_of
from zoo.proving.latency import latency_ms
from zoo.recipe import Recipe
from zoo.trained import Trained
from zoo.wishes import Wishes


def weigh(
    trained: Trained,
    splits: Splits,
    variant: Variant,
    converter: Converter,
    *,
    timed: bool = False,
    strip: bool = False,
) -> Artifact:
    """Return what the file of one variant takes and what it is worth on validation rows; the file does not stay.

    With `timed` its latency is measured as well, with `strip` it is the stripped file. Raises ConversionFailed when
    there is no file, Diverged when its answers are not finite.
    """
    with _made(trained, splits, variant, converter, strip) as (file, taken, _):
        model, rows = FORMATS.get(variant.format).open(file), splits.validation
        latency = latency_ms(model, rows.x) if timed else None
        return replace(taken, latency_ms=latency, validation=replace(evaluate(model, rows), bytes=taken.bytes))


def weigh_untrained(
    recipe: Recipe, splits: Splits, variant: Variant, converter: Converter, *, strip: bool = False
) -> Artifact:
    """Return what the file of one variant would take, which follows from the structure of the recipe's model.

    It is made with weights that are no two alike; other numbers change nothing of a file's bytes, memory and work.
    Raises ConversionFailed when there is no file.
    """
    return weigh_structure(recipe, splits, variant, converter, strip=strip)[1]


def weigh_structure(
    recipe: Recipe, splits: Splits, variant: Variant, converter: Converter, *, strip: bool = False
) -> tuple[int, Artifact]:
    """Return how many parameters a recipe's model has, and what `weigh_untrained` returns; raises the same."""
    with _made(Trained(recipe, splits.task, ()), splits, variant, converter, strip) as (_, taken, job):
        return parameters_of(job), taken


@contextmanager
def _made(
    trained: Trained, splits: Splits, variant: Variant, converter: Converter, strip: bool
) -> Iterator[tuple[Path, Artifact, Path]]:
    wishes = Wishes(strip=strip)
    with exporter(trained, splits, wishes, converter) as one, TemporaryDirectory(prefix="zoo-") as folder:
        file = Path(folder, file_of(variant.format))
        converter.convert(Order(one.job, variant, file, wishes.options(variant)))
        size = sum(path.stat().st_size for path in manifest.model_files(file))
        taken = Artifact(*variant, bytes=size, facts=FORMATS.get(variant.format).facts(file))
        yield file, taken, one.job
