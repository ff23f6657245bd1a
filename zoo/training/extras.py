"""What a recipe asks of an optimizer's step beyond a plain one: whether is structure, how much is Live.

A plain program holds no operation for what nobody asked for, so that it stays as quick as it is.
"""

from __future__ import annotations

from typing import Any

from zoo.live import live
from zoo.recipe import TrainConfig

OF_OPTIMIZER = ("momentum", "beta_1", "beta_2", "rho")
PLAIN = TrainConfig()


def extras(train: TrainConfig) -> tuple[str, ...]:
    """Return the names of `train.*` that an optimizer gets as variables because they are not at their defaults."""
    return tuple(name for name in OF_OPTIMIZER if getattr(train, name) != getattr(PLAIN, name))


def is_scheduled(train: TrainConfig) -> bool:
    """Return whether the learning rate changes by itself."""
    return train.schedule != PLAIN.schedule or train.warm_up != PLAIN.warm_up


def structure_of(train: TrainConfig) -> list[Any]:
    """Return what makes another training program of the same model, as JSON values."""
    of_optimizer = [train.optimizer, train.form, *extras(train)]
    return [of_optimizer, train.precision, train.lookahead, is_scheduled(train), train.loss, train.switched()]


def of_optimizer(train: TrainConfig) -> dict[str, Any]:
    """Return what `zoo.optimizers.make_optimizer` takes: what is at its default is left to the optimizer itself."""
    values = {name: live(name, getattr(train, name)) for name in extras(train)}
    return values if train.form == PLAIN.form else {"form": train.form, **values}


def asked(train: TrainConfig, name: str) -> Any:
    """Return the variable behind `train.NAME` where it is asked for, None otherwise."""
    return live(name, getattr(train, name)) if name in train.switched() else None
