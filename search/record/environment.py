"""Where a study ran: the processor, its cores, the system, and the commit of the folder that it was begun in."""

from __future__ import annotations

import os
import platform
import subprocess
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 2.0  # for git
_INFO = Path("/proc/cpuinfo")


def environment(folder: Path) -> dict[str, str]:
    """Return the machine in words, and as `commit` what git says of `folder`; what cannot be told is left out."""
    known = {
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": processor(),
        "cores": str(cores()),
        "commit": commit(folder),
    }
    return {name: text for name, text in known.items() if text}


def processor(info: Path = _INFO) -> str:
    """Return the name of the processor as Linux tells it, else as Python does, which may be ""."""
    with suppress(OSError, UnicodeDecodeError):
        for line in info.read_text("utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def commit(folder: Path) -> str:
    """Return the commit that git has checked out in `folder`; "" where there is none, or no git."""
    asked = ["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"]
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        return told.stdout.strip()
    return ""
