"""Which recordings a folder holds: their labels, groups and parts, by folders, names of files and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zoo.data._clip_parts import grouped, listed
from zoo.data._folders import PARTS, sorted_files
from zoo.data._walking import Folder, walked
from zoo.errors import BadData
from zoo.raw.cells import one_line
from zoo.raw.patterns import EXAMPLE, LABEL, Pattern, guessed

SUFFIXES = (".wav", ".wave")
OTHERS = (".mp3", ".flac", ".ogg", ".m4a", ".aac", ".aif", ".aiff", ".wma", ".opus")
NOISE = "_background_noise_"
MOST_LEFT_OUT = 0.1


@dataclass(frozen=True)
class Clip:
    """A recording: its file, its name below the data's folder, its label, its part, and its group or ""."""

    path: Path
    name: str
    label: str
    part: str = "train"
    group: str = ""


@dataclass(frozen=True)
class Clips:
    """The recordings of a folder, those of noise, by which pattern they were read, and what is to be said."""

    clips: list[Clip]
    noise: list[Path] = field(default_factory=list)
    pattern: str | None = None
    group: str | None = None
    notes: tuple[str, ...] = ()


def clips_in(path: Path, pattern: str | None, group: str | None) -> Clips:
    """Return the recordings below a folder; raise BadData or BadValue where their labels cannot be told.

    Labels are names of sub-folders, or what `pattern` says; of files that all lie in one folder a pattern is guessed.
    Where testing_list.txt or validation_list.txt names files, these make up that part.
    """
    root = walked(path, SUFFIXES)
    if not root.holds_wanted():
        raise BadData(f"{path} holds no .wav file; sound is read from those. Convert other recordings to .wav.")
    root = root if pattern else _named_files(root)
    is_named = LABEL in Pattern(pattern).fields if pattern else not _has_class_folders(root)
    found = _by_names(root, pattern) if is_named else _by_folders(path, pattern)
    return listed(grouped(found, group))


def _named_files(root: Folder) -> Folder:
    """Return the one folder in `root` where that holds all recordings, by names that tell labels; else `root`."""
    holding = [folder for folder in root.folders if folder.holds_wanted()]
    if root.files or len(holding) != 1 or any(inner.holds_wanted() for inner in holding[0].folders):
        return root
    return holding[0] if guessed([file.stem for file in holding[0].files]) else root


def _has_class_folders(root: Folder) -> bool:
    """Return whether files lie in folders that are no parts; then those folders are classes."""
    deep = [folder for folder in root.folders if folder.holds_wanted() and folder.path.name != NOISE]
    return any(folder.path.name.lower() not in PARTS or not folder.files for folder in deep)


def _by_folders(path: Path, pattern: str | None) -> Clips:
    found = sorted_files(path, SUFFIXES, "recording")
    clips, noise = [], []
    for part, files in found.files.items():
        for file, label in zip(files, found.labels[part], strict=True):
            if label == NOISE:
                noise.append(file)
            else:
                clips.append(Clip(file, found.name(file), label, part))
    _require_some(clips, path)
    return Clips(clips, noise, pattern, notes=tuple(found.notes))


def _require_some(recordings: Sequence[object], path: Path) -> None:
    if not recordings:
        raise BadData(f"{path} holds recordings of noise ({NOISE}) alone; there is nothing to learn. Add classes.")


def _by_names(root: Folder, pattern: str | None) -> Clips:
    """Return the recordings whose labels their own names tell, in folders of parts or not."""
    noise = [file for folder in root.folders if folder.path.name == NOISE for file in folder.wanted()]
    set_aside = set(noise)
    files = [file for file in root.wanted() if file not in set_aside]
    _require_some(files, root.path)
    known = Pattern(pattern) if pattern else guessed([file.stem for file in files])
    if known is None:
        raise BadData(
            f"{root.path} holds recordings without folders of classes, and the names of the files do not show any "
            f"(such as {files[0].name}). Say what they tell with --pattern '{EXAMPLE}', or make a folder a class."
        )
    fields = {file: known.match(file.stem) for file in files}
    strange = [file for file, found in fields.items() if found is None]
    if len(strange) > MOST_LEFT_OUT * len(files):
        raise BadData(
            f"{root.path}: {len(strange):,} of {len(files):,} files are not named as the pattern '{known.text}' says "
            f"(such as {strange[0].name}). Correct the pattern."
        )
    clips = [
        Clip(file, name := file.relative_to(root.path).as_posix(), one_line(found[LABEL]), _part(name))
        for file, found in fields.items()
        if found is not None
    ]
    return Clips(clips, noise, known.text, notes=(*_said(known, files, pattern), *_passed_over(root), *_left(strange)))


def _part(name: str) -> str:
    folder, slash, _ = name.partition("/")
    return PARTS.get(folder.lower(), "train") if slash else "train"


def _said(known: Pattern, files: Sequence[Path], asked: str | None) -> tuple[str, ...]:
    if asked is not None:
        return ()
    label = known.match(files[0].stem)[LABEL]
    return (
        f"labels are the first part of the files' names ('{label}' of {files[0].name}), by the pattern {known.text}: "
        "--pattern says otherwise, or names the other parts for --group",
    )


def _passed_over(root: Folder) -> tuple[str, ...]:
    """Say which links are not followed and which recordings are no .wav files."""
    links = [path for folder in root.below() for path in folder.links]
    others = [path for folder in root.below() for path in folder.others if path.suffix.lower() in OTHERS]
    kinds = (
        (links, "link leads", "links lead", "to a folder, to nothing or out of the data: not followed"),
        (others, "recording is", "recordings are", "no .wav by the name: left out"),
    )
    return tuple(
        f"{len(paths):,} {one if len(paths) == 1 else many} {what} (such as {paths[0].name})"
        for paths, one, many, what in kinds
        if paths
    )


def _left(strange: Sequence[Path]) -> tuple[str, ...]:
    if not strange:
        return ()
    count = "1 file is" if len(strange) == 1 else f"{len(strange):,} files are"
    return (f"{count} not named by the pattern: left out (such as {strange[0].name})",)
