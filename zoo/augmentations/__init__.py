"""Augmentations: one Keras layer a file, which changes rows in training only and is gone from every export.

An entry is a class that bears `@register(modalities=("image",))` and derives from `_layer.Augmentation`. Its one ranged
argument is `strength`, Live, whose meaning and unit the docstring states; its method `changed(x, strength)` takes a
batch of prepared rows and gives one of the same shape and dtype. Facts, all literals:

- `modalities`: the kinds of rows it takes;
- `kinds`: the kinds of answer that it leaves true, ("classification", "regression") unless said otherwise;
- `needs`: what its constructor is handed beside `strength`, by name: an entry of `Dataset.facts` (such as "rate"),
  "steps" (the fitted preparation steps, as JSON), "vocabulary" or "input_shape".
- `moves`: True where images are read at other places: it derives from `_affine.Moving` and says at which; those of a
  recipe are one resampling, before all else.
- `mixes`: True where rows are mixed with one another: it derives from `Mixing` and says whose answers with what share.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zoo.errors import Unsupported, unknown
from zoo.registry import Registry
from zoo.signature import parameters_in
from zoo.space import Parameter

if TYPE_CHECKING:
    import keras

    from zoo.dataset import Splits
    from zoo.task import Task

AUGMENTATIONS = Registry("zoo.augmentations", "augmentation")
BOTH = ("classification", "regression")


def augmentations_for(modality: str, kind: str = "classification") -> tuple[str, ...]:
    """Return the names that rows of `modality` and answers of `kind` can take, without importing any."""
    facts = {name: entry.facts for name, entry in AUGMENTATIONS.entries.items()}
    named = AUGMENTATIONS.names()
    return tuple(n for n in named if modality in facts[n]["modalities"] and kind in facts[n].get("kinds", BOTH))


def strength_of(name: str) -> Parameter:
    """Return the range of `augment.<name>`, read from source; raise UnknownName with the nearest match."""
    if name not in AUGMENTATIONS.entries:
        raise unknown(AUGMENTATIONS.kind, name, AUGMENTATIONS.names())
    node = AUGMENTATIONS.entries[name].node
    built = next(part for part in ast.walk(node) if isinstance(part, ast.FunctionDef) and part.name == "__init__")
    return replace(parameters_in(built)["strength"], name=name)


def checked_strengths(strengths: Mapping[str, Any], task: Task) -> dict[str, float]:
    """Return the strengths by name; raise UnknownName, BadValue or Unsupported for one that `task` cannot take."""
    known = augmentations_for(task.modality, task.kind)
    found = {name: strength_of(name).domain.check(value, f"augment.{name}") for name, value in strengths.items()}
    for name in found:
        if name not in known:
            others = ", ".join(known) or "none"
            raise Unsupported(
                f"augment.{name} does not suit {task.modality} {task.kind}. Augmentations that do: {others}."
            )
    return found


def needed_facts(names: Iterable[str], splits: Splits) -> dict[str, Any]:
    """Return, as JSON values, what the augmentations `names` must know of the data, by the names of their `needs`."""
    needs = {need for name in names for need in AUGMENTATIONS.entries[name].facts.get("needs", ())}
    if not needs:
        return {}
    known = {
        **splits.dataset.facts,
        "steps": [step.to_json() for step in splits.preparation.steps],
        "vocabulary": splits.task.vocabulary,
        "input_shape": list(splits.task.input_shape),
    }
    return {need: known[need] for need in sorted(needs)}


def augmentation_layers(strengths: Mapping[str, float], facts: Mapping[str, Any]) -> list[keras.layers.Layer]:
    """Return the layers in which order they stand: by name, those that move images first, those that mix last.

    `facts` holds at least their `needs`.
    """
    entries = AUGMENTATIONS.entries
    facts_of = {name: entries[name].facts for name in strengths}
    names = sorted(strengths, key=lambda name: (facts_of[name].get("mixes", 0), not facts_of[name].get("moves"), name))
    needed = [{need: facts[need] for need in entries[name].facts.get("needs", ())} for name in names]
    pairs = zip(names, needed, strict=True)
    return [AUGMENTATIONS.get(name)(strength=strengths[name], **needs) for name, needs in pairs]
