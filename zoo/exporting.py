"""Export: a trained model becomes bundles, each proven against the model it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from zoo import manifest
from zoo.aside import require_free
from zoo.converter import Converter
from zoo.errors import Unsupported
from zoo.exporter import Wishes, exporter
from zoo.formats import Variant, checked_variants, is_timed

if TYPE_CHECKING:
    from zoo.artifact import Artifact
    from zoo.dataset import Split, Splits
    from zoo.trained import Trained

SMALLER = ("float16", "dynamic")  # precisions that have no other point than a smaller file


class Options(TypedDict, total=False):
    """What else an export may be asked for: the fields of `zoo.exporter.Wishes`."""

    force: bool
    test: Split | None
    latency: bool


def export(
    trained: Trained,
    splits: Splits,
    format: str = "tflite",
    precision: str = "float32",
    *,
    out: Path | str,
    **options: Unpack[Options],
) -> Artifact:
    """Write one bundle to `out`; a failed proof keeps it and says so in the artifact.

    Options: `force` replaces the bundle at `out`; the test split is opened only when it is passed as `test`; with
    `latency` one row is timed, of formats that run as they are shipped. Raises UnknownName or Unsupported for a variant
    there is not or whose latency is not measured, BadValue when `out` exists, ConversionFailed when no file could be
    made or it would be pointless, ZooError when `out` cannot be written.
    """
    wishes = Wishes(**options)
    (variant,) = checked_variants([(format, precision)])
    if wishes.latency and not is_timed(variant.format):
        raise Unsupported(
            f"latency is measured for tflite only, not for {variant.format}. Leave --latency (latency=) away."
        )
    require_free(Path(out), manifest.NAME, wishes.force)
    with Converter() as converter, exporter(trained, splits, wishes, converter) as made:
        return made.make(variant, Path(out))


def export_all(
    trained: Trained,
    splits: Splits,
    variants: Iterable[tuple[str, str]],
    folder: Path | str,
    *,
    converter: Converter | None = None,
    **options: Unpack[Options],
) -> tuple[Artifact, ...]:
    """Write a bundle a variant into `folder` (`tflite-int8` ...), all in one child process, as `export` does.

    A variant that cannot be made, or is no smaller than the float32 file made before it though that is its point, is
    an artifact with its reason in `skipped`; the others are still made. A `converter` that was started early saves
    the time that TensorFlow takes to import; it is left running. Options and errors are those of `export`, but for
    `latency`, which times those variants that can be.
    """
    wishes = Wishes(**options)
    wanted = {variant: Path(folder, "-".join(variant)) for variant in checked_variants(variants)}
    for target in wanted.values():
        require_free(target, manifest.NAME, wishes.force)
    running = Converter() if converter is None else nullcontext(converter)
    made: dict[Variant, Artifact] = {}
    with running as child, exporter(trained, splits, wishes, child) as maker:
        for variant, target in wanted.items():
            floats = made.get(Variant(variant.format)) if variant.precision in SMALLER else None
            made[variant] = maker.attempt(variant, target, below=floats and floats.bytes)
    return tuple(made.values())
