"""Whether a run's spool, sent or not, begins and ends, told from as few of its bytes as can be."""

from __future__ import annotations

import os
from pathlib import Path

from search.record.spool import sent_path
from search.record.spooled import read

_LAST_BYTES = 4096  # of a spool; its last line is longer in rare cases only


def lacks_end(path: Path) -> bool:
    """Tell whether a spool, sent or not, is there and has no end; one that was sent so went as killed."""
    for place in (path, sent_path(path)):
        if place.exists():
            return not (_ends(place) or any(event["kind"] == "end" for event in read(place)[-1:]))
    return False


def _ends(path: Path) -> bool:
    """Tell whether the last whole line is an end, from the last bytes alone: a study has thousands of spools."""
    with path.open("rb") as file:
        file.seek(-min(_LAST_BYTES, file.seek(0, os.SEEK_END)), os.SEEK_END)
        lines = file.read().split(b"\n")[:-1]
    return bool(lines) and lines[-1].startswith(b'{"kind":"end",')


def was_started(path: Path) -> bool:
    """Tell whether an unsent spool is there and names its run."""
    return path.exists() and any(event["kind"] == "start" for event in read(path))
