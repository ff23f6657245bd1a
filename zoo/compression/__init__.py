"""Methods that make a trained model smaller: a file a method, whose signature is its space. Trained in, Trained out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zoo.errors import BadValue
from zoo.registry import Registry
from zoo.signature import parameters_in
from zoo.space import Parameter, checked, space_of

if TYPE_CHECKING:
    from zoo.dataset import Splits
    from zoo.trained import Trained
    from zoo.workspace import Workspace

COMPRESSIONS = Registry("zoo.compression", "compression method")
METHOD = "method"


def compression_space(name: str) -> dict[str, Parameter]:
    """Return the ranged arguments of the method `name`; raise UnknownName with the nearest match."""
    return space_of(COMPRESSIONS.get(name))


def compress(
    trained: Trained, splits: Splits, *steps: str | Mapping[str, Any], workspace: Workspace | None = None
) -> Trained:
    """Return `trained` made smaller by each of `steps` in turn; its recipe then names them.

    A step is a method's name, or a mapping such as {"method": "channels", "share": 0.5}. The test split stays closed.
    Raises UnknownName for a method or an argument there is not, BadValue for a value outside its domain, Unsupported
    for a model that the method does not serve.
    """
    if workspace is None:
        from zoo.workspace import Workspace

        workspace = Workspace(trained.recipe.threads)
    return apply([{METHOD: step} if isinstance(step, str) else step for step in steps], trained, splits, workspace)


def apply(steps: Iterable[Mapping[str, Any]], trained: Trained, splits: Splits, workspace: Workspace) -> Trained:
    """Return `trained` after each of the `steps` of a recipe, as `compress` takes them."""
    if trained.before is None and not trained.recipe.compress:
        trained = replace(trained, before=trained)
    for method, values in checked_steps(steps):
        smaller = COMPRESSIONS.get(method)(trained, splits, workspace, **values)
        done = (*trained.recipe.compress, {METHOD: method, **values})
        trained = replace(smaller, recipe=replace(trained.recipe, compress=done))
    return trained


def is_foreseeable(steps: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the structure after `steps` is known before training, without importing any method.

    A method's facts tell of which of its arguments, left at their defaults, that depends; None of a structure that
    training decides.
    """
    return all(_is_foreseeable(step) for step in steps)


def _is_foreseeable(step: Mapping[str, Any]) -> bool:
    if not _reshapes(step):
        return True
    entry = COMPRESSIONS.entries[step[METHOD]]
    usual, deciding = parameters_in(entry.node), entry.facts.get("foreseen_by_default")
    return deciding is not None and all(step.get(name, usual[name].default) == usual[name].default for name in deciding)


def foreseen(trained: Trained) -> Trained:
    """Return an untrained model with the structure that its recipe's steps lead to, where that is foreseeable."""
    steps = trained.recipe.compress
    if not any(_reshapes(step) for step in steps) or not is_foreseeable(steps):
        return trained
    from zoo.compression._foreseeing import with_structure

    return with_structure(trained, checked_steps(steps))


def _reshapes(step: Mapping[str, Any]) -> bool:
    return bool(COMPRESSIONS.entries[step[METHOD]].facts.get("reshapes"))


def checked_steps(steps: Iterable[Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the method and all values of each step; raise BadValue or UnknownName for a wrong one."""
    return [_taken_apart(step) for step in steps]


def _taken_apart(step: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a step's method and all of its values, defaults filled in, so that a recipe says them."""
    if not isinstance(step, Mapping) or not isinstance(step.get(METHOD), str):
        raise BadValue(f'compress holds {step!r}; a step names its method. Try {{"{METHOD}": "channels"}}.')
    method = step[METHOD]
    values = {name: value for name, value in step.items() if name != METHOD}
    return method, checked(compression_space(method), values, method)
