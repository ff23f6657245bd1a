"""Profiling a LiteRT file, whoever made it: what it holds, what running it takes and who does not take it."""

from __future__ import annotations

from pathlib import Path

from zoo.profiling.profiler import CALLS, LIMIT_S, Profiler
from zoo.profiling.profiles import Profile


def profile(path: Path | str, calls: int = CALLS, limit_s: float = LIMIT_S) -> Profile:
    """Return what the .tflite file, or the bundle, at `path` is made of, and how long it and its operators take.

    Each operator is timed alone in `calls` calls; with 0 nothing is run, and only what the file says of itself is
    told. Everything happens in a child process, so that a damaged file ends in an error, whatever it does to its
    interpreter; what takes longer than `limit_s` seconds is given up.
    Raises BadData for what cannot be read or run, BadValue for negative `calls`.
    """
    with Profiler(limit_s=limit_s) as profiler:
        return profiler.profile(path, calls)
