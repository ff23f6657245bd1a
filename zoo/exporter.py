"""Exporter: makes the variants of a trained model, each proven and measured before it is put in place."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from zoo import manifest
from zoo.artifact import Artifact
from zoo.aside import OTHER_FOR_TEMPORARY, whole_folder, writing
from zoo.bits import taken_bits
from zoo.bundle import pack
from zoo.calibration import BEYOND, calibration_rows, described
from zoo.converter import Converter, Order
from zoo.dataset import Split, Splits
from zoo.errors import BadData, ConversionFailed, ConverterLost, Diverged, Unsupported
from zoo.evaluation import Predictor, Report, evaluate
from zoo.formats import (
    FORMATS,
    Variant,
    carries_code,
    file_of,
    is_stripped,
    is_timed,
    require_installed,
    takes,
    takes_raw,
)
from zoo.formats._borders import Border
from zoo.formats._convert import write_job
from zoo.formats._raw import signature_of, why_not
from zoo.hypermodels.plugins import plugin_in
from zoo.microcontroller.carrying import carry_preparation
from zoo.profiling.interpreter import MicroInterpreter
from zoo.proving.effort import preparation_effort
from zoo.proving.footprint import Footprint, footprint
from zoo.proving.latency import latency_ms
from zoo.proving.on_micro import asked_of_micro
from zoo.proving.proof import prove
from zoo.trained import Trained
from zoo.wishes import Wishes

CALIBRATED = ("int8", "int16x8", "mixed")  # made by what the calibration rows show


@dataclass(frozen=True)
class Exporter:
    """What the variants of one export share."""

    trained: Trained
    splits: Splits
    wishes: Wishes
    converter: Converter
    micro: MicroInterpreter
    calibration: np.ndarray
    job: Path

    @cached_property
    def reference(self) -> Predictor:
        """The source as a model in memory."""
        from zoo.formats.keras_file import KerasFile

        return KerasFile(self.trained.model())

    def attempt(self, variant: Variant, target: Path, below: int | None = None) -> Artifact:
        """Return the artifact of one variant, or why there is none; its file must have fewer bytes than `below`.

        Of a variant that is not made a bundle that `force` was to replace goes, unless it is of this very model.
        """
        try:
            return self.make(variant, target, below)
        except (BadData, ConversionFailed, Unsupported) as error:
            if self.wishes.force and _is_of_another_model(target, weights_hash(self.trained)):
                shutil.rmtree(target, ignore_errors=True)  # or it would pass for a file of this model
            reason = str(error).removeprefix(f"{variant} was not made: ")
            return Artifact(*variant, skipped=reason, lost=isinstance(error, ConverterLost))

    def make(self, variant: Variant, target: Path, below: int | None = None) -> Artifact:
        """Convert, open, prove and measure one variant in a folder aside, then put it at `target`."""
        require_installed(variant.format)
        self.wishes.require_running(variant)
        with whole_folder(target, manifest.NAME, self.wishes.force) as aside:
            file = aside / file_of(variant.format)
            options = {**self.wishes.options(variant), **self._raw(variant)}
            self.converter.convert(Order(self.job, variant, file, options))
            _require_smaller(file, below, variant)
            code = self._carried(variant, aside)
            bits = taken_bits(file)
            artifact = replace(self._asked(self.judge(variant, file), file), path=target, bits=bits)
            artifact = replace(artifact, footprint=self._footprint(artifact, file, code))
            return replace(artifact, sha256=self.complete(aside, artifact, code))

    def judge(self, variant: Variant, file: Path) -> Artifact:
        """Return what the model in `file` is worth, running that file."""
        entry, rows = FORMATS.get(variant.format), self.splits.validation
        model, facts = entry.open(file), entry.facts(file)
        contents = [path.read_bytes() for path in manifest.model_files(file)]
        size = sum(map(len, contents))
        metric, classes = self.trained.recipe.train.monitor, self.trained.task.classes
        proof = prove(self.reference, model, rows, variant.precision, metric, "validation", classes)
        return Artifact(
            *variant,
            bytes=size,
            gzip_bytes=sum(len(gzip.compress(content, mtime=0)) for content in contents),
            facts=facts,
            latency_ms=latency_ms(model, rows.x) if self.wishes.latency and is_timed(variant.format) else None,
            proof=proof.of_file(facts, variant.precision),
            validation=_measured(model, rows, size),
            test=_measured(model, self.wishes.test, size),
        )

    def _asked(self, artifact: Artifact, file: Path) -> Artifact:
        """Return the artifact with what a microcontroller's own interpreter makes of a file that is C source."""
        if not carries_code(artifact.format):
            return artifact
        model, rows = FORMATS.get(artifact.format).open(file), self.splits.validation
        micro = asked_of_micro(self.micro, file, artifact.precision, model, rows)
        return replace(artifact, proof=artifact.proof.on_micro(micro))

    def complete(self, folder: Path, artifact: Artifact, code: Mapping[str, int] | None = None) -> str:
        """Write the rest of the bundle; return its hash. `code` is what the preparation in C takes, if there is any."""
        variant = Variant(artifact.format, artifact.precision)
        calibration = described(self.calibration) if variant.precision in CALIBRATED else None
        effort = preparation_effort(self.splits, timed=artifact.latency_ms is not None)
        known = {"calibration": calibration, "weights": weights_hash(self.trained), "preparation": effort}
        known |= ({"code": dict(code)} if code else {}) | self._signature(variant)
        known |= {} if artifact.footprint is None else {"footprint": artifact.footprint.to_json()}
        known |= {} if artifact.bits is None else {"bits": artifact.bits.to_json()}
        preparation, proof = self.splits.preparation.to_json(), artifact.proof.to_json()
        report = {**variant._asdict(), **artifact.report_json(), **known}
        parts = {"preparation": preparation, "report": report, "proof": proof}
        stripped = is_stripped(variant.format) or "strip" in self.wishes.options(variant)
        return pack(folder, variant, self.trained, self._borders(variant, folder), stripped, **parts)

    def _carried(self, variant: Variant, folder: Path) -> Mapping[str, int] | None:
        """Write the preparation as C code beside a model that runs without Python; return the memory that it takes."""
        if not carries_code(variant.format):
            return None
        return carry_preparation(folder, self.splits.preparation, self.trained.task.classes)

    def _footprint(self, artifact: Artifact, file: Path, code: Mapping[str, int] | None) -> Footprint | None:
        """Return what a file takes of the device that it is for; raise Unsupported where it does not run there."""
        if self.wishes.device is None:
            return None
        return footprint(self.wishes.device, artifact.bytes, artifact.facts, file, code)

    def _raw(self, variant: Variant) -> dict[str, Any]:
        """Return what a file needs that prepares raw rows itself, {} where its format has none or it cannot."""
        if not takes_raw(variant.format) or why_not(self.splits.preparation):
            return {}
        classes = list(self.trained.task.classes)
        return {"raw": {"preparation": self.splits.preparation.to_json(), "classes": classes}}

    def _signature(self, variant: Variant) -> dict[str, Any]:
        """Return the name of the signature that takes raw rows, or why there is none, where the format may have one."""
        if not takes_raw(variant.format):
            return {}
        preparation = self.splits.preparation
        reason = why_not(preparation)
        return {"raw": {"signature": None if reason else signature_of(preparation), "reason": reason or None}}

    def _borders(self, variant: Variant, folder: Path) -> tuple[Border, ...]:
        """Return the borders of the file in `folder` where its format may have others than the model."""
        is_told = "io" in takes(variant.format)
        return FORMATS.get(variant.format).borders(folder / file_of(variant.format)) if is_told else ()


