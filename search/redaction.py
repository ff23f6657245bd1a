"""Values as they may be shown to others: paths of this machine become paths from the root, or names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_WORD = r"[^\s'\"`;,()]"
_QUOTED = re.compile(r"(['\"`])((?:file:)?(?:~[\w.-]*)?/(?:(?!\1).)+|(?:[A-Za-z]:[\\/]|\\\\)(?:(?!\1).)+)\1")
_ADDRESS = re.compile(rf"\bfile:/{_WORD}+")
_WINDOWS = re.compile(rf"(?:\b[A-Za-z]:[\\/]|(?<![\w\\])\\\\(?=\w)){_WORD}+")
_START = r"(?:(?<![\w.:/~-])(?:~[\w.-]*)?/+|(?<=:)/(?!/))"  # an address of the net has two slashes after its colon
_POSIX = re.compile(rf"{_START}(?:[^\s/'\"`;:,()]+/+)*[^\s/'\"`;:,()]+")


def portable(value: Any, root: Path) -> Any:
    """Return plain JSON values in which no text holds an absolute path: below `root` it is relative, else a name."""
    if isinstance(value, dict):
        return {name: portable(one, root) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [portable(one, root) for one in value]
    return _text(value, root) if isinstance(value, str) else value


def _text(text: str, root: Path) -> str:
    if text == str(root):
        return "."
    text = _homeless(text.replace(f"{root}/", ""))
    if Path(text).is_absolute() or text.startswith("~/"):  # a path alone, blanks and all
        return Path(text).name
    text = _QUOTED.sub(lambda found: f"{found[1]}{_name(found[2])}{found[1]}", text)
    for pattern in (_ADDRESS, _WINDOWS, _POSIX):
        text = pattern.sub(lambda found: _name(found[0]), text)
    return text


def _homeless(text: str) -> str:
    """Return a text with ~ for the home folder, whose name may hold blanks and says who works here."""
    try:
        home = str(Path.home())
    except RuntimeError:  # nobody's
        return text
    return re.sub(rf"(?<![\w.~-]){re.escape(home)}(?![\w.-])", "~", text) if len(home) > 1 else text


def _name(path: str) -> str:
    return re.split(r"[\\/]+", path.rstrip("\\/"))[-1]
