"""What to type after `zoo predict app`: rows of the kind that a model takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from search.files import read_json
from zoo.errors import BadData

TABLE, TEXTS, IMAGES, SOUNDS = "ROWS.csv", "TEXTS.txt", "IMAGES/", "SOUNDS/"


def rows_for(bundle: Path) -> str:
    """Return what stands for rows to predict with the bundle at a path: a file of rows or texts, or a folder."""
    try:
        known = read_json(bundle / "preparation.json")
        modality, dtype, columns = (known.get(name) for name in ("modality", "dtype", "columns"))
    except (BadData, OSError, AttributeError):
        return TABLE
    if modality == "image" and dtype == "uint8":
        return IMAGES
    if modality == "text" and not columns:
        return TEXTS
    return SOUNDS if modality == "audio" else TABLE


def rows_for_any(variants: Iterable[Mapping[str, Any]], root: Path) -> str:
    """Return what stands for rows to predict with a study's files, which all take the same."""
    path = next((variant["path"] for variant in variants if variant["path"]), None)
    return TABLE if path is None else rows_for(root / path)
