"""Groups and parts of recordings, by the names of their files and by lists of these."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.errors import BadData
from zoo.raw.patterns import EXAMPLE, Pattern

if TYPE_CHECKING:
    from zoo.data._clips import Clips

LISTS = {"validation": "validation_list.txt", "test": "testing_list.txt"}  # of Speech Commands (Warden 2018)
SPEAKER, HASHED = "speaker", "{speaker}_nohash_{index}"
_IS_HASHED = re.compile(r".+_nohash_\d+")
MOST_OTHERS = 0.1  # of names that are of another form


def grouped(found: Clips, group: str | None) -> Clips:
    """Return the recordings with their groups: the field of the pattern that is asked for, or the hashed speakers."""
    stems = [clip.path.stem for clip in found.clips]
    pattern, notes = found.pattern, found.notes
    are_hashed = sum(bool(_IS_HASHED.fullmatch(stem)) for stem in stems) > (1 - MOST_OTHERS) * len(stems)
    if pattern is None and are_hashed and group in (None, SPEAKER):
        pattern, group = HASHED, SPEAKER
        notes = (*notes, "recordings of one speaker, by the hash in the files' names, are one group")
    if group is None:
        return found
    known = Pattern(pattern or EXAMPLE)
    known.require(group, "group")
    fields = map(known.match, stems)
    clips = [
        replace(clip, group=clip.path.stem if said is None else said[group])
        for clip, said in zip(found.clips, fields, strict=True)
    ]
    return replace(found, clips=clips, pattern=pattern, group=group, notes=notes)


def listed(found: Clips) -> Clips:
    """Return the recordings with those parts that lists in the folder name; one named twice is tested with."""
    named = {part: _names(file) for part, list_ in LISTS.items() if (file := _list(found, list_)) is not None}
    if not named:
        return found
    part_of = {name: part for part, names in named.items() for name in names}
    known = {clip.name for clip in found.clips}
    absent = [name for name in part_of if name not in known]
    lists = " and ".join(LISTS[part] for part in named)
    notes = _told_of(named, known)
    if absent:
        notes.append(f"{len(absent):,} names in {lists} are of no recording here (such as {absent[0]})")
    clips = [replace(clip, part=part_of.get(clip.name, clip.part)) for clip in found.clips]
    return replace(found, clips=clips, notes=(*found.notes, *notes))


def _told_of(named: Mapping[str, Sequence[str]], known: Collection[str]) -> list[str]:
    """Return what is to be said of lists: which of them are used, and which names stand in two."""
    twice = sorted(set.intersection(*(set(names) & set(known) for names in named.values()))) if len(named) > 1 else []
    own = {part: set(names) & set(known) - (set(twice) if part != "test" else set()) for part, names in named.items()}
    used = [LISTS[part] for part, names in own.items() if names]
    notes = []
    if used:
        one = f"{' and '.join(used)} {'name' if len(used) > 1 else 'names'} the recordings of "
        notes.append(one + ("the parts: used as the split" if len(used) > 1 else "that part"))
    if twice:
        one = "1 recording is" if len(twice) == 1 else f"{len(twice):,} recordings are"
        notes.append(f"{one} in {' and '.join(map(LISTS.get, named))}: tested with alone (such as {twice[0]})")
    return notes


def _list(found: Clips, name: str) -> Path | None:
    """Return the list of that name in the folder that the recordings' names begin in, or None."""
    first = found.clips[0]
    folder = first.path.parents[first.name.count("/")]
    return folder / name if (folder / name).is_file() else None


def _names(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path} cannot be read ({error}); it names a recording a line. Write it anew.") from error
    return [line.strip().replace("\\", "/") for line in lines if line.strip()]
