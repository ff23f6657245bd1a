"""The bundles of a registered model: all that were exported of the champion, each whole, kept with its version."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.bundle import load
from zoo.errors import ZooError

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from zoo.bundle import Bundle

FOLDER, ANSWERING = "bundles", "artifacts"  # of a version: the other bundles, and the one that it answers with
BESIDE = ("recipe.json", "report.json", "proof.json")  # of the answering bundle, laid open for who reads the page


def attach(bundle: Bundle, model: Path) -> str:
    """Copy what was exported beside `bundle` into a model's folder; return a table of it all in Markdown."""
    for name in BESIDE:
        shutil.copy(bundle.path / name, model / name)
    others = tuple(_others(bundle))
    for one in others:
        shutil.copytree(one.path, model / FOLDER / one.path.name)
    head = "| file | precision | bytes | proof |\n|---|---|---:|---|"
    return "\n".join([head, *map(_row, (bundle, *others))])


def places(client: MlflowClient, run: Run, folder: str) -> dict[str, str]:
    """Return where the bundles of a version lie in the files of its run, by their names, the answering one first."""
    listed = (client.list_artifacts(run.info.run_id, f"{folder}/{part}") for part in (ANSWERING, FOLDER))
    return {Path(entry.path).name: entry.path for entries in listed for entry in entries if entry.is_dir}


def _others(bundle: Bundle) -> Iterator[Bundle]:
    """Yield the bundles beside one that hold the same trained model; one that is not whole is left out."""
    for manifest in sorted(bundle.path.parent.glob("*/bundle.json")):
        try:
            found = None if manifest.parent == bundle.path else load(manifest.parent)
        except ZooError:
            continue
        if found is not None and _trained(found) == _trained(bundle):
            yield found


def _trained(bundle: Bundle) -> dict[str, Any]:
    """Return what a bundle's recipe says of the training: all but the file that was written."""
    return {name: value for name, value in bundle.recipe.items() if name != "export"}


def _row(bundle: Bundle) -> str:
    size, proof = bundle.report.get("bytes"), "ok" if bundle.proof.get("passed") else "failed"
    return f"| {bundle.variant.format} | {bundle.variant.precision} | {size:,} | {proof} |"
