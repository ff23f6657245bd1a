"""Parts of a user's own: one registered function in a file, known by name beside the zoo's, and recorded by its hash.

Only what a file says is read here; it is run when the part is used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from zoo.errors import BadData, BadValue, ZooError, unknown
from zoo.own.files import changed, content_of, line_of, module_of
from zoo.own.signatures import FACTS, SHARED, require_fitting
from zoo.registry import OWN, Entry, Own, facts_in, marked_in

# by name, for imports go down only
HOMES = {kind: f"zoo.{kind}s" if kind != "loss" else "zoo.losses" for kind in FACTS}
_CURE = "put it back, or say where it lies with --plugin."
LONGEST = 300  # characters of what a function raised
_FIELDS = ("kind", "name", "path", "sha256")


@dataclass(frozen=True)
class OwnPart:
    """A part of a user's own: what kind it is, its function's name, the file and the hash of what that held."""

    kind: str
    name: str
    path: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.path}"

    def to_json(self) -> dict[str, str]:
        """Return the part as a recipe lists it."""
        return asdict(self)

    def require_unchanged(self) -> None:
        """Raise BadData when the file is gone or is another one than it was."""
        now = sha256(content_of(Path(self.path), _CURE)).hexdigest()
        if now != self.sha256:
            raise changed(self.path, self.sha256, now)

    def load(self) -> Any:
        """Run the file, once in a process, and return the function; raise BadData when that fails or it has changed."""
        self.require_unchanged()
        return getattr(module_of(Path(self.path), content_of(Path(self.path), _CURE)), self.name)


_known: dict[tuple[str, str], OwnPart] = {}  # what OWN holds, by kind and name


def use_plugin(path: Path | str) -> OwnPart:
    """Know the one part that a file registers by its function's name, in this process, and return it.

    The file is read, not run; when it has changed since, it is read anew. Raises BadData, naming the line, for a file
    that is no Python or whose part the zoo cannot use, and BadValue for a name that the zoo or another file has.
    """
    content = content_of(Path(path), "check the path.")
    kind, entry = _read(str(path), content)
    part = OwnPart(kind, entry.name, str(path), sha256(content).hexdigest())
    _require_free(part)
    _known[kind, entry.name] = part
    OWN.setdefault(kind, {})[entry.name] = Own(entry, part.load)
    return part


def known_parts() -> tuple[OwnPart, ...]:
    """Return the parts of a user's own that this process knows."""
    return tuple(_known.values())


def forget_plugins() -> None:
    """Know no part of a user's own any more."""
    _known.clear()
    OWN.clear()


def is_part(values: Any) -> bool:
    """Return whether what a recipe lists among its plugins is a part, and not a user's own model."""
    return isinstance(values, Mapping) and "kind" in values


def part_in(values: Mapping[str, Any]) -> OwnPart:
    """Return the part that a recipe lists; raise BadValue for one that it cannot be."""
    if set(values) != set(_FIELDS) or values["kind"] not in HOMES:
        raise BadValue(f"not a plugin: {dict(values)}; it has {', '.join(_FIELDS)}. Restore the recipe.")
    return OwnPart(**{name: str(values[name]) for name in _FIELDS})


def require_known(plugins: Iterable[Any]) -> None:
    """Know every part that a recipe lists, from its own file where no other one with the same content is known.

    Raises BadData when a file is gone or holds something else than when the recipe was made.
    """
    for part in map(part_in, filter(is_part, plugins)):
        known = _known.get((part.kind, part.name))
        if known is None or known.sha256 != part.sha256:
            part.require_unchanged()
            use_plugin(part.path)
        else:
            known.require_unchanged()


