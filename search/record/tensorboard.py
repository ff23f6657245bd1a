"""A study for TensorBoard: an event file a trial, made from its spool; no training writes it, no kill harms it.

A file's bytes follow from the lines of the spool alone. What is there already is their beginning, and the rest is
appended: TensorBoard, which keeps a file open, sees a trial grow. The next command completes what a kill cut short.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from search.files import StudyFiles, studies
from search.fingerprint import study_id
from search.record.spool import lock, sent_path, spool_path
from search.record.spooled import Event, read
from zoo.durable import whole_file

FOLDER = "tensorboard"
_FILE = "events.out.tfevents.{seconds:010d}.zoo"  # TensorBoard knows them by the second word


def folder_of(files: StudyFiles) -> Path:
    """Return the folder of a study's event files, with one for each trial: 0012, or 0012-1 of a second attempt."""
    return files.folder / FOLDER


def begin(files: StudyFiles) -> None:
    """Have event files written for a study from now on, of its earlier trials too."""
    folder_of(files).mkdir(parents=True, exist_ok=True)


def update(files: StudyFiles, warn: Callable[[str], None]) -> int:
    """Bring the event files up to date with the spools where they are asked for; return how many files changed.

    What goes wrong is one warning: nothing that is written for looking at stops a study.
    """
    if not folder_of(files).is_dir():
        return 0
    try:
        with _alone(folder_of(files)) as is_alone:
            return sum(_follow(path, folder_of(files) / name) for name, path in _spools(files)) if is_alone else 0
    except Exception as error:
        warn(f"{folder_of(files)} is not up to date ({error}); training is not affected, the next command goes on.")
        return 0


def update_all(root: Path, warn: Callable[[str], None]) -> None:
    """Bring the event files of every study below `root` up to date."""
    for study in studies(root):
        update(StudyFiles(root, study), warn)


def _spools(files: StudyFiles) -> Iterator[tuple[str, Path]]:
    """Yield the name of each trial's folder, and its spool, sent or not."""
    identity = study_id(files)
    name = re.compile(rf"{re.escape(files.study)}-(\d{{4,}})-(\d+)-{re.escape(identity)}")
    first = spool_path(files.root, files.study)
    for place in (sent_path(first).parent, first.parent):  # one that is being sent is met twice rather than not at all
        for path in sorted(place.glob(f"*-{identity}.jsonl")):
            found = name.fullmatch(path.stem)
            if found:
                yield found[1] + ("" if found[2] == "0" else f"-{found[2]}"), path


def _follow(spool: Path, folder: Path) -> bool:
    """Append to a trial's event file what its spool tells more; tell whether there was any.

    The file's time is that of the spool as it was read, by which the next call knows that nothing has changed.
    """
    there = next(iter(folder.glob("events.out.tfevents.*")), None)
    try:
        changed_at = spool.stat().st_mtime_ns
        if there is not None and there.stat().st_mtime_ns == changed_at:
            return False
        events = read(spool)
    except FileNotFoundError:  # sent meanwhile: the next call meets it there
        return False
    if not events:
        return False
    path = there or folder / _FILE.format(seconds=events[0]["time"] // 1000)
    is_more = _complete(path, _encoded(events))
    os.utime(path, ns=(changed_at, changed_at))
    return is_more


def _complete(path: Path, wanted: bytes) -> bool:
    """Append what is missing of `wanted`; a file that does not begin it is written anew."""
    before = path.read_bytes() if path.exists() else b""
    if before == wanted:
        return False
    if before and wanted.startswith(before):
        with path.open("ab") as file:
            file.write(wanted[len(before) :])
        return True
    path.parent.mkdir(exist_ok=True)
    with whole_file(path) as file:
        file.write(wanted)
    return True


def _encoded(events: tuple[Event, ...]) -> bytes:
    from search.record.event_files import records

    return b"".join(records(events))


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Yield whether no other process writes here."""
    with (folder / ".lock").open("ab") as file:
        yield lock(file.fileno())
