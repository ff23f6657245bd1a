"""How much memory there is, how much of it this process fills, and how much of it rows may fill."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from zoo.errors import BadValue

SHARE = 0.5  # of what is free
MOST = 2**60  # bytes, beyond any machine
UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")
_CGROUP = Path("/proc/self/cgroup")


class _Files(NamedTuple):
    """Where a version of Linux's control groups tells what a group may fill, fills, and could let go at once."""

    top: Path
    limit: str
    filled: str
    cached: tuple[str, ...]


_VERSIONS = {
    "": _Files(
        Path("/sys/fs/cgroup"),
        "memory.max",
        "memory.current",
        ("inactive_file", "active_file", "slab_reclaimable"),
    ),
    "memory": _Files(
        Path("/sys/fs/cgroup/memory"),
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        ("total_inactive_file", "total_active_file"),
    ),
}


def free_bytes() -> int:
    """Return how many bytes of memory this process can have now, in a container too.

    On systems that do not tell, that is half of all there is.
    """
    return min(_free_of_all(), *_left_to_groups())


def _left_to_groups() -> Iterator[int]:
    """Yield what each control group that this process is in, such as a container's, may still fill."""
    yield MOST
    try:
        lines = _CGROUP.read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, kinds, path = line.split(":", 2)
        files = next((_VERSIONS[kind] for kind in kinds.split(",") if kind in _VERSIONS), None)
        if files is not None:
            group = files.top / path.lstrip("/")
            yield from (_left(one, files) for one in (group, *group.parents) if one.is_relative_to(files.top))


def _left(group: Path, files: _Files) -> int:
    """Return what a control group may still fill: MOST where it has no limit, or is not to be seen from inside it."""
    try:
        limit, filled = (int((group / name).read_text("ascii")) for name in (files.limit, files.filled))
        told = dict(line.split() for line in (group / "memory.stat").read_text("ascii").splitlines())
        return max(0, limit - filled + sum(int(told.get(name, 0)) for name in files.cached))
    except (OSError, ValueError):  # ValueError: its limit is `max`
        return MOST


def _free_of_all() -> int:
    try:
        for line in _MEMINFO.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def resident() -> int:
    """Return how many bytes of memory this process fills now; raise OSError on a system that does not tell."""
    try:
        return _pages(_STATM)
    except (OSError, ValueError, IndexError):
        return _told_by_ps()


def filled_by(process: int) -> int | None:
    """Return how many bytes of memory another process fills now; None where it is gone or the system has no /proc."""
    try:
        return _pages(Path(f"/proc/{process}/statm"))
    except (OSError, ValueError, IndexError):
        return None


def _pages(statm: Path) -> int:
    return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _told_by_ps() -> int:
    """Return what `ps` says of this process, as on macOS, which has no /proc; it takes some milliseconds."""
    told_of = subprocess.run(("ps", "-o", "rss=", "-p", str(os.getpid())), capture_output=True, text=True)
    try:
        return int(told_of.stdout) * 1024
    except ValueError as error:
        raise OSError(f"ps tells no resident size: {told_of.stderr.strip() or told_of.stdout!r}.") from error


def budget(asked: int | None) -> int:
    """Return how many bytes rows may fill: those asked for, else half of what is free."""
    return int(SHARE * free_bytes()) if asked is None else asked


def size_of(text: str | None) -> int | None:
    """Return the bytes that a text such as `2G`, `500M` or `1.5 GB` means; raise BadValue for another."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", text.lower())
    size = float(found[1]) * UNITS[found[2]] if found else 0
    if not 1 <= size < MOST:
        raise BadValue(f"memory is '{text}'; it must be a size above 0. Try --memory 2G.")
    return int(size)


def told(size: float) -> str:
    """Return a number of bytes as a text such as `64 MB`; below a megabyte in kilobytes, below that in bytes."""
    name, unit = next(((name, unit) for name, unit in (("MB", 2**20), ("kB", 2**10)) if size >= unit), ("bytes", 1))
    return f"{size / unit:,.0f} {name}"