@contextmanager
def exporter(trained: Trained, splits: Splits, wishes: Wishes, converter: Converter) -> Iterator[Exporter]:
    """Yield the exporter of one model; the files that its conversions need vanish at the end.

    Raises BadData when a file of the user's that builds the model has changed.
    """
    for plugin in trained.recipe.plugins:
        plugin_in(plugin).require_unchanged()  # no other format or precision would help
    beyond = BEYOND if "lookback" in splits.dataset.facts else 1.0
    calibration = calibration_rows(splits.train, trained.recipe.seed, beyond=beyond)
    with TemporaryDirectory(prefix="zoo-") as folder, MicroInterpreter() as micro:
        converter.start()
        with writing(Path(folder), OTHER_FOR_TEMPORARY):
            write_job(trained, calibration, Path(folder))
        yield Exporter(trained, splits, wishes, converter, micro, calibration, Path(folder))


def weights_hash(trained: Trained) -> str:
    """Return the sha256 of a model's weights, by which files of the same model know each other."""
    digest = sha256()
    for weight in trained.weights:
        digest.update(f"{weight.dtype} {weight.shape}\n".encode())
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def _is_of_another_model(bundle: Path, weights: str) -> bool:
    """Say whether a bundle stands there whose report does not tell these weights."""
    if not (bundle / manifest.NAME).is_file():
        return False
    try:
        return json.loads((bundle / "report.json").read_text("utf-8")).get("weights") != weights
    except (OSError, ValueError, AttributeError):
        return True


def _require_smaller(file: Path, below: int | None, variant: Variant) -> None:
    """Raise ConversionFailed unless the model at `file` has fewer bytes than `below`; None asks for nothing."""
    size = sum(path.stat().st_size for path in manifest.model_files(file))
    if below is not None and size >= below:
        what = f"it would be pointless, with {size:,} bytes no smaller than float32's {below:,}"
        raise ConversionFailed(f"{variant} was not made: {what}. Ship float32.")


def _measured(model: Predictor, split: Split | None, size: int) -> Report | None:
    """Return what `model`, of `size` bytes, is worth on `split`; None where its answers are not finite."""
    if split is None:
        return None
    try:
        return replace(evaluate(model, split), bytes=size)
    except Diverged:
        return None
