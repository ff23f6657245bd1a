"""What the function of a user's own part must look like, read from its source; what does not fit is named by line."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from zoo.errors import BadData, unknown
from zoo.signature import parameters_in
from zoo.task import MODALITIES

TASKS = ("classification", "regression")
FACTS = {  # what @register may say of a kind besides, and of what type that is
    "activation": {"pieces": int, "without": tuple},
    "loss": {"kinds": tuple, "classes": int, "whole_batch": bool},
    "optimizer": {},
    "builder": {"accepts": tuple, "default_for": tuple, "dense": bool},
}
SHARED = {"builder": {"default_for": ()}}  # what is true of one that does not say otherwise
REQUIRED = {"loss": ("kinds", TASKS), "builder": ("accepts", MODALITIES)}
TAKES = {
    "activation": ("x",),
    "loss": ("y", "scores"),
    "optimizer": ("learning_rate", "weight_decay"),
    "builder": ("task",),
}
RANGED = ("activation", "builder")  # whose own arguments have domains


def require_fitting(path: str, kind: str, node: ast.stmt, facts: Mapping[str, Any]) -> None:
    """Raise BadData, naming the line, unless the zoo can call a part as it is defined."""
    where = f"{path}, line {node.lineno}"
    if not isinstance(node, ast.FunctionDef):
        raise BadData(f"{where}: {node.name} is a class; a part is a function. Register one that returns it.")
    _require_facts(where, kind, node.name, facts)
    _require_arguments(where, kind, node, facts)
    if kind in RANGED:
        _require_ranged(where, node)
    elif kind == "loss":
        _require_settings(where, node)


def _require_facts(where: str, kind: str, name: str, facts: Mapping[str, Any]) -> None:
    for fact, value in facts.items():
        if fact not in FACTS[kind]:
            raise BadData(f"{where}: {unknown(f'fact of {kind} {name}', fact, FACTS[kind])}")
        if type(value) is not FACTS[kind][fact]:
            wanted = FACTS[kind][fact].__name__
            raise BadData(f"{where}: {fact} of {name} is {value!r}; it must be a {wanted}. Mend what @register says.")
    if kind not in REQUIRED:
        return
    fact, known = REQUIRED[kind]
    if not facts.get(fact) or not set(facts[fact]) <= set(known):
        example = f'@register("{kind}", {fact}=("{known[0]}",))'
        raise BadData(f"{where}: {name} must say {fact}, some of {', '.join(known)}. Try {example}.")


def _require_arguments(where: str, kind: str, node: ast.FunctionDef, facts: Mapping[str, Any]) -> None:
    wanted = (*TAKES[kind], "weights") if facts.get("whole_batch") else TAKES[kind]
    given = node.args
    if len(given.posonlyargs) + len(given.args) != len(wanted) or given.vararg or given.kwarg or given.defaults:
        names = ", ".join(wanted)
        raise BadData(
            f"{where}: {node.name} must take {names}, all else by name. Try def {node.name}({names}, *, ...)."
        )
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        if default is None:
            raise BadData(f"{where}: {argument.arg} of {node.name} has no default. Give it one.")


def _require_ranged(where: str, node: ast.FunctionDef) -> None:
    try:
        ranged = parameters_in(node)
    except (ValueError, TypeError) as error:
        told = f"ranges and defaults of {node.name} must be plain values, as they are read before it runs"
        raise BadData(f"{where}: {told}. Try Annotated[int, Int(8, 64)] = 16.") from error
    for argument in node.args.kwonlyargs:
        if argument.arg not in ranged:
            cure = f"from zoo.space import Int; {argument.arg}: Annotated[int, Int(8, 64)] = 16"
            raise BadData(f"{where}: {argument.arg} of {node.name} has no range. Try {cure}.")


def _require_settings(where: str, node: ast.FunctionDef) -> None:
    """Raise BadData for what a loss wants to be told and no training knows."""
    from zoo.recipe import OF_LOSSES  # which reads parts itself

    for argument in node.args.kwonlyargs:
        if argument.arg not in OF_LOSSES:
            told = f"{argument.arg} of {node.name} is no setting of training; a loss may take {', '.join(OF_LOSSES)}"
            raise BadData(f"{where}: {told}. Write it as a number in the function.")
