"""Values as they may be shown to others: paths of this machine become paths from the root, or names."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import Any

_POSIX = re.compile(r"(?<![\w.:/~-])~?/(?:[^\s/'\";:,()]+/)*[^\s/'\";:,()]+")
_WINDOWS = re.compile(r"\b[A-Za-z]:\\[^\s'\";,()]+")


def portable(value: Any, root: Path) -> Any:
    """Return plain JSON values in which no text holds an absolute path: below `root` it is relative, else a name."""
    if isinstance(value, dict):
        return {name: portable(one, root) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [portable(one, root) for one in value]
    return _text(value, root) if isinstance(value, str) else value


def _text(text: str, root: Path) -> str:
    if Path(text).is_absolute():  # a path alone, blanks and all
        return _place(text, root)
    text = text.replace(f"{root}/", "")
    text = _WINDOWS.sub(lambda found: PureWindowsPath(found[0]).name, text)
    return _POSIX.sub(lambda found: _place(found[0], root), text)


def _place(path: str, root: Path) -> str:
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name
