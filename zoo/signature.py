"""Search spaces as source code says them: what `space_of` gives, read without importing the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from zoo.space import Choice, Float, Int, Live, Parameter, Part, Text, When, WhenTaken

_MARKS = {mark.__name__: mark for mark in (Int, Float, Choice, Part, Text, When, WhenTaken)}


def parameters_in(node: ast.FunctionDef) -> dict[str, Parameter]:
    """Return the ranged parameters of a function's definition, in their order, as `zoo.space.space_of` would.

    Domains must be written with literals, as in `Annotated[int, Int(1, 8, search=(1, 2)), Live]`.
    """
    found = {}
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        marks = tuple(_marks(argument.annotation))
        domain = next((mark for mark in marks if isinstance(mark, (Int, Float, Choice))), None)
        if domain is not None and default is not None:
            when = next((mark for mark in marks if isinstance(mark, When)), None)
            value = ast.literal_eval(default)
            found[argument.arg] = Parameter(argument.arg, domain, value, Live in marks, when)
    return found


def _marks(annotation: ast.expr | None) -> Iterator[Any]:
    """Return what stands in `Annotated[type, ...]` behind the type."""
    if not isinstance(annotation, ast.Subscript) or not isinstance(annotation.slice, ast.Tuple):
        return
    for mark in annotation.slice.elts[1:]:
        if isinstance(mark, ast.Name) and mark.id == Live.__name__:
            yield Live
        elif isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id in _MARKS:
            named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in mark.keywords if keyword.arg}
            yield _MARKS[mark.func.id](*map(ast.literal_eval, mark.args), **named)
