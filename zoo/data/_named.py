"""What names of image files say by a pattern: classes instead of folders, and groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from zoo.data._folders import PARTS, Sorted
from zoo.data._walking import walked
from zoo.errors import BadData
from zoo.raw.cells import one_line
from zoo.raw.patterns import EXAMPLE, LABEL, Pattern

MOST_LEFT_OUT = 0.1


def says_labels(pattern: str | None) -> bool:
    """Return whether the pattern has a field for the class; raise BadValue for what is no pattern."""
    return pattern is not None and LABEL in Pattern(pattern).fields


def named_files(path: Path, suffixes: Collection[str], pattern: str) -> Sorted:
    """Return the files below `path` with the labels that their names say; folders train ... are parts nevertheless.

    Files that are named otherwise are left out, said aloud; raises BadData where these are more than a tenth.
    """
    known, files = Pattern(pattern), walked(path, suffixes).wanted()
    strange = [file for file in files if known.match(file.stem) is None]
    if not files or len(strange) > MOST_LEFT_OUT * len(files):
        such = f"(such as {strange[0].name})" if strange else "and holds none"
        raise BadData(
            f"{path}: {len(strange):,} of {len(files):,} images are not named as the pattern '{pattern}' says {such}. "
            f"Correct the pattern, as in '{EXAMPLE}'."
        )
    found = Sorted(path, {"train": []}, {"train": []})
    for file in files:
        fields = known.match(file.stem)
        if fields is not None:
            part = PARTS.get(file.relative_to(path).parts[0].lower(), "train")
            found.files.setdefault(part, []).append(file)
            found.labels.setdefault(part, []).append(one_line(fields[LABEL]))
    if strange:
        found.notes.append(f"{len(strange):,} not named by the pattern: left out (such as {strange[0].name})")
    return found


def groups_of(
    files: Sequence[Path], pattern: str | None, group: str | None
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return the group of each file, (files,) int32, and the groups' names; a file named otherwise is a group alone.

    Raises BadValue for a group that is no field of the pattern.
    """
    if group is None:
        return None, ()
    known = Pattern(pattern or EXAMPLE)
    known.require(group, "group")
    values = [file.stem if (said := known.match(file.stem)) is None else said[group] for file in files]
    names = sorted(set(values))
    places = {name: place for place, name in enumerate(names)}
    return np.asarray([places[value] for value in values], np.int32), tuple(names)
