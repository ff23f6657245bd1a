"""Studies over the zoo: tune, resume, look at the status, take the trials as a DataFrame, delete."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Settings": "search.settings",
    "StudyResult": "search.result",
    "compress": "search.compressing.compressing",
    "delete": "search.care.deletion",
    "frame": "search.standing",
    "hyper_model": "search.tuner",
    "objective_for": "search.outside",
    "join": "search.claiming.joining",
    "preview": "search.previewing",
    "resume": "search.study",
    "status": "search.standing",
    "tune": "search.study",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'search' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
