"""Files that folders sort into classes, and into parts where there are folders for training and testing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from zoo.data._walking import Folder, walked
from zoo.errors import BadData
from zoo.raw.cells import one_line

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
ORDER = ("train", "validation", "test")
Listed = tuple[str, Path, str]
_WRAPPINGS = 3  # folders that hold one folder alone, as unpacked archives do
_GLANCE = 2000  # names that are looked at before a folder is held for one of another kind
_DEPTHS = ("*/*", "*/*/*", "*/*/*/*")


@dataclass(frozen=True)
class Sorted:
    """Files and their classes by part ("train", "validation", "test"), and what is to be said about the others."""

    root: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def listed(self) -> list[Listed]:
        """Return part, file and label of each file: those to train with first, then for validation, then to test."""
        pairs = {part: zip(files, self.labels[part], strict=True) for part, files in self.files.items()}
        return [(part, file, label) for part in ORDER for file, label in pairs.get(part, ())]

    def name(self, path: Path) -> str:
        """Return where a file lies below the root, with slashes."""
        return path.relative_to(self.root).as_posix()


def are_sorted(path: Path, suffixes: Collection[str]) -> bool:
    """Return whether the folder has folders in which, or not far below, files of these suffixes lie."""
    return bool(glanced(path, suffixes))


def glanced(path: Path, suffixes: Collection[str]) -> int:
    """Return how many files of these suffixes are among the first names in folders of the folder, and below these."""
    if not path.is_dir():
        return 0
    try:
        names = (found for depth in _DEPTHS for found in islice(path.glob(depth), _GLANCE))
        return sum(found.suffix.lower() in suffixes and not found.name.startswith(".") for found in names)
    except OSError:
        return 0


def sorted_files(path: Path, suffixes: Collection[str], thing: str = "image") -> Sorted:
    """Return the files of each class below `path`, a class a sub-folder, in the order of their names.

    Folders named train, validation (val, valid, dev) and test hold such folders each. One folder that holds all of
    these may lie around them. `thing` is what a file is called. Raises BadData where there is no such file, and for
    parts without one to train with.
    """
    root = _unwrapped(walked(path, suffixes))
    parts = _parts(root)
    found = Sorted(root.path)
    for part, folder in (parts or {"train": root}).items():
        _sort(found, part, folder, thing)
    if not found.files["train"]:
        raise BadData(
            f"{path} holds no {thing} in a folder of its class. Make a folder a class, or say with --pattern what the "
            "names of the files tell."
        )
    _note_others(found, root, parts, thing)
    return found


def _parts(root: Folder) -> dict[str, Folder]:
    """Return the folders for training, validation and testing, or none where folders are classes."""
    named = [(PARTS[folder.path.name.lower()], folder) for folder in root.folders if _is_part(folder)]
    parts = dict(named)
    if len(named) > len(parts):
        names = ", ".join(folder.path.name for _, folder in named)
        raise BadData(f"{root.path} has the folders {names}, of which two mean the same. Put them together.")
    if parts and "train" not in parts:
        name = named[0][1].path.name
        raise BadData(f"{root.path} has the folder {name} and none to train with. Add the folder train.")
    return parts


def _is_part(folder: Folder) -> bool:
    return folder.path.name.lower() in PARTS and any(inner.holds_wanted() for inner in folder.folders)


def _unwrapped(root: Folder) -> Folder:
    """Return the folder that has folders of classes or of parts: `root`, or the one folder that matters in it."""
    for _ in range(_WRAPPINGS):
        holding = [folder for folder in root.folders if folder.holds_wanted()]
        around = len(holding) == 1 and not holding[0].files and not _is_part(holding[0])
        if not around:
            break
        root = holding[0]
    return root


def _sort(found: Sorted, part: str, folder: Folder, thing: str) -> None:
    files, labels = found.files.setdefault(part, []), found.labels.setdefault(part, [])
    for place in folder.folders:
        inside = place.wanted()
        files += inside
        labels += [one_line(place.path.name)] * len(inside)
        if not inside:
            found.notes.append(f"folder '{found.name(place.path)}' holds no {thing}: left out")


def _note_others(found: Sorted, root: Folder, parts: dict[str, Folder], thing: str) -> None:
    """Say what was passed over: links, and files that are of no class."""
    tops = list(parts.values()) or [root]
    links = [path for folder in root.below() for path in folder.links]
    loose = [path for folder in {id(top): top for top in (root, *tops)}.values() for path in folder.files]
    beside = [folder.path for folder in root.folders if parts and folder not in tops and folder.holds_wanted()]
    strange = [path for top in tops for place in top.folders for inner in place.below() for path in inner.others]
    _say(found, links, "link leads", "links lead", "to a folder, to nothing or out of the data: not followed")
    _say(found, loose, f"{thing} lies", f"{thing}s lie", "in no folder of a class: left out")
    _say(found, beside, "folder stands", "folders stand", "beside those to train and test with: left out")
    _say(found, strange, "file is", "files are", f"no {thing} by the name: left out")


def _say(found: Sorted, paths: Sequence[Path], one: str, many: str, what: str) -> None:
    if paths:
        count = f"{len(paths):,} {one if len(paths) == 1 else many}"
        found.notes.append(f"{count} {what} (such as {found.name(paths[0])})")
