"""Export: a trained model becomes bundles, each proven against the model it was made from."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from zoo import manifest
from zoo.artifact import Artifact
from zoo.aside import require_free, whole_folder, writing
from zoo.bundle import pack
from zoo.calibration import calibration_rows, described
from zoo.converter import Converter, Order
from zoo.dataset import Split, Splits
from zoo.errors import BadData, ConversionFailed, Diverged
from zoo.evaluation import Predictor, Report, evaluate
from zoo.formats import FORMATS, Variant, checked_variants, file_of
from zoo.formats._convert import write_job
from zoo.proof import prove
from zoo.trained import Trained


def export(
    trained: Trained,
    splits: Splits,
    format: str = "tflite",
    precision: str = "float32",
    *,
    out: Path | str,
    force: bool = False,
    test: Split | None = None,
) -> Artifact:
    """Write one bundle to `out`; a failed proof keeps it and says so in the artifact.

    The test split is opened only when it is passed as `test`. Raises UnknownName or Unsupported for a variant there
    is not, BadValue when `out` exists, ConversionFailed when no file could be made, ZooError when `out` cannot be
    written.
    """
    (variant,) = checked_variants([(format, precision)])
    require_free(Path(out), manifest.NAME, force)
    with Converter() as converter, _exporter(trained, splits, test, converter, force) as exporter:
        return exporter.make(variant, Path(out))


def export_all(
    trained: Trained,
    splits: Splits,
    variants: Iterable[tuple[str, str]],
    folder: Path | str,
    *,
    force: bool = False,
    test: Split | None = None,
    converter: Converter | None = None,
) -> tuple[Artifact, ...]:
    """Write a bundle a variant into `folder` (`tflite-int8` ...), all in one child process, as `export` does.

    A variant that cannot be made is an artifact with its reason in `skipped`; the others are still made. A
    `converter` that was started early saves the time that TensorFlow takes to import; it is left running.
    """
    wanted = {variant: Path(folder, "-".join(variant)) for variant in checked_variants(variants)}
    for target in wanted.values():
        require_free(target, manifest.NAME, force)
    running = Converter() if converter is None else nullcontext(converter)
    with running as child, _exporter(trained, splits, test, child, force) as exporter:
        return tuple(exporter.attempt(variant, target) for variant, target in wanted.items())


@dataclass(frozen=True)
class _Exporter:
    """What the variants of one export share."""

    trained: Trained
    splits: Splits
    test: Split | None
    converter: Converter
    force: bool
    calibration: np.ndarray
    job: Path

    @cached_property
    def reference(self) -> Predictor:
        """The source as a model in memory."""
        from zoo.formats.keras_file import KerasFile

        return KerasFile(self.trained.model())

    def attempt(self, variant: Variant, target: Path) -> Artifact:
        """Return the artifact of one variant, or why there is none."""
        try:
            return self.make(variant, target)
        except (BadData, ConversionFailed) as error:
            return Artifact(*variant, skipped=str(error))

    def make(self, variant: Variant, target: Path) -> Artifact:
        """Convert, open, prove and measure one variant in a folder aside, then put it at `target`."""
        with whole_folder(target, manifest.NAME, self.force) as aside:
            file = aside / file_of(variant.format)
            self.converter.convert(Order(self.job, variant, file))
            artifact = replace(self.judge(variant, file), path=target)
            return replace(artifact, sha256=self.complete(aside, artifact))

    def judge(self, variant: Variant, file: Path) -> Artifact:
        """Return what the model in `file` is worth, running that file."""
        model = FORMATS.get(variant.format).open(file)
        metric = self.trained.recipe.train.monitor
        contents = [path.read_bytes() for path in manifest.model_files(file)]
        size = sum(map(len, contents))
        return Artifact(
            *variant,
            bytes=size,
            gzip_bytes=sum(len(gzip.compress(content, mtime=0)) for content in contents),
            proof=prove(self.reference, model, self.splits.validation, variant.precision, metric),
            validation=_measured(model, self.splits.validation, size),
            test=_measured(model, self.test, size),
        )

    def complete(self, folder: Path, artifact: Artifact) -> str:
        """Write the rest of the bundle; return its hash."""
        variant = Variant(artifact.format, artifact.precision)
        calibration = described(self.calibration) if variant.precision == "int8" else None
        report = {**artifact.report_json(), "calibration": calibration}
        preparation, proof = self.splits.preparation.to_json(), artifact.proof.to_json()
        return pack(folder, variant, self.trained, preparation=preparation, report=report, proof=proof)


@contextmanager
def _exporter(
    trained: Trained, splits: Splits, test: Split | None, converter: Converter, force: bool
) -> Iterator[_Exporter]:
    calibration = calibration_rows(splits.train, trained.recipe.seed)
    with TemporaryDirectory(prefix="zoo-") as folder:
        converter.start()
        with writing(Path(folder)):
            write_job(trained, calibration, Path(folder))
        yield _Exporter(trained, splits, test, converter, force, calibration, Path(folder))


def _measured(model: Predictor, split: Split | None, size: int) -> Report | None:
    """Return what `model`, of `size` bytes, is worth on `split`; None where its answers are not finite."""
    if split is None:
        return None
    try:
        return replace(evaluate(model, split), bytes=size)
    except Diverged:
        return None
