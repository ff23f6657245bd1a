"""Formats a trained model can be written in: a file a format, whose class writes it and opens it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from zoo.errors import Unsupported, unknown
from zoo.registry import Registry

FORMATS = Registry("zoo.formats", "format")


class Variant(NamedTuple):
    """One kind of file: a format and the precision of its weights."""

    format: str
    precision: str = "float32"

    def __str__(self) -> str:
        return f"{self.format} {self.precision}"


def variants() -> tuple[Variant, ...]:
    """Return every format in every precision it has, without importing any."""
    return tuple(Variant(name, precision) for name in FORMATS.names() for precision in precisions_of(name))


def precisions_of(name: str) -> tuple[str, ...]:
    """Return the precisions of the format `name`; raise UnknownName with the nearest match."""
    return _registered(name)["precisions"]


def file_of(name: str) -> str:
    """Return what the model's file, or folder, is called in a bundle of the format `name`."""
    return _registered(name)["file"]


def is_timed(name: str) -> bool:
    """Return whether the latency of the format `name` is measured: of files that run as they are shipped."""
    return bool(_registered(name).get("timed"))


def checked_variants(wanted: Iterable[tuple[str, str]]) -> tuple[Variant, ...]:
    """Return `wanted` as Variants; raise UnknownName or Unsupported for one that no format serves."""
    return tuple(_checked(Variant(*one)) for one in wanted)


def _registered(name: str) -> Mapping[str, Any]:
    if name not in FORMATS.entries:
        raise unknown(FORMATS.kind, name, FORMATS.names())
    return FORMATS.entries[name].facts


def _checked(variant: Variant) -> Variant:
    precisions = precisions_of(variant.format)
    if variant.precision not in precisions:
        others = ", ".join(precisions)
        raise Unsupported(f"{variant.format} has no precision '{variant.precision}'. It has: {others}.")
    return variant
