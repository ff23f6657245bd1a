"""Chains of compression methods as part of a study's space: which methods a trial takes after training, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zoo.compression import COMPRESSIONS, METHOD, is_foreseeable
from zoo.recipe import Recipe
from zoo.signature import parameters_in
from zoo.space import Choice, Parameter, When

PART, CHAIN, NONE, LINK = "compress", "chain", "none", "+"
CHAINS = ("none", "channels", "low_rank", "quantize_aware", "channels+low_rank", "channels+quantize_aware")
GRIDS: Mapping[str, Mapping[str, Any]] = {  # that weights learn to live on, by the precision of the file
    "int4": {"bits": 4, "activations": "float"},
    "int8": {"bits": 8, "activations": "int8"},
}
_GRID_METHOD = "quantize_aware"


def chain_space(precision: str) -> dict[str, Parameter]:
    """Return what a study draws for files of `precision`: the chain, then the arguments of the methods in it.

    These come from the methods' own signatures, `channels.share` and the like; without importing any. The grid that
    weights learn to live on follows from the precision; of floats there is none.
    """
    chains = tuple(chain for chain in CHAINS if precision in GRIDS or _GRID_METHOD not in _methods(chain))
    space = {CHAIN: Parameter(CHAIN, Choice(*chains), NONE)}
    for method in dict.fromkeys(method for chain in chains for method in _methods(chain)):
        when = When(CHAIN, tuple(chain for chain in chains if method in _methods(chain)))
        for name, parameter in parameters_in(COMPRESSIONS.entries[method].node).items():
            if method != _GRID_METHOD or name not in GRIDS[precision]:
                space[f"{method}.{name}"] = replace(parameter, name=f"{method}.{name}", when=when)
    return space


def steps_of(values: Mapping[str, Any], precision: str) -> tuple[dict[str, Any], ...]:
    """Return the steps of a recipe that drawn `values` of `chain_space` mean."""
    return tuple(_step(method, values, precision) for method in _methods(values.get(CHAIN, NONE)))


def with_chain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a recipe by dotted name, the chain among them where it has none."""
    return {f"{PART}.{CHAIN}": NONE, **values}


def is_reshaped(recipe: Recipe) -> bool:
    """Return whether a step of the recipe changes the model's structure, and with it what the model takes."""
    return any(COMPRESSIONS.entries[step[METHOD]].facts.get("reshapes") for step in recipe.compress)


def is_foreseen(recipe: Recipe) -> bool:
    """Return whether what the model takes at the end is known before it is trained."""
    return is_foreseeable(recipe.compress)


def _step(method: str, values: Mapping[str, Any], precision: str) -> dict[str, Any]:
    own = f"{method}."
    drawn = {name.removeprefix(own): value for name, value in values.items() if name.startswith(own)}
    return {METHOD: method, **drawn, **(GRIDS[precision] if method == _GRID_METHOD else {})}


def _methods(chain: str) -> tuple[str, ...]:
    return () if chain == NONE else tuple(chain.split(LINK))
