"""Order: what is asked of the profiler's child."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zoo.profiling._shapes import Shape, joined


@dataclass(frozen=True)
class Order:
    """What is to be profiled: a file, in how many calls, with which shapes of its inputs; none are the file's own."""

    file: Path
    calls: int
    shapes: tuple[Shape, ...] = ()

    @property
    def given(self) -> str:
        """Return the shapes as words."""
        return " and ".join(map(joined, self.shapes))

    def to_json(self, what: str) -> dict[str, Any]:
        """Return the line that asks the child to do `what`: describe, time or try."""
        return {"do": what, "path": str(self.file.resolve()), "calls": self.calls, "shapes": self.shapes}
