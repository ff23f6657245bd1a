"""How a study of this project is asked for the search that the peers are asked for."""

from __future__ import annotations

from typing import Any

from .job import DROPOUT, LEARNING_RATE, WEIGHT_DECAY, Spec


def fixed(spec: Spec) -> dict[str, Any]:
    """Return what `--set` fixes, by dotted name."""
    single = {name: values[0] for name, values in _named(spec).items() if len(values) == 1}
    train = {"epochs": spec.epochs, "patience": spec.patience or spec.epochs, "weight_decay": WEIGHT_DECAY}
    train["batch_size"] = spec.batch_size
    return {**single, **{f"train.{name}": value for name, value in train.items()}}


def narrowed(spec: Spec) -> dict[str, Any]:
    """Return what `--space` searches, by dotted name: lists of values, and ranges as texts."""
    several = {name: list(values) for name, values in _named(spec).items() if len(values) > 1}
    rate = ":".join(map(str, LEARNING_RATE)) + ":log"
    return {**several, "train.learning_rate": rate, "model.dropout": ":".join(map(str, DROPOUT))}


def _named(spec: Spec) -> dict[str, Any]:
    structures = spec.structures().items()
    return {f"{builder}.{name}": values for builder, space in structures for name, values in space.items()}
