"""Layers' names counted from the start, so that a file does not depend on what its process made before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any


def renamed(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of a functional Keras network whose layers are named as in a process that made nothing else.

    A name's number is its place among the layers whose names differ in the number alone: dense, dense_1 ...
    """
    network = config["config"]
    seen: Counter[str] = Counter()
    names = {layer["config"]["name"]: _counted(layer["config"]["name"], seen) for layer in network["layers"]}
    layers = [
        {
            **layer,
            **({"name": names[layer["config"]["name"]]} if "name" in layer else {}),
            "config": {**layer["config"], "name": names[layer["config"]["name"]]},
            "inbound_nodes": _with_names(layer["inbound_nodes"], names),
        }
        for layer in network["layers"]
    ]
    ends = {end: _with_names(network[end], names, ends=True) for end in ("input_layers", "output_layers")}
    return {**config, "config": {**network, "layers": layers, **ends}}


def _counted(name: str, seen: Counter[str]) -> str:
    base = re.sub(r"_\d+$", "", name)
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}_{seen[base] - 1}"


def _with_names(part: Any, names: Mapping[str, str], ends: bool = False) -> Any:
    """Return a part of the JSON with every reference to a tensor, [layer's name, node, tensor], renamed."""
    if isinstance(part, Mapping):
        return {key: _with_names(value, names, key == "keras_history") for key, value in part.items()}
    if not isinstance(part, (list, tuple)):
        return part
    if ends and len(part) == 3 and isinstance(part[0], str):
        return [names[part[0]], *part[1:]]
    return [_with_names(value, names, ends) for value in part]
