"""Registered models as bundles: what `zoo export models:/digits@champion` or `models:/digits/3` writes."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from search.care.moving import follow
from zoo import manifest
from zoo.aside import require_free, whole_folder
from zoo.bundle import load
from zoo.errors import BadData, BadValue, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from search.tracking import Fetched
    from zoo.bundle import Bundle

SCHEME = "models:/"
_ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:/(?P<version>\d+)|@(?P<alias>[^/@]+))")


class Address(NamedTuple):
    """A registered model by its version or by an alias, one of which is None."""

    name: str
    version: str | None
    alias: str | None


@dataclass(frozen=True)
class Registered:
    """A bundle that came out of the registry: of which version of which model, and the trial that made it."""

    bundle: Bundle
    model: str
    version: int
    trial: str
    latency_ms: None = None
    footprint: None = None

    @property
    def path(self) -> Path:
        """Where the bundle lies."""
        return self.bundle.path

    def to_json(self) -> dict[str, Any]:
        """Return what `zoo export --json` prints: as of a trial, with model, version and trial besides."""
        report = self.bundle.report
        scores = {split: (report.get(split) or {}).get("metrics") for split in ("validation", "test")}
        return {
            "path": str(self.path),
            **self.bundle.variant._asdict(),
            **{name: report.get(name) for name in ("bytes", "gzip_bytes", "latency_ms", "bits")},
            "sha256": self.bundle.sha256,
            **scores,
            "proof": dict(self.bundle.proof),
            **{"skipped": None, "footprint": None},
            **{"model": self.model, "version": self.version, "trial": self.trial},
        }


def read_address(text: str) -> Address:
    """Return what `models:/NAME@ALIAS` or `models:/NAME/VERSION` means; raise BadValue for anything else."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        name = re.split(r"[/@]", text.removeprefix(SCHEME).strip("/@"))[0] or "digits"
        rule = "it must be models:/NAME@ALIAS or models:/NAME/VERSION"
        raise BadValue(f"the model is '{text}'; {rule}. Try {SCHEME}{name}@champion.")
    return Address(**found.groupdict())


def export_registered(
    text: str,
    format: str | None = None,
    precision: str | None = None,
    *,
    out: Path | None = None,
    root: Path | str = ".",
    force: bool = False,
    said: Callable[[str], None] = lambda text: None,
) -> Registered:
    """Write a bundle of a registered model to `out`, by default below mlruns/models; it must be as it was registered.

    Without format and precision it is the one that the model answers with. Raises BadValue for a folder that is there,
    UnknownName for a model, version, alias or bundle that there is not.
    """
    address, place = read_address(text), Path(root).resolve()
    wanted = [f"{format or 'tflite'}-{precision or 'float32'}"] if format or precision else []
    if out is not None:
        require_free(out, manifest.NAME, force)
    said(f"exporting {text}")
    with TemporaryDirectory(prefix="zoo-registered-") as aside:
        found = _fetch(place, address, wanted, Path(aside), said)
        bundle = load(found.path)
        folder = out or place / "mlruns" / "models" / f"{address.name}-{found.version}" / found.path.name
        if out is not None or not _is_there(folder, bundle):
            with whole_folder(folder, manifest.NAME, force) as new:
                shutil.copytree(found.path, new, dirs_exist_ok=True)
    return Registered(load(folder), address.name, found.version, found.trial)


def _fetch(root: Path, address: Address, wanted: Sequence[str], aside: Path, said: Callable[[str], None]) -> Fetched:
    from search.tracking import fetch

    try:
        for line in follow(root):
            said(line)
        return fetch(root, *address, wanted, aside)
    except sqlite3.Error as error:
        raise BadData(
            f"{root / 'mlruns' / 'mlflow.db'} cannot be read ({error}). Restore it, or give --root."
        ) from error


def require_plain(asked: Mapping[str, Any]) -> None:
    """Raise Unsupported for options of an export that a file which is there already cannot be given any more."""
    given = next((name for name, value in asked.items() if value not in (None, False, "float")), None)
    if given is not None:
        raise Unsupported(
            f"{given} is asked of a registered model, whose files are made. Leave --{given} out, or export the trial."
        )


def _is_there(folder: Path, bundle: Bundle) -> bool:
    """Return whether this very bundle was written to `folder` before."""
    return (folder / manifest.NAME).is_file() and load(folder).sha256 == bundle.sha256
