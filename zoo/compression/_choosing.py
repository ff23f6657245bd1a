"""Which channels go: the least important ones, of each layer or of all, while no layer loses nearly all of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from zoo.compression._marking import Trace
from zoo.compression._numbering import Numbering
from zoo.compression._work import Kernel, costs, macs

LEAST_SHARE = 0.1  # of a layer's channels stay, and one at least


@dataclass(frozen=True)
class Block:
    """Layers that share channels, such as those that one sum adds up, and the classes of these that may go."""

    layers: tuple[str, ...]
    free: np.ndarray


def blocks(trace: Trace) -> list[Block]:
    """Return the blocks of a network that have channels to spare."""
    numbering, first = Numbering(), {}
    for channels in trace.writers.values():
        place = numbering.fresh(1)
        for one in np.unique(trace.classes[channels]).tolist():
            numbering.unite(first.setdefault(one, place), place)
    members: dict[int, list[str]] = {}
    for name, block in zip(trace.writers, numbering.classes()[0].tolist(), strict=True):
        members.setdefault(block, []).append(name)
    found = [Block(tuple(sorted(names)), _free(trace, names)) for names in members.values()]
    return [block for block in found if len(block.free)]


def staying(trace: Trace, start: Trace, importance: np.ndarray, left: float, scope: str) -> np.ndarray:
    """Return which classes of `trace` stay when the share `left` of what may go in `start` is to be there.

    `start` is the trace of the network that nothing was taken from yet, and `importance` a number a class. Of `scope`
    "layer" each block keeps that share, of "global" all together. LEAST_SHARE of each layer stays in any case.
    """
    before = {block.layers: len(block.free) for block in blocks(start)}
    groups = [(block.free, before[block.layers]) for block in blocks(trace)]
    if scope == "global":
        groups = [(np.concatenate([free for free, _ in groups]), sum(count for _, count in groups))]
    stays, spare = np.ones(len(trace.held), bool), _spare(trace, start)
    for free, count in groups:
        least_first = free[np.argsort(importance[free], kind="stable")]
        _let_go(least_first, stays, spare, partial(_are_gone, len(free) - round(left * count)))
    return stays


def staying_by_work(
    trace: Trace, start: Trace, importance: np.ndarray, found: Sequence[Kernel], most: float
) -> np.ndarray:
    """Return which classes stay when the `found` kernels of a network may take `most` multiply-accumulates for a row.

    Those go first that matter least for each of these that they take; `trace`, `start` and `importance` are as for
    `staying`, and LEAST_SHARE of each layer stays here as well.
    """
    free = np.concatenate([block.free for block in blocks(trace)])
    worth = importance[free] / np.maximum(costs(found, trace)[free], 1)
    stays = np.ones(len(trace.held), bool)
    least_first = free[np.argsort(worth, kind="stable")]
    _let_go(least_first, stays, _spare(trace, start), lambda gone: macs(found, stays[trace.classes]) <= most)
    return stays


@dataclass
class _Layer:
    """The classes that one layer brings in, and how many of them may still go."""

    classes: frozenset[int]
    spare: int


def _spare(trace: Trace, start: Trace) -> list[_Layer]:
    had = {name: len(np.unique(start.classes[channels])) for name, channels in start.writers.items()}
    found = {name: frozenset(trace.classes[channels].tolist()) for name, channels in trace.writers.items()}
    return [_Layer(own, len(own) - max(1, int(LEAST_SHARE * had[name]))) for name, own in found.items()]


def _let_go(ordered: np.ndarray, stays: np.ndarray, layers: list[_Layer], is_enough: Callable[[int], bool]) -> None:
    """Let the first of the `ordered` classes go whose layers can spare them, until so many are enough."""
    gone = 0
    for one in ordered.tolist():
        if is_enough(gone):
            return
        having = [layer for layer in layers if one in layer.classes]
        if any(layer.spare <= 0 for layer in having):
            continue
        for layer in having:
            layer.spare -= 1
        stays[one] = False
        gone += 1


def _are_gone(wanted: int, gone: int) -> bool:
    return gone >= wanted


def _free(trace: Trace, names: list[str]) -> np.ndarray:
    classes = np.unique(trace.classes[np.concatenate([trace.writers[name] for name in names])])
    return classes[~trace.held[classes]]
