"""Manifest: `bundle.json`, which says what a bundle holds and the sha256 of each of its files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from zoo.errors import BadData, UnknownName
from zoo.formats import Variant, file_of

SCHEMA = 1
NAME = "bundle.json"
AGAIN = "Export the model again."


@dataclass(frozen=True)
class Manifest:
    """The variant, the types and shapes of the model's input and output, and sha256 by relative path.

    An end of integers that stand for other numbers has their `scale` and `zero_point` too. `stripped` says that the
    model's file was made without names and signatures.
    """

    variant: Variant
    input: Mapping[str, Any]
    output: Mapping[str, Any]
    files: Mapping[str, str]
    stripped: bool = False

    def write(self, folder: Path) -> None:
        """Write the manifest into `folder`."""
        told = {"input": self.input, "output": self.output, "stripped": self.stripped, "files": self.files}
        write_json(folder / NAME, {"schema": SCHEMA, **self.variant._asdict(), **told})

    def hash(self, folder: Path) -> str:
        """Return the bundle's hash: the sha256 of the sorted "sha256 path" lines of all files, this one among them."""
        hashes = {**self.files, NAME: file_hash(folder / NAME)}
        lines = sorted(f"{value} {name}\n" for name, value in hashes.items())
        return sha256("".join(lines).encode()).hexdigest()

    def unlisted(self, folder: Path) -> list[str]:
        """Return the files in `folder` that the manifest does not vouch for, this one aside, sorted."""
        return [name for name in relative_names(model_files(folder), folder) if name not in {*self.files, NAME}]

    def verify(self, folder: Path) -> None:
        """Raise BadData, naming the file, unless `folder` holds each file as it was written and no more model."""
        model = model_files(folder / file_of(self.variant.format))
        unlisted = [name for name in relative_names(model, folder) if name not in self.files]
        if unlisted or not model:
            what = f"{unlisted[0]} is not in the manifest" if unlisted else "there is no model file"
            raise BadData(f"{folder} is not as it was exported: {what}. {AGAIN}")
        for name, expected in self.files.items():
            if file_hash(_inside(folder, name)) != expected:
                raise BadData(f"{folder / name} was changed after the export: its sha256 differs. {AGAIN}")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in `folder`; raise BadData when there is none that this version reads."""
    values = read_json(folder / NAME)
    try:
        if values["schema"] != SCHEMA:
            raise BadData(f"{folder / NAME} has schema {values['schema']}; this version reads {SCHEMA}. {AGAIN}")
        variant = Variant(values["format"], values["precision"])
        file_of(variant.format)
        stripped = values.get("stripped") is True  # bundles from before there were any do not say
        return Manifest(variant, values["input"], values["output"], dict(values["files"]), stripped)
    except (KeyError, TypeError, ValueError, UnknownName) as error:
        raise BadData(f"{folder / NAME} is not a bundle's manifest ({error}). {AGAIN}") from error


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file below `folder`, by relative path."""
    files = model_files(folder)
    return {name: file_hash(file) for name, file in zip(relative_names(files, folder), files, strict=True)}


def model_files(path: Path) -> list[Path]:
    """Return the file at `path`, or all files below the folder there, sorted."""
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def relative_names(files: list[Path], folder: Path) -> Iterator[str]:
    """Return the files' paths as a manifest writes them: below `folder`, with slashes."""
    return (file.relative_to(folder).as_posix() for file in files)


def file_hash(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal; raise BadData when it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror}. {AGAIN}") from error


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write `values` as JSON for people and programs alike."""
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", "utf-8", newline="\n")


def read_json(path: Path) -> Any:
    """Return what a JSON file of a bundle holds; raise BadData when it cannot be read."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadData(
            f"no bundle at {path.parent}: it has no {path.name}. Give a folder `zoo export` wrote."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadData(f"{path} is not JSON that can be read ({error}). {AGAIN}") from error


def _inside(folder: Path, name: str) -> Path:
    """Return the file `name` of `folder`; raise BadData when it lies elsewhere, by its path or by a link."""
    if "\0" in name or not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise BadData(f"{folder / NAME} names {name!r}, which lies outside the bundle. Do not use it.")
    return folder / name
