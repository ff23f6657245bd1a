"""The log file of a study: a line for everything that happened, to read when something is unclear later."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class StudyLog:
    """Appends lines with their time (UTC) to a file; a disk that is full costs lines, never a study."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self._clock = path, clock

    def write(self, text: str) -> None:
        """Append one line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock()))
        with suppress(OSError), self.path.open("a", encoding="utf-8") as file:
            file.write(f"{moment}  {' '.join(text.split())}\n")
