"""How much memory there is, how much of it this process fills, and how much of it rows may fill."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from zoo.errors import BadValue

SHARE = 0.5  # of what is free
MOST = 2**60  # bytes, beyond any machine
UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")


def free_bytes() -> int:
    """Return how many bytes of memory programs can have now; on systems that do not tell, half of all there is."""
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
        return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return _told_by_ps()


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
