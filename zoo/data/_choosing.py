"""Which reader takes a path: by what a folder holds, by a file's name, or by its suffix."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from zoo.errors import BadData, BadValue, UnknownName
from zoo.raw.dialect import WIDE_MARKS
from zoo.recipe import Source
from zoo.registry import Registry

_FILES = ("suffixes", "files")  # the facts that say which files a reader takes, beside "folder"


def reader_of(source: Source, readers: Registry) -> str:
    """Return the name of the reader that takes the source; raise UnknownName, BadValue or BadData if none does."""
    path = Path(source.path)
    if not path.exists():
        return _embedded_name(source, readers)
    if source.reader is not None:
        return _named(source.reader, path, readers)
    found = _folder_reader(path, readers) if path.is_dir() else _file_reader(path, readers)
    found = found or _by_content(path, readers)
    if found is not None:
        return found
    if path.is_dir():
        raise BadData(f"no reader takes the folder {path}{_hint(path, readers)}")
    _require_narrow(path)
    what = f"'{path.suffix}' files ({path})" if path.suffix else str(path)
    raise BadData(
        f"no reader takes {what}. Give a table (.csv, .tsv or .parquet), arrays (.npz, or x.npy beside y.npy) or a "
        "folder of images, recordings or texts; text of another suffix is read as a table with --reader csv."
    )


def _require_narrow(path: Path) -> None:
    """Raise BadData for text in UTF-16, in which no reader finds any content."""
    with path.open("rb") as file:
        if file.read(2) in WIDE_MARKS:
            raise BadData(f"{path} is text in UTF-16; readers of text take UTF-8. Save it as UTF-8.")


def embedded_in(readers: Registry) -> tuple[str, ...]:
    """Return the names of the data sets that come with the installation, without importing any."""
    return tuple(name for name in readers.names() if readers.entries[name].facts.get("embedded"))


def _folder_reader(path: Path, readers: Registry) -> str | None:
    patterns = _taken(readers, "folder").items()
    return next((name for name, found in patterns if any(any(path.glob(pattern)) for pattern in found)), None)


def _by_content(path: Path, readers: Registry) -> str | None:
    """Return the reader that knows the content of `path`; those that say `last` are asked after the others."""
    kind = "folder" if path.is_dir() else "file"
    names = [name for name, kinds in _taken(readers, "content").items() if kind in kinds]
    for name in sorted(names, key=lambda name: (bool(readers.entries[name].facts.get("last")), name)):
        if sys.modules[readers.get(name).__module__].recognises(path):
            return name
    return None


def _file_reader(path: Path, readers: Registry) -> str | None:
    for name, patterns in _taken(readers, "files").items():
        if any(fnmatchcase(path.name, pattern) for pattern in patterns):
            return name
    suffix = path.suffix.lower()
    return next((name for name, suffixes in _taken(readers, "suffixes").items() if suffix in suffixes), None)


def _embedded_name(source: Source, readers: Registry) -> str:
    names = embedded_in(readers)
    if source.path in names:
        if source.reader not in (None, source.path):
            raise BadValue(f"reader is '{source.reader}', but {source.path} is embedded. Leave the reader away.")
        return source.path
    near = get_close_matches(source.path, names, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "check the path."
    fetched = [name for name in names if readers.entries[name].facts.get("download")]
    known, more = ", ".join(name for name in names if name not in fetched), ", ".join(fetched)
    raise UnknownName(
        f"'{source.path}' is neither a file nor an embedded data set; {hint} Embedded: {known}; to download: {more}"
    )


def _named(name: str, path: Path, readers: Registry) -> str:
    """Return `name` if that reader takes files, or, where `path` is a folder, folders."""
    readers.get(name)
    content = _taken(readers, "content").get(name, ())
    takes_folders = "folder" in content or name in _taken(readers, "folder")
    takes_files = "file" in content or name in _files(readers)
    if not takes_folders and not takes_files:
        known = _readable(readers, (*_FILES, "folder"))
        raise BadValue(f"reader is '{name}', which reads no files; readers of files: {known}.")
    if path.is_dir() and not takes_folders:
        raise BadData(f"{path} is a folder, and the reader '{name}' reads files. Give the path of one.")
    if not path.is_dir() and not takes_files:
        raise BadData(f"{path} is a file, and the reader '{name}' reads a folder. Give the path of its folder.")
    return name


def _files(readers: Registry) -> set[str]:
    return {name for key in _FILES for name in _taken(readers, key)}


def _hint(folder: Path, readers: Registry) -> str:
    """Return what to give instead of a folder: a file in it, where a reader takes one."""
    if not any(folder.iterdir()):
        return ": it is empty. Give the path of data."
    files = sorted(path for path in folder.iterdir() if path.is_file() and _file_reader(path, readers) is not None)
    if files:
        return f". Give the path of a file, such as {files[0]}."
    return (
        ". Give one of images or recordings in a folder for each class, of texts, of train.csv, or of x.npy and y.npy; "
        "or give the path of a file."
    )


def _taken(readers: Registry, key: str) -> dict[str, tuple[str, ...]]:
    facts = {name: entry.facts.get(key, ()) for name, entry in readers.entries.items()}
    return {name: found for name, found in facts.items() if found}


def _readable(readers: Registry, keys: Sequence[str]) -> str:
    taken = {key: _taken(readers, key) for key in keys}
    names = sorted({name for found in taken.values() for name in found})
    words = {name: dict.fromkeys(word for key in keys for word in taken[key].get(name, ())) for name in names}
    return ", ".join(f"{name} ({' '.join(found)})" for name, found in words.items())
