"""Readers of data: a file a source, from a path, an embedded name, arrays or a data frame to a Dataset."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.dataset import Dataset
from zoo.errors import BadData, BadValue, UnknownName
from zoo.frames import is_frame
from zoo.recipe import Source
from zoo.registry import Registry

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

READERS = Registry("zoo.data", "reader")
ARRAYS, FRAME = "arrays", "frame"  # the paths of sources in memory; a file so named needs a reader, having no suffix


def load_data(
    data: str | Path | Dataset | tuple[np.ndarray, np.ndarray] | pd.DataFrame,
    target: str | None = None,
    reader: str | None = None,
) -> Dataset:
    """Return the data set at a path, of an embedded name, or made of arrays `(x, y)` or of a data frame.

    An existing path beats an embedded name; a Dataset is returned as it is. `target` names the column of classes,
    `reader` the entry of READERS to use instead of the one that the file's suffix asks for.
    Raises UnknownName for what is neither a file nor an embedded name, and for a column or reader that does not
    exist; BadValue for a target that is needed and missing, or not needed; BadData for content that cannot be used.
    """
    if isinstance(data, Dataset):
        return data
    from zoo.data._checks import require_learnable
    from zoo.data._hash import content_hash

    dataset = _read(data, target, reader)
    require_learnable(dataset)
    return replace(dataset, source=replace(dataset.source, sha256=content_hash(dataset)))


def in_memory(source: Source) -> bool:
    """Return whether `source` tells of arrays or of a data frame that were read from memory, not from a path."""
    return source.path in (ARRAYS, FRAME) and source.reader is None and source.sha256 is not None


def embedded() -> tuple[str, ...]:
    """Return the names of the data sets that come with the installation, without importing any."""
    return tuple(name for name in READERS.names() if READERS.entries[name].facts.get("embedded"))


def _read(data: Any, target: str | None, reader: str | None) -> Dataset:
    if isinstance(data, (str, Path)):
        source = Source(str(data), target, reader)
        name = _reader_of(source)
        _require_fitting_target(name, source)
        return READERS.get(name)(source)
    if isinstance(data, tuple) and len(data) == 2:
        from zoo.data._arrays import dataset_of_arrays

        return dataset_of_arrays(Source(ARRAYS), *data)
    if is_frame(data):
        from zoo.data._frame import dataset_of_frame

        return dataset_of_frame(data, Source(FRAME, target))
    kind = type(data).__name__
    raise BadValue(f"data is a {kind}; it must be a path, an embedded name, a tuple (x, y) or a data frame.")


def _reader_of(source: Source) -> str:
    path = Path(source.path)
    if not path.exists():
        return _embedded_name(source)
    if path.is_dir():
        raise BadData(f"{path} is a folder; this version reads files: {_readable()}. Give the path of one.")
    if source.reader is not None:
        return _file_reader(source.reader)
    for name, suffixes in _suffixes().items():
        if path.suffix.lower() in suffixes:
            return name
    raise BadData(f"no reader takes '{path.suffix}' files ({path}); readers: {_readable()}. Name one with --reader.")


def _embedded_name(source: Source) -> str:
    names = embedded()
    if source.path in names:
        if source.reader not in (None, source.path):
            raise BadValue(f"reader is '{source.reader}', but {source.path} is embedded. Leave the reader away.")
        return source.path
    near = get_close_matches(source.path, names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "check the path."
    known = ", ".join(names)
    raise UnknownName(f"'{source.path}' is neither a file nor an embedded data set; {hint} Embedded: {known}")


def _file_reader(name: str) -> str:
    READERS.get(name)
    if name not in _suffixes():
        raise BadValue(f"reader is '{name}', which reads no files; readers of files: {_readable()}.")
    return name


def _require_fitting_target(name: str, source: Source) -> None:
    if source.target is not None and not READERS.entries[name].facts.get("target"):
        raise BadValue(f"target is '{source.target}', but {source.path} brings its own classes. Leave the target away.")


def _suffixes() -> dict[str, tuple[str, ...]]:
    facts = {name: entry.facts.get("suffixes", ()) for name, entry in READERS.entries.items()}
    return {name: suffixes for name, suffixes in facts.items() if suffixes}


def _readable() -> str:
    return ", ".join(f"{name} ({' '.join(suffixes)})" for name, suffixes in _suffixes().items())
