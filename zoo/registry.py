"""A registry is a package and an entry is a file: nothing is listed by hand twice.

File name = public name = the one object in it that bears `@register`. Listing reads the folder's source with `ast`;
only `get` imports the file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from zoo.errors import ZooError, unknown

T = TypeVar("T")


def register(**facts: Any) -> Callable[[T], T]:
    """Mark the one public entry of its file; `facts` are literals that can be read without importing it."""

    def mark(entry: T) -> T:
        entry.__zoo_facts__ = facts  # type: ignore[attr-defined]
        return entry

    return mark


@dataclass(frozen=True)
class Entry:
    """What the source of an entry says: its name, docstring, facts and the definition itself."""

    name: str
    text: str
    facts: Mapping[str, Any]
    node: ast.stmt

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.text.partition("\n")[0]


class Registry:
    """The entries of one package, by name."""

    def __init__(self, package: str, kind: str) -> None:
        self.package, self.kind = package, kind

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every entry, by name, read from source without importing any."""
        return {entry.name: entry for entry in _read_folder(self._folder())}

    def names(self) -> tuple[str, ...]:
        """Return the names of all entries, sorted."""
        return tuple(sorted(self.entries))

    def get(self, name: str) -> Any:
        """Import the file `name` and return its entry; raise UnknownName with the nearest match."""
        if name not in self.entries:
            raise unknown(self.kind, name, self.names())
        module = import_module(f"{self.package}.{name}")
        return next(value for value in vars(module).values() if _marked_in(value, module.__name__))

    def _folder(self) -> Path:
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise ZooError(f"the package {self.package} has no folder; install the project again.")
        return Path(next(iter(spec.submodule_search_locations)))


def _marked_in(value: Any, module: str) -> bool:
    return getattr(value, "__module__", None) == module and "__zoo_facts__" in getattr(value, "__dict__", {})


def _read_folder(folder: Path) -> Iterator[Entry]:
    for path in sorted(folder.glob("[!_]*.py")):
        marked = [node for node in ast.parse(path.read_text("utf-8")).body if _decoration(node) is not None]
        if len(marked) > 1:
            raise ZooError(f"{path.name} registers {len(marked)} entries; a file is one entry. Split the file.")
        for node in marked:
            yield Entry(path.stem, ast.get_docstring(node) or "", _facts(_decoration(node)), node)


def _decoration(node: ast.stmt) -> ast.Call | None:
    if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return None
    calls = (d for d in node.decorator_list if isinstance(d, ast.Call) and isinstance(d.func, ast.Name))
    return next((call for call in calls if call.func.id == "register"), None)


def _facts(call: ast.Call | None) -> dict[str, Any]:
    return {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg} if call else {}
