"""Formats a trained model can be written in: a file a format, whose class writes it and opens it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
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
    """Return every format whose packages are here in every precision it has, without importing any."""
    names = [name for name in FORMATS.names() if not missing_packages(name)]
    return tuple(Variant(name, precision) for name in names for precision in precisions_of(name))


def precisions_of(name: str) -> tuple[str, ...]:
    """Return the precisions of the format `name`; raise UnknownName with the nearest match."""
    return _registered(name)["precisions"]


def file_of(name: str) -> str:
    """Return what the model's file, or folder, is called in a bundle of the format `name`."""
    return _registered(name)["file"]


def is_timed(name: str) -> bool:
    """Return whether the latency of the format `name` is measured: of files that run as they are shipped."""
    return bool(_registered(name).get("timed"))


def takes(name: str) -> tuple[str, ...]:
    """Return what else may be asked of a file of the format `name`: `io`, the type at its ends, and `strip`."""
    return _registered(name).get("takes", ())


def is_stripped(name: str) -> bool:
    """Return whether files of the format `name` are without what running them does not need, asked for or not."""
    return bool(_registered(name).get("stripped"))


def takes_raw(name: str) -> bool:
    """Return whether a model of the format `name` may take raw rows as well, and prepare them itself."""
    return bool(_registered(name).get("raw"))


def missing_packages(name: str) -> tuple[str, ...]:
    """Return the packages that the format `name` needs beyond the project's own, and that are not installed."""
    return tuple(package for package in _registered(name).get("needs", ()) if find_spec(package) is None)


def require_installed(name: str) -> None:
    """Raise Unsupported, with the command that installs them, where packages of the format `name` are missing."""
    missing = missing_packages(name)
    if missing:
        plural = "s" if len(missing) > 1 else ""
        command = f"pip install 'zoo-search[{_registered(name)['extra']}]'"
        raise Unsupported(f"{name} files need the package{plural} {', '.join(missing)}. Type: {command}")


def carries_code(name: str) -> bool:
    """Return whether the preparation goes as C code beside a model of the format `name`."""
    return _registered(name).get("carries") == "c"


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
        why = _registered(variant.format).get("refused", {}).get(variant.precision)
        reason = f": {why}" if why else ""
        raise Unsupported(f"{variant.format} has no precision '{variant.precision}'{reason}. It has: {others}.")
    return variant