@contextmanager
def blamed(plugins: Iterable[Any]) -> Iterator[None]:
    """Raise BadData, naming the file and the line, for what a part's function raises inside the block."""
    try:
        yield
    except ZooError:
        raise
    except Exception as error:
        for part in map(part_in, filter(is_part, plugins)):
            if line := line_of(error, part.path):
                what = f"{type(error).__name__}: {' '.join(str(error).split())[:LONGEST].rstrip('.')}"
                cure = f"Try zoo test-plugin {part.path}."
                raise BadData(f"{part.path}{line}: {part.kind} {part.name} failed: {what}. {cure}") from error
        raise


def recorded(plugins: Iterable[Any], names: Iterable[tuple[str, Any]]) -> tuple[Any, ...]:
    """Return what a recipe is to list that uses parts of these kinds and names: those of a user's own as they are now.

    What it lists already stays, but for parts that are known and not used.
    """
    if not _known:
        return tuple(plugins)
    kept = [one for one in plugins if not (is_part(one) and (one["kind"], one["name"]) in _known)]
    used = sorted({key for key in names if key in _known})
    return (*kept, *(_known[key].to_json() for key in used))


def without_parts(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipe's JSON as it reads where its parts' files are not there: at defaults of what they were.

    A bundle answers without the files that its model was built by.
    """
    plugins = recipe.get("plugins", ())
    parts = {(one["kind"], one.get("name")) for one in plugins if is_part(one)} if isinstance(plugins, list) else set()
    if not parts:
        return dict(recipe)
    train = {name: value for name, value in recipe.get("train", {}).items() if (name, value) not in parts}
    return {**recipe, "train": train, "plugins": [one for one in plugins if not is_part(one)]}


def _read(path: str, content: bytes) -> tuple[str, Entry]:
    """Return the kind of the one part that a file registers, and what its source says of it."""
    try:
        tree = ast.parse(content, path)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise BadData(f"{path}, line {line}: {getattr(error, 'msg', error)}. It is no Python; mend it.") from error
    marked = marked_in(tree)
    if len(marked) != 1:
        names = ", ".join(node.name for node, _ in marked)
        cure = (
            "Leave one in each file." if marked else 'Put @register("activation") above one, from zoo import register.'
        )
        raise BadData(f"{path} registers {f'{len(marked)} parts ({names})' if marked else 'no function'}. {cure}")
    ((node, call),) = marked
    kind, facts = _said(path, call)
    require_fitting(path, kind, node, facts)
    text = ast.get_docstring(node) or ""
    return kind, Entry(node.name, text, {**SHARED.get(kind, {}), **facts, "file": path}, node)


def _said(path: str, call: ast.Call) -> tuple[str, dict[str, Any]]:
    """Return the kind and the facts that `@register(...)` says."""
    where = f"{path}, line {call.lineno}"
    try:
        said, facts = [ast.literal_eval(one) for one in call.args], facts_in(call)
    except ValueError as error:
        raise BadData(f"{where}: what @register says must be plain values, as they are read before it runs.") from error
    if len(said) != 1:
        raise BadData(f'{where}: @register must say what it is: {", ".join(HOMES)}. Try @register("activation").')
    if said[0] not in HOMES:
        raise BadData(f"{where}: {unknown('kind of part', str(said[0]), HOMES)}")
    return said[0], facts


def _require_free(part: OwnPart) -> None:
    """Raise BadValue for a name that the zoo, or another file, has."""
    known = _known.get((part.kind, part.name))
    if known is not None and known.sha256 != part.sha256 and Path(known.path).resolve() != Path(part.path).resolve():
        raise BadValue(f"{part.kind} {part.name} of {part.path} is that of {known.path} already. Rename the function.")
    if known is None and part.name in _taken(part.kind):
        raise BadValue(f"{part.kind} {part.name} of {part.path} is a name of the zoo's own. Rename the function.")


def _taken(kind: str) -> Iterator[str]:
    home = import_module(HOMES[kind])
    yield from home.BUILDERS.names() if kind == "builder" else home.names()
    if kind == "builder":  # owners of a study's other names, as train.epochs
        yield from ("hypermodel", "model", "train", "preparation", "augment", "compress", "data", "export")
