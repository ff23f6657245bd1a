"""Facts of a model file: what running it takes, told by the file alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What a model file says of itself; None is what does not apply to its format, or cannot be told from the file.

    `arena_bytes` is the memory of the tensors between its operators and of what these work in, as TensorFlow Lite Micro
    plans it; `operators` counts these by name, `integer_share` is the part of them that computes in integers, `macs`
    the multiply-accumulates of one row.
    `batch` is the one number of rows that the model takes at once, None where it takes any. `operators_by_kind` counts
    the operators by the numbers they compute in, as `int8` or `float32 with int4 weights`, then by name.
    """

    arena_bytes: int | None = None
    operators: Mapping[str, int] | None = None
    integer_share: float | None = None
    macs: int | None = None
    batch: int | None = None
    operators_by_kind: Mapping[str, Mapping[str, int]] | None = None


def facts_of_litert(content: bytes) -> Facts:
    """Return the facts of a LiteRT file's `content`; memory and work of a model with loops cannot be told."""
    from zoo.formats._arena import planned_arena
    from zoo.formats._flatbuffer import read_graphs
    from zoo.formats._kinds import by_kind
    from zoo.formats._operators import counted, integer_share, macs

    graphs = read_graphs(content)
    rows = graphs[0].tensors[graphs[0].inputs[0]]
    loops = len(graphs) > 1
    return Facts(
        arena_bytes=None if loops else planned_arena(graphs[0]),
        operators=counted(graphs),
        integer_share=integer_share(graphs),
        macs=None if loops else macs(graphs[0]),
        batch=None if rows.any_batch else rows.shape[0],
        operators_by_kind=by_kind(graphs),
    )
