"""Profiling a LiteRT file, whoever made it: what it holds, what running it takes and who does not take it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zoo.profiling.profiler import CALLS, LIMIT_S, Profiler
from zoo.profiling.profiles import Profile


def profile(
    path: Path | str,
    calls: int = CALLS,
    limit_s: float = LIMIT_S,
    shape: Sequence[int] | Sequence[Sequence[int]] | None = None,
) -> Profile:
    """Return what the .tflite file, or the bundle, at `path` is made of, and how long it and its operators take.

    Each operator is timed alone in `calls` calls; with 0 nothing is run, and only what the file says of itself is
    told. Everything happens in a child process, so that a damaged file ends in an error, whatever it does to its
    interpreter; what takes longer than `limit_s` seconds is given up. Lengths that the file leaves open are counted as
    one, unless `shape` gives those of its input, (1, 96, 96, 3), or of each of several.
    Raises BadData for what cannot be read or run, BadValue for negative `calls` and a shape that the file does not
    take.
    """
    with Profiler(limit_s=limit_s) as profiler:
        return profiler.profile(path, calls, shape)
