"""What a user's own file holds: a function or class by `file.py:name`, the very file that a recipe was made with."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from zoo.errors import BadValue, unknown
from zoo.own.files import changed, content_of, module_of, told
from zoo.own.parts import OwnPart, is_part, part_in

FORM = "FILE.py:NAME, or MODULE:NAME of what is installed"


@dataclass(frozen=True)
class Plugin:
    """A function or class of a user: `path` is a .py file or the name of a module, `sha256` that of its source."""

    path: str
    name: str
    sha256: str

    def to_json(self) -> dict[str, str]:
        """Return the plugin as a recipe lists it."""
        return asdict(self)

    def load(self) -> Any:
        """Return the function or class; raise BadData when its source is gone or is another one than it was."""
        self.require_unchanged()
        return _named(_module(self.path), self.path, self.name)

    def require_unchanged(self) -> None:
        """Raise BadData when the source is gone or is another one than it was."""
        found = plugin_of(f"{self.path}:{self.name}")
        if found.sha256 != self.sha256:
            raise changed(self.path, self.sha256, found.sha256)


def plugin_of(text: str) -> Plugin:
    """Return the plugin that `file.py:name` or `module:name` means, with the hash of its source as it is now.

    A file is read but not run; a module is imported. Raises BadValue for another form, BadData for a file that cannot
    be read or run, UnknownName when it has nothing of that name.
    """
    path, name = parts_of(text)
    source = Path(path) if path.endswith(".py") else _source(_named(_module(path), path, name), text)
    return Plugin(path, name, sha256(_content(source)).hexdigest())


def parts_of(text: Any) -> tuple[str, str]:
    """Return the path and the name in `file.py:name`; raise BadValue for another form or a file that is not there."""
    path, _, name = text.rpartition(":") if isinstance(text, str) else ("", "", "")
    if not path or not name.isidentifier():
        raise BadValue(f"hypermodel is {text!r}; it must look like {FORM}. Try my_models.py:build.")
    if path.endswith(".py"):
        _content(Path(path))
    return path, name


def plugin_in(values: Mapping[str, Any]) -> Plugin | OwnPart:
    """Return the plugin that a recipe lists, or the part; raise BadValue for one that it cannot be."""
    if is_part(values):
        return part_in(values)
    try:
        return Plugin(**{name: str(value) for name, value in values.items()})
    except TypeError as error:
        raise BadValue(f"not a plugin: {dict(values)}; it has path, name and sha256. Restore the recipe.") from error


def _content(path: Path) -> bytes:
    return content_of(path, "check the path before ':'.")


def _source(found: Any, text: str) -> Path:
    """Return the file that what was found is defined in, which may be another one than its module's."""
    try:
        return Path(inspect.getfile(found if inspect.isroutine(found) or isinstance(found, type) else type(found)))
    except TypeError as error:
        raise BadValue(f"hypermodel is {text}, which has no source file. Write a function in a .py file.") from error


def _module(path: str) -> ModuleType:
    if path.endswith(".py"):
        return module_of(Path(path), _content(Path(path)))
    with told(path):
        return import_module(path)


def _named(module: ModuleType, path: str, name: str) -> Any:
    if not hasattr(module, name):
        known = (each for each, value in vars(module).items() if callable(value) and not each.startswith("_"))
        raise unknown(f"function or class in {path}", name, known)
    return getattr(module, name)
