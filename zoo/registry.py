"""A registry is a package and an entry is a file: nothing is listed by hand twice.

File name = public name = the one object in it that bears `@register`. Listing reads the folder's source with `ast`;
only `get` imports the file. Parts of a user's own stand beside the zoo's: `zoo.own.parts` adds them to OWN.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from zoo.errors import ZooError, unknown

T = TypeVar("T")


def register(kind: str | None = None, /, **facts: Any) -> Callable[[T], T]:
    """Mark the one public entry of its file; `facts` are literals that can be read without importing it.

    In a file of a user's own `kind` says what it is, as in `@register("activation")`; the zoo's own lie in the folder
    of their kind.
    """

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

    @property
    def keywords(self) -> tuple[str, ...]:
        """What a function takes by name alone; nothing of a class."""
        return tuple(one.arg for one in self.node.args.kwonlyargs) if isinstance(self.node, ast.FunctionDef) else ()


class Own(NamedTuple):
    """An entry of a user's own, and what imports its file."""

    entry: Entry
    load: Callable[[], Any]


OWN: dict[str, dict[str, Own]] = {}  # by kind and name, in this process


class Registry:
    """The entries of one package, by name, and those of the same kind in OWN."""

    def __init__(self, package: str, kind: str) -> None:
        self.package, self.kind = package, kind

    @cached_property
    def shipped(self) -> Mapping[str, Entry]:
        """Every entry of the package, by name, read from source without importing any."""
        return {entry.name: entry for entry in _read_folder(self._folder())}

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every entry, by name: those of the package, and a user's own."""
        own = OWN.get(self.kind)
        return {**self.shipped, **{name: one.entry for name, one in own.items()}} if own else self.shipped

    def names(self) -> tuple[str, ...]:
        """Return the names of all entries, sorted."""
        return tuple(sorted(self.entries))

    def taking(self, argument: str) -> tuple[str, ...]:
        """Return the names of the functions that take `argument` by name, without importing any."""
        return tuple(name for name in self.names() if argument in self.entries[name].keywords)

    def get(self, name: str) -> Any:
        """Import the file `name` and return its entry; raise UnknownName with the nearest match."""
        if name not in self.entries:
            raise unknown(self.kind, name, self.names())
        if name not in self.shipped:
            return OWN[self.kind][name].load()
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
        marked = marked_in(ast.parse(path.read_text("utf-8")))
        if len(marked) > 1:
            raise ZooError(f"{path.name} registers {len(marked)} entries; a file is one entry. Split the file.")
        for node, call in marked:
            yield Entry(path.stem, ast.get_docstring(node) or "", facts_in(call), node)


def marked_in(tree: ast.Module) -> list[tuple[ast.FunctionDef | ast.ClassDef, ast.Call]]:
    """Return the functions and classes of a file that bear `@register(...)` or `@zoo.register(...)`, with that call."""
    named = (node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    found = ((node, call) for node in named for call in node.decorator_list if isinstance(call, ast.Call))
    return [(node, call) for node, call in found if ast.unparse(call.func) in ("register", "zoo.register")]


def facts_in(call: ast.Call) -> dict[str, Any]:
    """Return what `@register(...)` says by name; raise ValueError for what is no literal."""
    return {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg}
