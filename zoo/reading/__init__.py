"""Reading rows to predict: a file a modality, where rows are no tables of numbers but files or texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zoo.registry import Registry

if TYPE_CHECKING:
    import numpy as np

    from zoo.lazy import LazyRows

READING = Registry("zoo.reading", "kind of rows")


class Read(NamedTuple):
    """Raw rows as a preparation takes them, what each is called, which may be (), and what to say of the reading."""

    rows: np.ndarray | LazyRows
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
