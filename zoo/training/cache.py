"""Compiled programs kept for later trials: bounded in number and in memory, the one used longest ago goes first."""

from __future__ import annotations

import gc
import math
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from zoo.errors import BadValue

if TYPE_CHECKING:
    from zoo.training.program import Program

MOST, MOST_BYTES = 40, 3 * 2**28
# of resident memory; 16 to 18 KiB were measured for dense, convolutional, residual and recurrent programs alike
OPERATION_BYTES = 17 * 2**10
NUMBER_BYTES = 8  # float32 in variables, and again in the start values of slots and in buffers
LITTER = 2**26  # bytes of programs let go between two collections of garbage, each of which takes up to .3 s
STALE = 2**31  # and between two clearings of what TensorFlow keeps, after each of which living programs start anew


def bytes_of(program: Program) -> int:
    """Return about how many bytes of memory `program` fills: its numbers, and what TensorFlow keeps of its graphs.

    Resident memory itself is of no use here: it grows with a program's first run rather than with its making, and by
    nothing when a dropped program has left room.
    """
    numbers = sum(math.prod(variable.shape) for variable in (*program.model.weights, *program.optimizer.variables))
    return NUMBER_BYTES * numbers + OPERATION_BYTES * program.operations


class Programs:
    """Programs by key: at most `most`, and none made while those kept fill more than `most_bytes`.

    The program used longest ago is let go before another one is made; the one used last stays, however large.
    """

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        if most < 1:
            raise BadValue(f"programs is {most}; at least one must be kept. Try {MOST}.")
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[str, Program] = OrderedDict()
        self._litter = self._stale = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    @property
    def bytes(self) -> int:
        """Return about how many bytes of memory the kept programs fill."""
        return sum(map(bytes_of, self._kept.values()))

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the kept programs, the one used longest ago first."""
        return tuple(self._kept)

    def get(self, key: str, make: Callable[[], Program]) -> Program:
        """Return the program of `key`, made at its first use and after it was let go."""
        if key not in self._kept:
            self._make_room()
            self._kept[key] = make()
        self._kept.move_to_end(key)
        return self._kept[key]

    def _make_room(self) -> None:
        while len(self._kept) >= self._most or (len(self._kept) > 1 and self.bytes > self._most_bytes):
            _, old = self._kept.popitem(last=False)
            self._litter += bytes_of(old)
            del old
        if self._litter > LITTER:  # graphs refer to themselves, and Python's own collections are too rare for them
            gc.collect()
            self._litter, self._stale = 0, self._stale + self._litter
        if self._stale > STALE:
            _clear_kernels()
            self._stale = 0


def _clear_kernels() -> None:
    """Drop the optimised graphs of programs that were let go, a tenth to a quarter of each, which TensorFlow keeps.

    It drops those of living programs too: the next call of each takes .2 s longer. Nothing else is changed, unlike by
    `keras.backend.clear_session`, which also resets a user's settings.
    """
    from tensorflow.python.eager import context

    context.context().clear_kernel_cache()
