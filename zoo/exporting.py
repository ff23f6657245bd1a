"""Export: a trained model becomes bundles, each proven against the model it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from zoo import manifest
from zoo.aside import require_free
from zoo.converter import Converter
from zoo.exporter import exporter
from zoo.formats import Variant, checked_variants
from zoo.wishes import Wishes

if TYPE_CHECKING:
    from zoo.artifact import Artifact
    from zoo.dataset import Split, Splits
    from zoo.trained import Trained

SMALLER = ("float16", "dynamic", "int4", "mixed")  # precisions that have no other point than a smaller file


class Options(TypedDict, total=False):
    """What else an export may be asked for: the fields of `zoo.wishes.Wishes`."""

    force: bool
    test: Split | None
    latency: bool
    io: str
    strip: bool
    sparse: bool
    device: str | None


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
    `latency` one row is timed, of formats that run as they are shipped; `io` int8 makes an int8 file take and give
    int8, `strip` leaves out of a LiteRT file what running it does not need, and `sparse` out of a float32 one the
    weights that are zero. With a `device` (micro, mobile, server) the file must run there, and its `footprint` says
    what it takes. Raises UnknownName or Unsupported for a variant there is not or that does not take the options,
    BadValue when `out` exists, ConversionFailed when no file could be made or it would be pointless, ZooError when
    `out` cannot be written.
    """
    wishes = Wishes(**options)
    (variant,) = checked_variants([(format, precision)])
    wishes.require_taken(variant)
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
    `latency`, `io`, `strip` and `sparse`, which are for those variants that take them.
    """
    wishes = Wishes(**options)
    wanted = {variant: Path(folder, wishes.folder_of(variant)) for variant in checked_variants(variants)}
    for target in wanted.values():
        require_free(target, manifest.NAME, wishes.force)
    running = Converter() if converter is None else nullcontext(converter)
    made: dict[Variant, Artifact] = {}
    with running as child, exporter(trained, splits, wishes, child) as maker:
        for variant, target in wanted.items():
            floats = made.get(Variant(variant.format)) if variant.precision in SMALLER else None
            made[variant] = maker.attempt(variant, target, below=floats and floats.bytes)
    return tuple(made.values())
